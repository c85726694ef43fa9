deadringer serve
