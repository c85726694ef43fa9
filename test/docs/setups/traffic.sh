# Five requests to the mock: a success, an invalid request, two errors on purpose, and a wrong path.
deadringer serve
curl -s -X PATCH http://127.0.0.1:4010/masivo/customers/7/devices -H 'Authorization: Bearer x' -H 'Content-Type: application/json' -d '{"device_token":"x"}'
curl -s -X PATCH http://127.0.0.1:4010/masivo/customers/7/devices -H 'Authorization: Bearer x' -H 'Content-Type: application/json' -d '{"device_info":{"platform":"ios"}}'
deadringer use imfpush/not-found
curl -s -X PUT http://127.0.0.1:4010/imfpush/imfpush/v1/apps/myapp/devices/12345-6789 -H 'Authorization: Bearer x' -H 'Content-Type: application/json' -d '{"userId":"maria"}'
deadringer use --off
curl -s -X PATCH 'http://127.0.0.1:4010/masivo/customers/7/devices?__code=429' -H 'Authorization: Bearer x' -H 'Content-Type: application/json' -d '{"device_token":"x"}'
curl -s http://127.0.0.1:4010/nowhere
deadringer journal --har > traffic.har
