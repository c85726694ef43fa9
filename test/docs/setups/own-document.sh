cp "$REPOSITORY/test/docs/files/pets.yaml" openapi.yaml
