-- The documented BonifiQ PUT for wrk; docs/benchmark.md has the command that uses it.
wrk.method = "PUT"
wrk.path = "/v1/pvt/Customer/ana.souza%40example.com"
wrk.headers["Host"] = "api.bonifiq.com.br"
wrk.headers["Authorization"] = "Basic a2V5OnNlY3JldA=="
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json"
wrk.body = "{\"OriginalId\":\"ana.souza@example.com\",\"Name\":\"Ana Souza\",\"Email\":\"ana.souza@example.com\",\"Phone\":\"+5511900000000\",\"BirthdayDate\":\"1990-06-15T00:00:00Z\",\"SignupDate\":\"2024-03-01T12:00:00Z\",\"Document\":\"000.000.000-00\",\"IsEnrolled\":true}"
