# A service that takes an invalid request.
deadringer serve --validate-request off
curl -s http://127.0.0.1:4010/v1/orders -H 'Content-Type: application/json' -d '{"item":"coffee"}'
deadringer journal --har > traffic.har
