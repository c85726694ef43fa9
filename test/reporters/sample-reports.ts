// Sample reports of a pet shop API: passed, failed, incomplete, replayed, huge and hostile.
import { createHash } from 'node:crypto';
import type { Issue, Report } from '../../src/check/report.ts';
import { CATALOGUE, type FindingCode } from '../../src/finding/catalogue.ts';
import type { ReportFormat } from '../../src/reporters/formats.ts';

type Coverage = Report['coverage'];

const SPEC = 'specs/petshop.yaml';

/** An issue with every optional member; `change` overrides members. */
export function issue(code: FindingCode, change: Partial<Issue> & { fingerprintOf?: string } = {}): Issue {
  const { fingerprintOf, ...rest } = change;
  const entry = CATALOGUE[code];
  const operation = rest.operation ?? { id: 'getPet', method: 'GET', path: '/pets/{petId}' };
  const seed = fingerprintOf ?? `${code} ${operation.id} ${rest.at ?? ''}`;
  const place = { file: 'recordings/staging.har', entry: 12 };
  return {
    fingerprint: createHash('sha256').update(seed).digest('hex').slice(0, 16),
    code,
    kind: entry.kind,
    side: entry.about === 'request' ? 'request' : 'response',
    api: 'petshop',
    operation,
    operations: [operation],
    at: '/response/body/tags/*/name',
    message: 'response body /tags/1/name must be a string, is a number',
    location: { file: SPEC, line: 46, column: 11, pointer: '/components/schemas/Tag/properties/name/type' },
    exchanges: 40,
    occurrences: 52,
    outcomes: { accepted: 38, failed: 2 },
    firstSeen: '2026-03-02T09:14:07.120Z',
    lastSeen: '2026-03-05T17:40:00.000Z',
    observed: [],
    sample: sample(place),
    places: [
      place,
      { file: 'recordings/staging.har', entry: 31 },
      { file: 'recordings/nightly.ndjson', entry: 4, line: 4 },
    ],
    ...rest,
  };
}

function sample(place: Issue['places'][number]): Issue['sample'] {
  return {
    place,
    startedAt: '2026-03-02T09:14:07.120Z',
    request: {
      method: 'GET',
      url: 'https://api.petshop.example/v1/pets/7?expand=tags',
      headers: [
        ['accept', 'application/json'],
        ['authorization', 'Bearer xxxxxxxx.xxxxxxxxxxxx'],
      ],
      body: { text: '' },
    },
    response: {
      status: 200,
      headers: [
        ['content-type', 'application/json; charset=utf-8'],
        ['x-request-id', 'b8d2c1'],
      ],
      body: {
        text: '{"id":7,"name":"Rex","born":9007199254740993,"tags":[{"id":1,"name":"calm"},{"id":2,"name":7}],"owner":{"id":"u-19","city":"Porto"}}',
      },
    },
    curl: "curl 'https://api.petshop.example/v1/pets/7?expand=tags' -H 'accept: application/json' -H 'authorization: Bearer xxxxxxxx.xxxxxxxxxxxx'",
    expected: 'type: string',
    actual: 'a number: 7',
  };
}

const NONE = { declared: 0, seen: 0, passed: 0, unseen: [], notPassed: [] };

function coverage(): Coverage {
  const operation = (
    id: string,
    method: string,
    path: string,
    calls: number,
    passed: number,
    statuses: Record<string, number>,
    passedStatuses: Record<string, number>,
    rejectedStatuses: Record<string, number> = {},
  ): Coverage['operations'][number] => ({
    api: 'petshop',
    id,
    method,
    path,
    calls,
    passed,
    statuses,
    passedStatuses,
    rejectedStatuses,
  });
  return {
    levels: {
      operations: {
        declared: 8,
        seen: 6,
        passed: 5,
        unseen: ['deletePet', 'POST /orders/{orderId}/refund'],
        notPassed: ['getPet'],
      },
      statuses: {
        declared: 21,
        seen: 12,
        passed: 10,
        unseen: ['createPet 422', 'getPet 404', 'listPets 400', 'deletePet 204'],
        notPassed: [],
      },
      mediaTypes: { declared: 14, seen: 9, passed: 9, unseen: ['createPet application/xml'], notPassed: [] },
      parameters: { declared: 17, seen: 11, passed: 11, unseen: ['listPets query cursor'], notPassed: [] },
      properties: { declared: 96, seen: 71, passed: 68, unseen: ['Pet/microchip'], notPassed: [] },
      enums: { ...NONE, declared: 9, seen: 6, passed: 6, unseen: ['Pet/status/retired'] },
    },
    operations: [
      operation(
        'listPets',
        'GET',
        '/pets',
        512,
        510,
        { 200: 498, 304: 12, 400: 0, 500: 2 },
        { 200: 498, 304: 12 },
      ),
      operation('createPet', 'POST', '/pets', 204, 190, { 201: 188, 400: 16, 422: 0 }, { 201: 188, 400: 2 }),
      operation(
        'getPet',
        'GET',
        '/pets/{petId}',
        300,
        260,
        { 200: 290, 404: 8, 500: 2 },
        { 200: 252, 404: 8 },
      ),
      operation('updatePet', 'PATCH', '/pets/{petId}', 61, 58, { 200: 58, 409: 3 }, { 200: 58 }),
      operation('deletePet', 'DELETE', '/pets/{petId}', 0, 0, { 204: 0, 404: 0 }, {}),
      operation('listOrders', 'GET', '/orders', 80, 80, { 200: 80 }, { 200: 80 }),
      operation('createOrder', 'POST', '/orders', 43, 41, { 201: 41, 402: 2 }, { 201: 41 }),
      operation('POST /orders/{orderId}/refund', 'POST', '/orders/{orderId}/refund', 0, 0, { 202: 0 }, {}),
    ],
  };
}

export function passedReport(): Report {
  return {
    version: 3,
    tool: { name: 'deadringer', version: '1.2.3' },
    verdict: 'passed',
    exitCode: 0,
    reasons: [],
    settings: { failOn: ['violation'], minCoverage: { operations: 60 }, side: 'both' },
    apis: [{ name: 'petshop', title: 'Pet shop', file: SPEC, servers: ['https://api.petshop.example/v1'] }],
    sources: [
      { file: 'recordings/staging.har', format: 'har', creator: 'Playwright', entries: 1304 },
      { file: 'recordings/nightly.ndjson', format: 'ndjson', entries: 12 },
    ],
    accounting: {
      total: 1316,
      passed: 1180,
      rejected: { count: 0, reasons: {} },
      failed: { count: 0, reasons: {} },
      notCheckable: { count: 11, reasons: { 'body not recorded': 9, 'parameter-not-checkable': 2 } },
      outOfScope: { count: 125, reasons: { 'other host': 88, preflight: 30, 'from cache': 7 } },
      unreadable: { count: 0, reasons: {} },
    },
    unreadable: [],
    otherHosts: { 'fonts.petshop.example': 60, 'metrics.example.net': 28 },
    outcomes: { accepted: 1150, refused: 30 },
    findings: [],
    unlisted: 0,
    coverage: coverage(),
  };
}

const LIST_PETS = { id: 'listPets', method: 'GET', path: '/pets' };
const CREATE_PET = { id: 'createPet', method: 'POST', path: '/pets' };

export function failedReport(): Report {
  const posted: Issue['sample'] = {
    ...sample({ file: 'recordings/staging.har', entry: 77 }),
    request: {
      method: 'POST',
      url: 'https://api.petshop.example/v1/pets',
      headers: [['content-type', 'application/json']],
      body: { text: '{"name":"Mia","status":"asleep"}' },
    },
    response: {
      status: 201,
      headers: [['content-type', 'application/json']],
      body: { text: '{"id":8,"name":"Mia"}' },
    },
    curl: `curl -X POST https://api.petshop.example/v1/pets -H 'content-type: application/json' --data-raw '{"name":"Mia","status":"asleep"}'`,
    expected: 'enum: available, pending, sold',
    actual: 'a string of 6 characters',
  };
  const {
    expected: _expected,
    actual: _actual,
    ...sampleWithoutValues
  } = sample({ file: 'recordings/staging.har', entry: 402 });
  const { location: _location, ...unnamed } = issue('status-undocumented', {
    sample: {
      ...sampleWithoutValues,
      request: { ...sampleWithoutValues.request, url: 'https://api.petshop.example/v1/pets?limit=20' },
      response: {
        status: 500,
        headers: [['content-type', 'text/plain']],
        body: { text: 'upstream timed out' },
      },
      curl: "curl 'https://api.petshop.example/v1/pets?limit=20'",
    },
    operation: LIST_PETS,
    at: '/response/status',
    message: 'status 500 is not one that listPets declares',
    exchanges: 2,
    occurrences: 2,
    outcomes: { failed: 2 },
    observed: ['500'],
  });
  const findings = [
    issue('response-body-schema'),
    issue('request-body-schema', {
      operation: CREATE_PET,
      at: '/request/body/status',
      message: 'request body /status must be one of "available", "pending", "sold", is a string',
      location: {
        file: SPEC,
        line: 88,
        column: 9,
        pointer: '/components/schemas/NewPet/properties/status/enum',
      },
      exchanges: 14,
      occurrences: 14,
      outcomes: { 'accepted-invalid': 12, failed: 2 },
      sample: posted,
    }),
    issue('parameter-schema', {
      kind: 'rejected',
      side: 'request',
      operation: LIST_PETS,
      operations: [CREATE_PET, LIST_PETS],
      at: '/request/headers/x-tenant',
      message: 'header "X-Tenant" must match "^t-", is a string of 4 characters',
      location: { file: SPEC, line: 140, column: 9, pointer: '/components/parameters/Tenant/schema/pattern' },
      exchanges: 10,
      occurrences: 10,
      outcomes: { refused: 10 },
      sample: sampleWithoutValues,
    }),
    issue('parameter-missing', {
      operation: LIST_PETS,
      at: '/request/query/limit',
      message: 'query parameter "limit" is required and missing',
      location: { file: SPEC, line: 21, column: 7, pointer: '/paths/~1pets/get/parameters/0' },
      exchanges: 6,
      occurrences: 6,
      outcomes: { 'accepted-invalid': 6 },
      sample: {
        ...sampleWithoutValues,
        request: { ...sampleWithoutValues.request, url: 'https://api.petshop.example/v1/pets?page=2' },
        response: { status: 200, headers: [], body: { text: '[]' } },
        curl: "curl 'https://api.petshop.example/v1/pets?page=2'",
      },
      accepted: { reason: 'the old app, until it is gone', owner: 'mobile', expires: '2026-12-31' },
    }),
    unnamed,
    issue('response-property-undocumented', {
      at: '/response/body/owner/city',
      message: 'response body /owner/city is not declared by the schema',
      location: { file: SPEC, line: 61, column: 7, pointer: '/components/schemas/Owner' },
      exchanges: 290,
      occurrences: 290,
      outcomes: { accepted: 290 },
      observed: ['string'],
      sample: sampleWithoutValues,
    }),
    issue('response-body-not-checkable', {
      at: '/response/body',
      message: 'response body was not recorded: the proxy keeps 1 MB',
      exchanges: 9,
      occurrences: 9,
      sample: {
        ...sampleWithoutValues,
        place: { file: 'recordings/nightly.ndjson', entry: 9, line: 9 },
        response: { status: 200, headers: [], body: { notRecorded: 'the proxy keeps 1 MB' } },
      },
    }),
    issue('response-number-imprecise', {
      at: '/response/body/born',
      message: 'response body /born is 9007199254740993, which most JSON readers round',
      exchanges: 290,
      occurrences: 290,
      outcomes: { accepted: 290 },
      sample: sampleWithoutValues,
    }),
  ];
  return {
    ...passedReport(),
    verdict: 'failed',
    exitCode: 1,
    reasons: [
      '2 findings are violations that no baseline accepts',
      'operations are covered to 75%, and 80% are wanted',
    ],
    settings: { failOn: ['violation'], minCoverage: { operations: 80, statuses: 40 }, side: 'both' },
    accounting: {
      ...passedReport().accounting,
      passed: 1110,
      rejected: { count: 10, reasons: { 400: 8, 401: 2 } },
      failed: {
        count: 60,
        reasons: { 'response-body-schema': 40, 'request-body-schema': 14, 'parameter-missing': 6 },
      },
    },
    outcomes: { accepted: 1130, refused: 30, 'accepted-invalid': 18, failed: 2 },
    findings,
    baseline: {
      file: '.deadringer/baseline.yaml',
      accepted: 1,
      stale: [
        {
          fingerprint: '00aa11bb22cc33dd',
          code: 'status-undocumented',
          operation: 'createOrder',
          at: '/response/status',
          line: 14,
        },
      ],
      expired: [
        {
          fingerprint: '99aa11bb22cc33dd',
          code: 'request-body-schema',
          operation: 'createPet',
          at: '/request/body/status',
          line: 6,
          expires: '2026-02-01',
        },
      ],
    },
  };
}

export function incomplete(): Report {
  return {
    ...passedReport(),
    verdict: 'incomplete',
    exitCode: 3,
    reasons: ['recordings/nightly.ndjson could not be read completely'],
    sources: [
      {
        file: 'recordings/nightly.ndjson',
        format: 'ndjson',
        entries: 12,
        truncated: 'the last line is truncated',
      },
    ],
    accounting: {
      total: 12,
      passed: 9,
      rejected: { count: 0, reasons: {} },
      failed: { count: 0, reasons: {} },
      notCheckable: { count: 0, reasons: {} },
      outOfScope: { count: 1, reasons: { preflight: 1 } },
      unreadable: { count: 2, reasons: { 'not JSON': 1, truncated: 1 } },
    },
    unreadable: [
      {
        place: { file: 'recordings/nightly.ndjson', entry: 5, line: 5 },
        message: 'this is not JSON: a comma is missing',
      },
      { place: { file: 'recordings/nightly.ndjson', entry: 12, line: 12 }, message: 'the line is truncated' },
    ],
    otherHosts: {},
  };
}

export function nothing(): Report {
  return {
    ...passedReport(),
    verdict: 'incomplete',
    exitCode: 3,
    reasons: ['nothing was checked'],
    sources: [],
    accounting: {
      total: 0,
      passed: 0,
      rejected: { count: 0, reasons: {} },
      failed: { count: 0, reasons: {} },
      notCheckable: { count: 0, reasons: {} },
      outOfScope: { count: 0, reasons: {} },
      unreadable: { count: 0, reasons: {} },
    },
    otherHosts: {},
    apis: [],
    coverage: {
      levels: {
        operations: NONE,
        statuses: NONE,
        mediaTypes: NONE,
        parameters: NONE,
        properties: NONE,
        enums: NONE,
      },
      operations: [],
    },
  };
}

let hugeReport: Report | undefined;

/** Built once and shared: tests must not change it. */
export function huge(): Report {
  hugeReport ??= makeHuge();
  return hugeReport;
}

/** Maximum size in bytes of `huge()` in each format. */
export const MOST_BYTES: Readonly<Record<ReportFormat, () => number>> = {
  text: () => 100_000,
  // The checker bounds the report itself; the JSON reporter must not add to it.
  json: () => JSON.stringify(huge(), undefined, 2).length + 1000,
  junit: () => 5_000_000,
  sarif: () => 20_000_000,
  github: () => 100_000,
  markdown: () => 1_048_576,
  html: () => 5_000_000,
};

function makeHuge(): Report {
  const codes = Object.keys(CATALOGUE).filter(code =>
    /^(request|response|parameter|status)/.test(code),
  ) as FindingCode[];
  const long = `{"text":"${'lorem <b>&amp; "ipsum" '.repeat(90).replaceAll('"', '\\"')}"}`;
  const findings = Array.from({ length: 5000 }, (_, index) => {
    const code = codes[index % codes.length] as FindingCode;
    const base = issue(code, {
      fingerprintOf: `huge ${index}`,
      operation: { id: `operation${index % 700}`, method: 'POST', path: `/things/${index % 700}/{id}` },
      exchanges: 1 + (index % 97),
      occurrences: 1 + (index % 97),
      message: `response body /${'deep/'.repeat(80)}${index} must be a string, is a number`,
    });
    const { request, response } = base.sample;
    return {
      ...base,
      sample: {
        ...base.sample,
        request: { ...request, body: { text: long, truncatedFrom: 1_000_000 } },
        ...(response !== undefined && {
          response: { ...response, body: { text: long, truncatedFrom: 1_000_000 } },
        }),
        curl: `curl ${'x'.repeat(2000)}`,
      },
    };
  });
  const reasons = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`reason ${index}`, 10]));
  return {
    ...failedReport(),
    accounting: {
      total: 1180 + 4 * 3000,
      passed: 1180,
      rejected: { count: 0, reasons: {} },
      failed: { count: 3000, reasons },
      notCheckable: { count: 3000, reasons },
      outOfScope: { count: 3000, reasons },
      unreadable: { count: 3000, reasons },
    },
    reasons: Array.from({ length: 500 }, (_, index) => `reason ${index}`),
    findings,
    unlisted: 123_456,
    unreadable: Array.from({ length: 100 }, (_, index) => ({
      place: { file: 'recordings/big.har', entry: index + 1 },
      message: 'broken '.repeat(300),
    })),
    coverage: {
      ...coverage(),
      operations: Array.from({ length: 6000 }, (_, index) => ({
        api: 'petshop',
        id: `operation${index}`,
        method: 'POST',
        path: `/things/${index}/{id}`,
        calls: index % 3,
        passed: 0,
        statuses: { 200: index % 3 },
        passedStatuses: {},
        rejectedStatuses: {},
      })),
    },
  };
}

/** Text that an attacker could record: markup, terminal escapes, workflow commands, template syntax. */
export const HOSTILE =
  '</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>{{ 7 | times: 6 }}{% raw %}\u001b[31mred\u001b[0m\u202egnp.exe\u2066\r\n::error file=x::pwned\n##[error]pwned ##vso[task.complete]|`code` [link](javascript:alert(1)) @someone #1 ]]> \u0000\u0008\u007f\u009b\ufffe\ud800 %0A::stop-commands::x <!-- --> \u{e0041}\u200b [[ATTACHMENT|/etc/passwd]] "quote" \'single\' \\';

/** The failed report with hostile text in every member that takes text from traffic, documents or files. */
export function hostile(): Report {
  const base = failedReport();
  const poison = <T>(value: T, key = ''): T => {
    if (typeof value === 'string') return (POISONED.has(key) ? `${HOSTILE} ${value}` : value) as T;
    if (Array.isArray(value)) return value.map(item => poison(item as unknown, key)) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        TABLES.has(key) ? `${HOSTILE} ${name}` : name,
        poison(inner as unknown, name),
      ]),
    ) as T;
  };
  const poisoned = poison(base);
  return { ...poisoned, tool: base.tool, otherHosts: { [HOSTILE]: 88, 'metrics.example.net': 28 } };
}

const POISONED = new Set([
  'message',
  'expected',
  'actual',
  'curl',
  'url',
  'headers',
  'text',
  'notRecorded',
  'file',
  'pointer',
  'path',
  'id',
  'at',
  'observed',
  'title',
  'name',
  'servers',
  'creator',
  'reason',
  'owner',
  'truncated',
  'operation',
  'unseen',
  'notPassed',
  'reasons',
  'api',
  'method',
]);
const TABLES = new Set(['reasons']);

/** A replay with changed responses and skipped exchanges. */
function replayed(): Report {
  const { accounting, ...rest } = passedReport();
  const { outOfScope, ...counted } = accounting;
  const place = (entry: number): Issue['places'][number] => ({ file: 'recordings/staging.har', entry });
  return {
    ...rest,
    verdict: 'failed',
    exitCode: 1,
    reasons: ['1 thing in 1 operation differs from the recording'],
    settings: { ...rest.settings, failOn: ['violation', 'difference'] },
    replay: { targets: ['petshop=https://staging.petshop.example/v1'], writes: false, strictValues: false },
    accounting: {
      ...counted,
      skipped: { count: 25, reasons: { write: 20, 'missing-secret': 3, 'no-response': 2 } },
      outOfScope: { ...outOfScope, count: 100, reasons: { ...outOfScope.reasons, 'other host': 63 } },
    },
    skipped: [
      {
        place: place(3),
        reason: 'write',
        message: 'POST may change data on the target; use --allow-writes to send it',
      },
      { place: place(9), reason: 'no-response', message: 'the connection was refused' },
    ],
    findings: [
      issue('answer-member-renamed', {
        message: 'response body /name is now /title',
        at: '/response/body/name',
      }),
    ],
  };
}

export const SAMPLES: readonly (readonly [string, () => Report])[] = [
  ['passed', passedReport],
  ['failed', failedReport],
  ['incomplete', incomplete],
  ['replayed', replayed],
  ['nothing', nothing],
  ['hostile', hostile],
];

/** Not one of SAMPLES: rendering it takes seconds. */
export const HUGE: (typeof SAMPLES)[number] = ['huge', huge];
