curl -s -X PUT http://127.0.0.1:4010/~worker-3/bonifiq/v1/pvt/Customer/7 -u key:secret -H 'Content-Type: application/json' -d '{}'
