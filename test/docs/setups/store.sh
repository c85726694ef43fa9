# A store; its output has the words for which the test waits.
redis-server --port 6379 --bind 127.0.0.1 --save '' | sed -u 's/Ready to accept connections.*/& Press Ctrl-C to stop./' &
