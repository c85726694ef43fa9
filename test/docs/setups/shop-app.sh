rm -r specs scenarios
cp "$REPOSITORY/docs/guides/shop.yaml" openapi.yaml
echo 'await fetch(process.env.DEADRINGER_URL + "/v1/orders");' > app.test.mjs
echo '{ "scripts": { "test": "node app.test.mjs" } }' > package.json
