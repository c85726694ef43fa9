cp "$REPOSITORY/test/docs/files/expectations.json" .
