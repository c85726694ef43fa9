// The table of commands: usage, summary, examples, and the module, loaded on demand.
import type { BuildCommand, NormalizeArguments } from './command.ts';

interface CommandSpec {
  /** Name and arguments as commander writes them: "lint [spec...]". */
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly load: () => Promise<{
    readonly build: BuildCommand;
    readonly normalizeArguments?: NormalizeArguments;
  }>;
}

export const COMMANDS: readonly CommandSpec[] = [
  {
    usage: 'serve',
    summary: 'start a mock server for OpenAPI documents, all on one port',
    examples: [
      'deadringer serve                             # ./specs on http://127.0.0.1:4010',
      'deadringer serve --specs petstore.yaml       # one document',
      'deadringer serve --specs orders=a/openapi.yaml users=b/openapi.yaml   # named',
      'deadringer serve --specs petstore.yaml --overlay fixes.overlay.yaml   # corrected by an OpenAPI Overlay',
      'deadringer serve --port 0 --log json         # any free port, one JSON object per request',
      'deadringer serve --dynamic --seed monday     # generated bodies, reproducible',
      'deadringer serve --provenance page           # without the parts marked x-provenance',
      'deadringer serve --upstream petstore=https://staging.example.com/v2     # forward to the real service and validate its responses',
      'deadringer serve --workers auto              # a process for each core, with the same sessions',
      'deadringer serve --store valkey://127.0.0.1:6379/0?prefix=team   # the sessions of all servers with this store',
    ],
    load: () => import('./serve.ts'),
  },
  {
    usage: 'mock <document...>',
    summary: 'start a mock server that answers as Prism does, with the options of "prism mock"',
    examples: [
      'deadringer mock openapi.yaml                    # on http://127.0.0.1:4010',
      'deadringer mock -p 8080 -h 0.0.0.0 openapi.yaml # for other machines, as in a container',
      'deadringer mock -d --seed monday openapi.yaml   # generated bodies, reproducible',
      'deadringer mock --errors openapi.yaml           # a response that violates the document is an error',
      'deadringer mock --relaxed openapi.yaml          # invalid requests are reported, and answered all the same',
      'deadringer mock --stateful openapi.yaml         # answers from what was created',
      'deadringer mock http://127.0.0.1:8000/openapi.json',
    ],
    load: () => import('./mock.ts'),
  },
  {
    usage: 'proxy <document> <upstream>',
    summary: 'forward requests to a service and validate both sides, with the options of "prism proxy"',
    examples: [
      'deadringer proxy openapi.yaml https://staging.example.com',
      'deadringer proxy --errors openapi.yaml https://staging.example.com/v2   # violations become errors',
      'deadringer proxy --upstream-proxy http://proxy.example.com:3128 openapi.yaml https://staging.example.com',
    ],
    load: () => import('./proxy.ts'),
  },
  {
    usage: 'record',
    summary: 'proxy requests to real services, validate the exchanges, and record them without secrets',
    examples: [
      'deadringer record --upstream https://api.example.com -o traffic.har      # then send requests to http://127.0.0.1:4010',
      'deadringer record --upstream petstore=https://staging.example.com/v2 -o traffic.ndjson --append',
      'deadringer record --upstream https://api.example.com -o traffic.har --rotate 100mb',
      'deadringer record --upstream https://api.example.com -o traffic.har --log json',
      'deadringer record --upstream https://api.example.com -o traffic.har -- npm test   # with the server URL in DEADRINGER_URL',
    ],
    load: () => import('./record.ts'),
  },
  {
    usage: 'check <traffic...>',
    summary:
      'validate recorded traffic against the documents (HAR, NDJSON, WireMock, Postman, VCR; .gz, .zip, folders, "-")',
    examples: [
      'deadringer check traffic.har                              # against ./specs',
      'deadringer check recordings/ --specs petstore.yaml --format junit --output report.xml',
      'deadringer check traffic.har --server petstore=https://staging.example.com/v2',
      'deadringer check *.har --fail-on violation,undocumented --min-coverage operations=80,statuses=50',
      'deadringer check traffic.har --baseline accepted.yaml --update-baseline',
      'deadringer check traffic.har --format text,html,sarif --output reports/',
      'deadringer check huge.har.gz --shard 2/4 --format json --output shard-2.json',
      'curl -s localhost:4010/__deadringer/sessions/default/journal.har | deadringer check -',
    ],
    load: () => import('./check.ts'),
  },
  {
    usage: 'replay <traffic...>',
    summary: 're-send recorded requests, validate the responses, and report what changed',
    examples: [
      'deadringer replay traffic.har --target https://staging.example.com/v2',
      'deadringer replay traffic.har --target petstore=http://127.0.0.1:4010/petstore --dry-run   # sends nothing',
      'DEADRINGER_SECRET_AUTHORIZATION=... deadringer replay traffic.har --allow-host api.example.com',
      'deadringer replay traffic.har --target https://staging.example.com --secret x-api-key=STAGING_KEY',
      'deadringer replay recordings/ --target https://sandbox.example.com --allow-writes --rate 5',
      'deadringer replay traffic.har --target https://staging.example.com --fail-on violation --concurrency 4',
    ],
    load: () => import('./replay.ts'),
  },
  {
    usage: 'report',
    summary: 'merge JSON reports, or convert one to another format',
    examples: [
      'deadringer report merge shard-*.json --format html --output report.html',
      'deadringer report merge report.json --format markdown >> "$GITHUB_STEP_SUMMARY"',
    ],
    load: () => import('./report.ts'),
  },
  {
    usage: 'scenarios',
    summary: 'generate scenarios from recorded traffic',
    examples: [
      'deadringer scenarios from traffic.har                     # into ./scenarios/<api>/recorded-...yaml',
      'deadringer scenarios from recordings/ --specs petstore.yaml --output my-scenarios --on',
      'deadringer scenarios from traffic.har --server petstore=https://staging.example.com/v2',
      'curl -s localhost:4010/__deadringer/sessions/default/journal.har | deadringer scenarios from -',
    ],
    load: () => import('./scenarios.ts'),
  },
  {
    usage: 'import <file>',
    summary:
      'make scenarios, and a document if there is none, from files of WireMock, Mockoon, MockServer or mocks-server',
    examples: [
      'deadringer import wiremock/                            # mappings/ and __files/, into ./scenarios',
      'deadringer import mappings.json --specs petstore.yaml  # for the operations of a document',
      'deadringer import mockoon.json --output imported --json   # what was written and what is lost, as JSON',
    ],
    load: () => import('./import.ts'),
  },
  {
    usage: 'run <command...>',
    summary:
      'start a server, run a command with the server URL in DEADRINGER_URL, verify and check its calls, stop the server',
    examples: [
      'deadringer run -- npm test',
      'deadringer run --fail-on violation -- npm test              # also fails if a request violates the document',
      'deadringer run --use petstore/flaky --verify expectations.yaml -- npm test',
      'deadringer run --fail-on violation,undocumented --min-coverage operations=80 --har traffic.har -- npm test',
      'deadringer run --format text,junit,html --report reports/ --baseline accepted.yaml -- npm test',
      `deadringer run -- sh -c 'curl "$DEADRINGER_URL/petstore/pets"'`,
    ],
    load: () => import('./run.ts'),
  },
  {
    usage: 'mcp',
    summary:
      'serve the Model Context Protocol on standard input and output, for assistants that test with the mock',
    examples: [
      'deadringer mcp                              # controls the server at http://127.0.0.1:4010',
      'deadringer mcp --specs openapi.yaml         # starts a server of its own',
      'DEADRINGER_TOKEN=... deadringer mcp --server https://mock.example.com',
    ],
    load: () => import('./mcp.ts'),
  },
  {
    usage: 'use [scenario...]',
    summary: 'enable scenarios and set switches (status, delay, fault, rate) in a running server',
    examples: [
      'deadringer use                                         # what is active in the default session',
      'deadringer use --list petstore                         # the scenarios of an API',
      'deadringer use petstore/not-found -s worker-3          # in the session worker-3',
      'deadringer use petstore/state                          # responses from stored items',
      "deadringer use '*/server-error'                        # of all APIs",
      'deadringer use --delay 2s                              # every response is slow',
      'deadringer use --status 503 --on petstore.getPet       # one operation is down',
      'deadringer use --status 401 --after 3 --on petstore    # unauthorized from the fourth call on',
      'deadringer use --fault reset --times 2                 # the next two connections break',
      'deadringer use --off --on petstore                     # remove one switch',
      'deadringer use --off                                   # disable and remove all',
    ],
    load: () => import('./use.ts'),
  },
  {
    usage: 'sessions',
    summary: 'list the sessions of a running server, or end one',
    examples: ['deadringer sessions', 'deadringer sessions --end worker-3'],
    load: () => import('./sessions.ts'),
  },
  {
    usage: 'state',
    summary: 'show, reset, save or load the items that a stateful mock stores in a session',
    examples: [
      'deadringer state show                            # the resources, and how many items each has',
      'deadringer state show petstore/pets              # the items of one, as a table',
      'deadringer state show petstore/pets 7            # one item',
      'deadringer state show petstore/owners/pets 7 --parent 3 --json',
      'deadringer state save pets.json                  # then: deadringer serve --state-file pets.json',
      'deadringer state load pets.json -s worker-3',
      'deadringer state reset petstore',
    ],
    load: () => import('./state.ts'),
  },
  {
    usage: 'clock',
    summary: 'show or change the time that the app sees in a session',
    examples: [
      'deadringer clock                                 # the time of the session "default"',
      'deadringer clock set 2027-01-01T00:00Z',
      'deadringer clock advance 1h30m -s worker-3       # also 7d; a frozen clock stays frozen',
      'deadringer clock freeze                          # until "clock run"',
      'deadringer clock reset                           # real time again',
    ],
    load: () => import('./clock.ts'),
  },
  {
    usage: 'journal [exchange]',
    summary:
      'show the exchanges of a session, or one of them with bodies, findings and why the mock answered so',
    examples: [
      'deadringer journal                               # one line for each exchange',
      'deadringer journal --failed --limit 5            # the last five that did not pass',
      'deadringer journal 961b4de6-2                    # everything about one exchange',
      'deadringer journal 961b4de6-2 --evidence bug.html',
      'deadringer journal --status 4XX,503 --operation getPet',
      'deadringer journal -s worker-3 --follow',
      'deadringer journal --har > traffic.har           # or -o traffic.har',
      'deadringer journal --ndjson -o traffic.ndjson',
    ],
    load: () => import('./journal.ts'),
  },
  {
    usage: 'coverage',
    summary: 'show which declared statuses a session tried, the untried errors first',
    examples: [
      'deadringer coverage',
      'deadringer coverage --untried -s worker-3        # one line per status, and how to make the first one happen',
      'deadringer coverage --json',
    ],
    load: () => import('./coverage.ts'),
  },
  {
    usage: 'verify',
    summary: 'verify that a session received the expected calls',
    examples: [
      'deadringer verify --file expectations.yaml',
      'deadringer verify --file expectations.yaml -s worker-3',
    ],
    load: () => import('./verify.ts'),
  },
  {
    usage: 'webhook [name]',
    summary: 'list the webhooks of a running server, or send one to a URL and validate the response',
    examples: [
      'deadringer webhook                                                    # the webhooks that the documents declare',
      'deadringer webhook newPet --to http://127.0.0.1:3000/events           # an example, or a generated body',
      'deadringer webhook newPet --to http://127.0.0.1:3000/events --example rex',
      'deadringer webhook newPet --to http://127.0.0.1:3000/events --body broken.json',
    ],
    load: () => import('./webhook.ts'),
  },
  {
    usage: 'lint [spec...]',
    summary:
      'validate documents and scenarios: schemas compile, references resolve, examples are valid, scenarios match the contract',
    examples: [
      'deadringer lint                       # everything in ./specs',
      'deadringer lint petstore.yaml         # one document',
      'deadringer lint --provenance page     # without the parts marked x-provenance',
      'deadringer lint --format github,sarif,html --output reports/',
      'deadringer lint --state petstore.yaml # what "serve --stateful" remembers, and by which rules',
    ],
    load: () => import('./lint.ts'),
  },
];
