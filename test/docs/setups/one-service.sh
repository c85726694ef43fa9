rm -r specs scenarios
mkdir specs
cp "$REPOSITORY/test/docs/files/pets.yaml" specs/pets.yaml
sed -i "s|^paths:|servers: [{ url: 'https://api.example.com' }]\npaths:|" specs/pets.yaml
deadringer serve --port 4021
