# Recordings of valid requests.
deadringer serve
curl -s -X PATCH http://127.0.0.1:4010/masivo/customers/7/devices -H 'Authorization: Bearer x' -H 'Content-Type: application/json' -d '{"device_token":"x"}'
curl -s -X PATCH http://127.0.0.1:4010/masivo/customers/7/devices -H 'Authorization: Bearer x' -H 'Content-Type: application/json' -d '{"device_token":"y"}'
mkdir recordings
deadringer journal --har > recordings/one.har
deadringer journal --har > recordings/two.har
