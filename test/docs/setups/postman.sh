cp test/fixtures/postman/shop.postman_collection.json .
