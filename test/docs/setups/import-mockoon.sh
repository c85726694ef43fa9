cp "$REPOSITORY/test/importers/mockoon/crud.json" shop.json
