cp test/fixtures/tls/fake-certificate.pem server.pem
cp test/fixtures/tls/fake-key.pem server-key.pem
