cp "$REPOSITORY/test/docs/files/app.test.js" .
echo 'expected: [{ on: updateCustomer, times: 3 }]' > expectations.yaml
