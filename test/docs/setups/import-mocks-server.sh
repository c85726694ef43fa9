cp -r "$REPOSITORY/test/importers/mocks-server/users" mocks-project
