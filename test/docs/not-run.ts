// The commands of pages that cannot be run by a test, with the reason.

export interface NotRun {
  readonly pages: readonly string[];
  /** The command as the page has it, without a comment at its end. */
  readonly command: string;
  readonly reason: string;
}

const CI = 'continuous integration runs it, and this test with it';
const LOAD = 'puts load on a server for ten seconds or more; .ci/run runs a short benchmark';
const PLAYWRIGHT = 'test/playwright/playwright.package.test.ts runs the examples of the page';
const RUNNERS = 'test/client/recipes.package.test.ts runs the examples of the page';
const ENGINE = 'needs a container engine; test/container/ tests the steps of the image';
const CLUSTER = 'needs a cluster of Kubernetes; test/kubernetes/ tests the manifests';

const BARE_HTTP = `node bench/servers/bare-http.ts 4011 "$(curl -s -X PUT -H 'Host: api.bonifiq.com.br' -H 'Authorization: Basic a2V5OnNlY3JldA==' \\
  -H 'Content-Type: application/json' -d '{"Email":"ana.souza@example.com"}' http://127.0.0.1:4010/v1/pvt/Customer/7)"`;
const WRK = 'wrk -t1 -c16 -d10s --latency -s bench/bonifiq-put.lua';

const RUN_IMAGE = `docker run --rm -p 127.0.0.1:4010:4010 -e DEADRINGER_TOKEN=choose-one \\
  -v ./specs:/specs:ro -v ./scenarios:/scenarios:ro ghcr.io/deadringer/deadringer`;
const SERVE_IN_IMAGE = `docker run --rm -p 127.0.0.1:4010:4010 -e DEADRINGER_TOKEN=choose-one -v ./openapi.yaml:/openapi.yaml:ro \\
  ghcr.io/deadringer/deadringer serve --stateful --log json`;
const CHECK_IN_IMAGE = `docker run --rm -v "$PWD:/work" -w /work --user "$(id -u):$(id -g)" \\
  ghcr.io/deadringer/deadringer check recordings/ --format text,html --output reports/`;

export const NOT_RUN: readonly NotRun[] = [
  {
    pages: ['README.md', 'docs/install.md', 'docs/guides/ci.md', 'docs/guides/frontend.md'],
    command: 'npm i -D deadringer',
    reason: 'test/installed-package.ts installs the package for other tests',
  },
  { pages: ['README.md'], command: 'npm ci && npm start', reason: CI },
  { pages: ['README.md'], command: 'npm cit', reason: CI },
  { pages: ['CONTRIBUTING.md'], command: 'npm ci', reason: CI },
  { pages: ['CONTRIBUTING.md'], command: 'npm test', reason: CI },
  { pages: ['docs/benchmark.md'], command: `${WRK} http://127.0.0.1:4010`, reason: LOAD },
  { pages: ['docs/benchmark.md'], command: BARE_HTTP, reason: 'is the target of the load below' },
  { pages: ['docs/benchmark.md'], command: `${WRK} http://127.0.0.1:4011`, reason: LOAD },
  { pages: ['docs/benchmark.md'], command: 'npm run bench > figures.md', reason: LOAD },
  {
    pages: ['docs/console.md'],
    command: 'deadringer serve --host 0.0.0.0 --token <text>',
    reason: 'opens a port to other machines; test/cli/cli.test.ts tests the rule',
  },
  { pages: ['docs/playwright.md'], command: 'npm i -D deadringer @playwright/test', reason: PLAYWRIGHT },
  {
    pages: ['docs/playwright.md'],
    command: 'npx deadringer run --specs openapi.yaml -- npx playwright test',
    reason: PLAYWRIGHT,
  },
  ...[
    'npx vitest run',
    'npx deadringer run --fail-on violation,undocumented -- npx jest',
    'node --test',
    'npx deadringer run --fail-on violation -- node --test tests/orders.msw.test.js',
    'npx deadringer run --fail-on violation -- python3 -m unittest discover tests',
  ].map(command => ({ pages: ['docs/testing-your-app.md'], command, reason: RUNNERS })),
  {
    pages: ['docs/testing-your-app.md'],
    command: 'npx deadringer run --fail-on violation -- npx cypress run',
    reason: 'Cypress is not installed; test/client/recipes.package.test.ts calls the tasks of the page',
  },
  { pages: ['docs/scale.md'], command: 'npm i -D ioredis', reason: 'the checkout has the package' },
  {
    pages: ['docs/scale.md'],
    command: 'docker run --rm -p 127.0.0.1:6379:6379 valkey/valkey:8',
    reason: 'needs a container engine; the setup of the page starts redis-server',
  },
  {
    pages: ['docs/scale.md'],
    command: 'kubectl apply -f docs/kubernetes/valkey-try-out.yaml -f docs/kubernetes/deadringer.yaml',
    reason: CLUSTER,
  },
  {
    pages: ['docs/scale.md'],
    command: 'kubectl port-forward service/deadringer 4010:80',
    reason: CLUSTER,
  },
  { pages: ['docs/container.md'], command: RUN_IMAGE, reason: ENGINE },
  { pages: ['docs/container.md'], command: SERVE_IN_IMAGE, reason: ENGINE },
  { pages: ['docs/container.md'], command: CHECK_IN_IMAGE, reason: ENGINE },
];
