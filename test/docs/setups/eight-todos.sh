deadringer serve --specs test/fixtures/todos.yaml --stateful
for title in milk tea bread salt soap rice beans corn; do curl -s http://127.0.0.1:4010/todos -H 'Authorization: Bearer x' -H 'Content-Type: application/json' -d "{\"title\":\"Buy $title\"}"; done
curl -s -X PATCH http://127.0.0.1:4010/todos/2 -H 'Authorization: Bearer x' -H 'Content-Type: application/json' -d '{"done":true}'
curl -s http://127.0.0.1:4010/todos/1/comments -H 'Authorization: Bearer x' -H 'Content-Type: application/json' -d '{"text":"Soon"}'
