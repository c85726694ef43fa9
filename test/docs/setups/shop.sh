deadringer serve --specs specs "$REPOSITORY/test/docs/files/shop.yaml"
