cp -r "$REPOSITORY/test/docs/files/wiremock" .
