cp "$REPOSITORY/test/docs/files/petstore.yaml" .
