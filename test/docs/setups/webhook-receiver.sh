node "$REPOSITORY/test/docs/files/receiver.js" --port 3000 &
deadringer serve --specs test/fixtures/streams.yaml
