# The service that is recorded.
deadringer serve --port 4020
