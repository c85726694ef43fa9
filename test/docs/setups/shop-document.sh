rm -r specs scenarios
cp "$REPOSITORY/docs/guides/shop.yaml" openapi.yaml
