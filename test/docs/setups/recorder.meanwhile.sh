curl -s -X POST http://127.0.0.1:4010/bunce/v1/customers/0000/devices -H 'X-Authorization: x'
curl -s -X POST http://127.0.0.1:4010/v1/customers/0000/devices
