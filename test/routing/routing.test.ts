// Which operation a request or a recorded URL belongs to: base paths, variables, several documents, hosts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import escapeRegExp from 'escape-string-regexp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadContract } from '../../src/openapi/load.ts';
import type { Contract } from '../../src/openapi/model.ts';
import { matchText, parseTextPattern } from '../../src/openapi/text-pattern.ts';
import { createMatcher, type MatchResult } from '../../src/routing/match.ts';
import { createUrlMatcher, type UrlMatch } from '../../src/routing/recorded-url.ts';
import { fc } from '../random.ts';

interface Document {
  readonly servers?: readonly (string | object)[];
  /** "GET /pets" */
  readonly operations: readonly string[];
}

/** Each operation has its method and path as the operationId. */
async function contractOf(documents: Readonly<Record<string, Document>>): Promise<Contract> {
  const folder = mkdtempSync(path.join(tmpdir(), 'routing-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, { servers = [], operations }] of Object.entries(documents)) {
    const paths: Record<string, Record<string, unknown>> = {};
    for (const id of operations) {
      const [method = '', template = ''] = id.split(' ');
      const parameters = Array.from(template.matchAll(/\{([^}]+)\}/g), ([, variable]) => ({
        name: variable,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      }));
      const item = paths[template] ?? {};
      paths[template] = item;
      item[method.toLowerCase()] = {
        operationId: id,
        parameters,
        responses: { 204: { description: 'Done.' } },
      };
    }
    const document = {
      openapi: '3.1.0',
      info: { title: name, version: '1' },
      ...(servers.length > 0 && {
        servers: servers.map(server => (typeof server === 'string' ? { url: server } : server)),
      }),
      paths,
    };
    writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(document));
  }
  const { contract, findings } = await loadContract([folder], { relativeTo: folder });
  expect(findings).toEqual([]);
  return contract;
}

/** "api GET /pets", "api has no such method: GET, PUT", or the kind of the result. */
function describeMatch(match: MatchResult | UrlMatch): string {
  switch (match.kind) {
    case 'operation':
      return `${match.operation.api.name} ${match.operation.id}`;
    case 'method-not-allowed':
      return `${match.api.name} has ${match.allow.join(', ')}`;
    case 'ambiguous':
      return `ambiguous: ${match.claims.map(({ api }) => api.name).join(', ')}`;
    case 'undocumented':
      return `undocumented in ${match.api.name}: ${match.declaredPath?.methods.join(', ') ?? match.path}`;
    case 'out-of-scope':
      return match.reason;
    default:
      return match.kind;
  }
}

type Ask = (request: string, host?: string) => string;

function mock(contract: Contract): Ask {
  const match = createMatcher(contract);
  return (request, host) => {
    const [method = '', target = ''] = request.split(' ');
    return describeMatch(match({ method, path: target, host }));
  };
}

function recorded(contract: Contract): Ask {
  const match = createUrlMatcher(contract, []);
  return request => {
    const [, method = '', origin = '', target] = /^(\S+) (https?:\/\/[^/]+)(.*)$/.exec(request) ?? [];
    return describeMatch(match(origin, method, target || '/'));
  };
}

const variable = (url: string, name: string, value = 'v1'): object => ({
  url,
  variables: { [name]: { default: value } },
});

describe('a server variable without enum', () => {
  const operations = ['GET /', 'GET /status', 'GET /{slug}', 'GET /items/{id}', 'GET /items/{id}/parts'];

  test.each([
    ['GET /shop', 'shop GET /'],
    ['GET /shop/', 'shop GET /'],
    ['GET /shop/status', 'shop GET /status'],
    ['GET /shop/anything', 'shop GET /{slug}'],
    ['GET /shop/v1', 'shop GET /'],
    ['GET /shop/v1/status', 'shop GET /status'],
    ['GET /shop/v9/status', 'shop GET /status'],
    ['GET /shop/items/5', 'shop GET /items/{id}'],
    ['GET /shop/v2/items/5', 'shop GET /items/{id}'],
    ['GET /shop/items/5/parts', 'shop GET /items/{id}/parts'],
    ['POST /shop/status', 'shop has GET'],
  ])('takes no segment that a path claims: %s', async (request, expected) => {
    const shop = { servers: [variable('https://api.example.com/{version}', 'version')], operations };
    expect(mock(await contractOf({ shop }))(request)).toBe(expected);
  });

  test.each([
    ['GET /shop/value', 'shop GET /{slug}'],
    ['GET /shop/v3/value', 'shop GET /{slug}'],
    ['GET /shop/v3', 'shop GET /{slug}'],
    ['GET /shop/v1', 'shop GET /'],
  ])('with text beside it takes none either: %s', async (request, expected) => {
    const shop = { servers: [variable('/v{major}', 'major', '1')], operations: ['GET /', 'GET /{slug}'] };
    expect(mock(await contractOf({ shop }))(request)).toBe(expected);
  });

  test.each([
    ['GET https://api.example.com/items/5', 'shop GET /items/{id}'],
    ['GET https://api.example.com/v1/items/5', 'shop GET /items/{id}'],
    ['GET https://api.example.com/v2/status', 'shop GET /status'],
    ['GET https://api.example.com/status', 'shop GET /status'],
    ['GET http://localhost:4010/shop/items/5', 'shop GET /items/{id}'],
  ])('takes none in a recorded URL: %s', async (request, expected) => {
    const shop = { servers: [variable('https://api.example.com/{version}', 'version')], operations };
    expect(recorded(await contractOf({ shop }))(request)).toBe(expected);
  });

  test('is tried after the other servers of the document', async () => {
    const servers = [
      variable('https://api.example.com/{tenant}', 'tenant', 'demo'),
      'https://api.example.com',
    ];
    const contract = await contractOf({ shop: { servers, operations: ['GET /{slug}', 'GET /'] } });
    expect(recorded(contract)('GET https://api.example.com/acme')).toBe('shop GET /{slug}');
    expect(recorded(contract)('GET https://api.example.com/acme/tea')).toBe('shop GET /{slug}');
  });

  test('with a value that is its default is as exact as text', async () => {
    const servers = [variable('https://api.example.com/{version}', 'version')];
    const contract = await contractOf({
      shop: { servers, operations: ['GET /{owner}/{name}', 'GET /status'] },
    });
    expect(mock(contract)('GET /shop/v1/status')).toBe('shop GET /status');
    expect(mock(contract)('GET /shop/ana/status')).toBe('shop GET /{owner}/{name}');
  });

  test('in a host gives way to a document that names the host', async () => {
    const contract = await contractOf({
      any: { servers: [variable('https://{tenant}.example.com', 'tenant')], operations: ['GET /pets/mine'] },
      exact: { servers: ['https://api.example.com'], operations: ['GET /pets/{id}'] },
    });
    expect(recorded(contract)('GET https://api.example.com/pets/mine')).toBe('exact GET /pets/{id}');
    expect(mock(contract)('GET /pets/mine', 'api.example.com')).toBe('exact GET /pets/{id}');
    expect(recorded(contract)('GET https://other.example.com/pets/mine')).toBe('any GET /pets/mine');
  });
});

describe('a template beside a concrete path', () => {
  const api = {
    operations: ['PATCH /users/me', 'GET /users/{id}', 'PUT /users/{id}', 'GET /users/{id}.json'],
  };

  test.each([
    ['PATCH /api/users/me', 'api PATCH /users/me'],
    ['GET /api/users/me', 'api GET /users/{id}'],
    ['HEAD /api/users/me', 'api GET /users/{id}'],
    ['PUT /api/users/ana.json', 'api PUT /users/{id}'],
    ['DELETE /api/users/me', 'api has PATCH, GET, PUT'],
    ['DELETE /api/users/ana.json', 'api has GET, PUT'],
    ['PATCH /api/users/ana', 'api has GET, PUT'],
  ])('has the methods that the concrete path has not: %s', async (request, expected) => {
    expect(mock(await contractOf({ api }))(request)).toBe(expected);
  });

  test('has them in a recording as well', async () => {
    const ask = recorded(await contractOf({ api: { ...api, servers: ['https://api.example.com'] } }));
    expect(ask('GET https://api.example.com/users/me')).toBe('api GET /users/{id}');
    expect(ask('DELETE https://api.example.com/users/me')).toBe('undocumented in api: PATCH, GET, PUT');
  });
});

describe('variables with text between them', () => {
  const values = (template: string, text: string): string[] | undefined =>
    matchText(parseTextPattern(template), text)?.map(([from, to]) => text.slice(from, to));

  test.each([
    ['{lat},{lon}.{format}', '52.3,4.9.json', ['52.3', '4.9', 'json']],
    ['{name}-{version}.tgz', 'left-pad-1.3.0.tgz', ['left-pad', '1.3.0']],
    ['v{major}.{minor}', 'v1.2', ['1', '2']],
    ['v{major}.{minor}', 'v1', undefined],
    ['{base}...{head}', 'main...fix', ['main', 'fix']],
    ['{base}...{head}', 'v1.0...v1.1', ['v1.0', 'v1.1']],
    ['{name}.{extension}', '.profile', undefined],
    ['{name}.{extension}', 'a..b', ['a.', 'b']],
    ['{name}:cancel', 'job-7%3Acancel', ['job-7']],
    ['{name}:cancel', 'job:7:cancel', ['job:7']],
    ['{lat},{lon}', '1%2C5,2', ['1%2C5', '2']],
    ['{lat},{lon}', '1,5%2C2', ['1', '5%2C2']],
    ['{lat},{lon}', '1%2c2', ['1', '2']],
    ['{first}{second}', 'abc', ['ab', 'c']],
    ['page-{n}', 'page-', undefined],
    ['({id})', '(7)', ['7']],
    ['{größe}ü', 'x%C3%BC', ['x']],
  ])('%s takes %s apart', (template, text, expected) => {
    expect(values(template, text)).toEqual(expected);
  });

  test('are what a greedy regular expression captures', () => {
    const part = fc.constantFrom('{a}', '.', '-', '..', 'x', '.-');
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 7 }),
        fc.string({ unit: fc.constantFrom('.', '-', 'x', 'y'), maxLength: 9 }),
        (parts, text) => {
          const template = parts.join('');
          const greedy = new RegExp(
            `^${parts.map(each => (each === '{a}' ? '(.+)' : escapeRegExp(each))).join('')}$`,
          );
          expect(values(template, text)).toEqual(greedy.exec(text)?.slice(1));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('cost linear time', () => {
    const template = '{a}-{b}-{c}-{d}-{e}-{f}-{g}-{h}!';
    expect(values(template, `${'-'.repeat(200_000)}`)).toBeUndefined();
    expect(values('{a}.{b}.{c}', 'x'.repeat(200_000))).toBeUndefined();
  });
});

describe('of several documents on one host', () => {
  test('the more exact path wins, whatever the names of the files', async () => {
    const gateway = {
      servers: ['https://api.example.com'],
      operations: ['GET /{tenant}/pets', 'GET /{a}/{b}/{c}'],
    };
    const second = {
      servers: ['https://api.example.com/v2'],
      operations: ['GET /pets', 'POST /pets/{id}/photo'],
    };
    for (const [one, two] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const contract = await contractOf({ [one]: gateway, [two]: second });
      for (const ask of [
        recorded(contract),
        (request: string) =>
          mock(contract)(request.replace('https://api.example.com', ''), 'api.example.com'),
      ]) {
        expect(ask('GET https://api.example.com/v2/pets')).toBe(`${two} GET /pets`);
        expect(ask('GET https://api.example.com/acme/pets')).toBe(`${one} GET /{tenant}/pets`);
        expect(ask('POST https://api.example.com/v2/pets/7/photo')).toBe(`${two} POST /pets/{id}/photo`);
        expect(ask('GET https://api.example.com/v2/pets/7')).toBe(`${one} GET /{a}/{b}/{c}`);
      }
      const check = recorded(contract);
      expect(check('GET https://api.example.com/v2/unknown')).toBe(`undocumented in ${two}: /unknown`);
      expect(check('GET https://api.example.com/unknown')).toBe(`undocumented in ${one}: /unknown`);
    }
  });

  test('an undocumented path belongs to the longest base path that contains it', async () => {
    const contract = await contractOf({
      a: { servers: ['https://api.example.com/shop'], operations: ['GET /tea'] },
      b: { servers: ['https://api.example.com/shop/v2'], operations: ['GET /tea'] },
      c: {
        servers: [variable('https://api.example.com/{area}/v2/x', 'area', 'x')],
        operations: ['GET /tea'],
      },
    });
    const ask = recorded(contract);
    expect(ask('GET https://api.example.com/shop/v2/coffee')).toBe('undocumented in b: /coffee');
    expect(ask('GET https://api.example.com/shop/v2/x/coffee')).toBe('undocumented in b: /x/coffee');
    expect(ask('GET https://api.example.com/shop/v3')).toBe('undocumented in a: /v3');
    expect(ask('GET https://api.example.com/club')).toBe('outside-servers');
  });

  test('the port and the scheme that a document names count', async () => {
    const operations = ['GET /pets'];
    const contract = await contractOf({
      admin: { servers: ['https://api.example.com:8443'], operations },
      plain: { servers: ['http://api.example.com'], operations },
      secure: { servers: ['https://api.example.com'], operations },
      standard: { servers: ['https://www.example.com:443'], operations },
    });
    const ask = recorded(contract);
    expect(ask('GET https://api.example.com/pets')).toBe('secure GET /pets');
    expect(ask('GET http://api.example.com/pets')).toBe('plain GET /pets');
    expect(ask('GET https://api.example.com:8443/pets')).toBe('admin GET /pets');
    expect(ask('GET https://www.example.com/pets')).toBe('standard GET /pets');
    expect(ask('GET https://www.example.com:8443/pets')).toBe('other-host');
    const serve = mock(contract);
    expect(serve('GET /pets', 'api.example.com:8443')).toBe('admin GET /pets');
    expect(serve('GET /pets', 'www.example.com')).toBe('standard GET /pets');
    expect(serve('GET /pets', 'WWW.example.com:443')).toBe('standard GET /pets');
    expect(serve('GET /pets', 'www.example.com:80')).toBe('ambiguous: admin, plain, secure, standard');
  });

  test('a port that is a variable is any port, or one of its enum', async () => {
    const server = (values?: string[]): object => ({
      url: 'https://h.example.com:{port}/v1',
      variables: { port: { default: '8443', ...(values && { enum: values }) } },
    });
    const operations = ['GET /pets'];
    const free = recorded(await contractOf({ a: { servers: [server()], operations } }));
    expect(free('GET https://h.example.com:9000/v1/pets')).toBe('a GET /pets');
    const listed = recorded(await contractOf({ a: { servers: [server(['8443', '443'])], operations } }));
    expect(listed('GET https://h.example.com:9000/v1/pets')).toBe('other-host');
    expect(listed('GET https://h.example.com/v1/pets')).toBe('a GET /pets');
  });
});

describe('the most similar operations', () => {
  const nearest = async (request: string, host?: string): Promise<string[]> => {
    const [method = '', target = ''] = request.split(' ');
    const match = createMatcher(
      await contractOf({
        bank: {
          servers: ['https://bank.example.com/api/v1'],
          operations: ['GET /x', 'POST /accounts/{id}/x'],
        },
        shop: {
          servers: ['https://shop.example.com/rewards/v2'],
          operations: ['POST /login', 'GET /rewards/{id}', 'GET /orders/{id}/lines/{line}'],
        },
      }),
    )({ method, path: target, host });
    return match.kind === 'not-found'
      ? match.closest.map(({ api, id }) => `${api.name} ${id}`)
      : [match.kind];
  };

  test.each([['GET /shop/x'], ['GET /shop'], ['GET /shop/'], ['GET /shop/api/v1/x']])(
    'are of the API that the first segment names: %s',
    async request => {
      expect((await nearest(request)).map(each => each.split(' ')[0])).toEqual(['shop', 'shop', 'shop']);
    },
  );

  test('are of the API that the host names', async () => {
    expect((await nearest('GET /api/v1/y', 'shop.example.com'))[0]).toMatch(/^shop /);
    expect((await nearest('GET /api/v1/y', 'bank.example.com'))[0]).toBe('bank GET /x');
  });

  test('count the base path without the name of the API', async () => {
    expect((await nearest('GET /rewards/v2/logins'))[0]).toBe('shop POST /login');
    expect((await nearest('GET /v2/logins'))[0]).toBe('shop POST /login');
  });

  test('are found for a path of many segments', async () => {
    expect(await nearest(`GET ${'/a'.repeat(8000)}`)).toHaveLength(3);
  });
});

describe('at the root', () => {
  const documents = {
    rewards: {
      servers: ['https://api.example.com/v2'],
      operations: ['GET /rewards', 'POST /rewards', 'GET /rewards/{id}', 'GET /status', 'GET /users/me'],
    },
    orders: {
      servers: ['https://orders.example.com/api'],
      operations: ['GET /orders', 'GET /status', 'POST /status', 'DELETE /users/{id}', 'GET /'],
    },
    users: { operations: ['GET /teams/{team}', 'GET /{kind}/{id}', 'GET /v2/teams'] },
    open: { servers: ['https://{host}'], operations: ['GET /api/orders/new'] },
  };

  test.each([
    ['GET /v2/rewards', 'rewards GET /rewards'],
    ['GET /rewards', 'rewards GET /rewards'],
    ['GET /rewards/rewards', 'rewards GET /rewards'],
    ['POST /v2/rewards', 'rewards POST /rewards'],
    ['HEAD /v2/rewards/7', 'rewards GET /rewards/{id}'],
    ['PUT /v2/rewards', 'rewards has GET, POST'],
    ['GET /api/orders', 'orders GET /orders'],
    ['GET /api', 'orders GET /'],
    ['GET /', 'orders GET /'],
    ['GET /teams/a', 'users GET /teams/{team}'],
    ['GET /animals/7', 'users GET /{kind}/{id}'],
    ['GET /orders/7', 'not-found'],
    ['GET /orders/orders', 'orders GET /orders'],
    ['GET /api/orders/new', 'open GET /api/orders/new'],
    ['GET /v2/status', 'rewards GET /status'],
    ['GET /api/status', 'orders GET /status'],
    ['GET /status', 'ambiguous: orders, rewards'],
    ['POST /status', 'ambiguous: orders, rewards'],
    ['DELETE /users/me', 'rewards has GET'],
    ['DELETE /api/users/me', 'orders DELETE /users/{id}'],
  ])('a path that one document claims is answered by it: %s', async (request, expected) => {
    expect(mock(await contractOf(documents))(request, '127.0.0.1:4010')).toBe(expected);
  });

  test.each([
    ['GET /rewards', 'rewards GET /rewards'],
    ['GET /rewards/7', 'rewards GET /rewards/{id}'],
    ['GET /rewards/rewards', 'rewards GET /rewards'],
    ['GET /rewards/v2/rewards', 'rewards GET /rewards'],
  ])('an API whose name is the first segment of its paths: %s', async (request, expected) => {
    const { rewards } = documents;
    expect(mock(await contractOf({ rewards }))(request, 'localhost:4010')).toBe(expected);
    const match = createUrlMatcher(await contractOf({ rewards }), []);
    const [method = '', target = ''] = request.split(' ');
    expect(describeMatch(match('http://localhost:4010', method, target, true))).toBe(expected);
  });

  test('the host of a real service has its own paths only', async () => {
    const ask = mock(await contractOf(documents));
    expect(ask('GET /v2/rewards', 'api.example.com')).toBe('rewards GET /rewards');
    expect(ask('GET /rewards', 'api.example.com')).toBe('not-found');
    expect(ask('GET /api/orders', 'api.example.com')).toBe('not-found');
    expect(ask('GET /api/orders', 'mock.internal.example')).toBe('orders GET /orders');
  });

  test('two documents that claim a path in different forms: the one with a base path', async () => {
    const contract = await contractOf({
      a: { servers: ['/v1'], operations: ['GET /pets'] },
      b: { servers: ['/api'], operations: ['GET /v1/pets', 'GET /pets'] },
      c: { operations: ['GET /other'] },
    });
    expect(mock(contract)('GET /v1/pets')).toBe('a GET /pets');
    expect(mock(contract)('GET /pets')).toBe('ambiguous: a, b');
  });
});

test.each([
  ['GET /api/pets', 'api GET /pets'],
  ['GET /api/p%65ts', 'api GET /pets'],
  ['GET /api/pets/', 'not-found'],
  ['GET /api//pets', 'not-found'],
  ['GET //api/pets', 'not-found'],
  ['GET /api/Pets', 'not-found'],
  ['GET /api/x/../pets', 'not-found'],
  ['GET /api/pets%2F7', 'not-found'],
  ['GET /api/pets/a%2Fb', 'api GET /pets/{id}'],
])('a path is compared segment by segment, as sent: %s', async (request, expected) => {
  const contract = await contractOf({ api: { operations: ['GET /pets', 'GET /pets/{id}'] } });
  expect(mock(contract)(request)).toBe(expected);
});
