deadringer sessions --end worker-3
