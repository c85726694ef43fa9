# Two requests, of which the first has a secret.
deadringer serve
curl -s -X POST http://127.0.0.1:4010/bunce/v1/customers/0000/devices -H 'X-Authorization: FAKE-key'
curl -s -X POST http://127.0.0.1:4010/bunce/v1/customers/0000/devices
deadringer journal --har > traffic.har
