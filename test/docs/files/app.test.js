// The test of an app that calls again until the API responds.
const url = `${process.env.DEADRINGER_URL}/bonifiq/v1/pvt/Customer/7`;
const headers = { authorization: 'Basic a2V5OnNlY3JldA==', 'content-type': 'application/json' };
const body = JSON.stringify({ Email: 'ana@example.com' });
let response;
do response = await fetch(url, { method: 'PUT', headers, body });
while (response.status === 503);
