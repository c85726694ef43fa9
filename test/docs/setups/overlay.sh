cp "$REPOSITORY/test/docs/files/petstore.yaml" .
sed -n '/^overlay: 1/,/^```/p' "$REPOSITORY/docs/documents.md" | grep -v '^```' > vendor.overlay.yaml
