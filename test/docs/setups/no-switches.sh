deadringer use --reset
