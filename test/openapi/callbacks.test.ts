// Callbacks and webhooks of documents: what is read, in which versions, and that one flaw disables one of them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type LoadedContract, loadContract } from '../../src/openapi/load.ts';
import { type ApiSpec, secretNames } from '../../src/openapi/model.ts';

async function load(document: object): Promise<LoadedContract & { readonly api: ApiSpec }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'deadringer-callbacks-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'api.json');
  await writeFile(file, JSON.stringify(document));
  const loaded = await loadContract([file], { relativeTo: folder });
  return { ...loaded, api: loaded.contract.apis[0] as ApiSpec };
}

const RESPONSES = { 204: { description: 'Taken.' } };

function withCallbacks(callbacks: unknown, others: object = {}): object {
  const post = { operationId: 'add', callbacks, responses: { 201: { description: 'Added.' } } };
  return { openapi: '3.0.3', info: { title: 'A', version: '1' }, paths: { '/pets': { post } }, ...others };
}

test('a callback has its URL, its method, and its place in the document', async () => {
  const { contract, findings } = await loadContract(['test/fixtures/streams.yaml'], { relativeTo: '.' });
  expect(findings).toEqual([]);
  const [operation] = contract.apis[0]?.operations ?? [];
  const read = operation?.callbacks.map(({ name, url, operation: { id, method, node, api } }) => {
    const { line } = api.documents.locate(node);
    return { name, url: url.text, id, method, line };
  });
  expect(read).toEqual([
    {
      name: 'onData',
      url: '{$request.body#/callbackUrl}?stream={$request.path.id}',
      id: 'onData',
      method: 'POST',
      line: 30,
    },
    { name: 'onEnd', url: '$request.query.endUrl', id: 'streamEnded', method: 'DELETE', line: 77 },
  ]);
});

test('a webhook is read from 3.1, and from the extension of 3.0', async () => {
  const webhooks = { newPet: { post: { responses: RESPONSES } } };
  const base = { info: { title: 'A', version: '1' }, paths: {} };
  const { api } = await load({ openapi: '3.1.0', ...base, webhooks });
  expect(api.webhooks.map(({ name, operation }) => [name, operation.id, operation.method])).toEqual([
    ['newPet', 'newPet', 'POST'],
  ]);
  const old = await load({ openapi: '3.0.3', ...base, 'x-webhooks': webhooks });
  expect(old.api.webhooks.map(({ name }) => name)).toEqual(['newPet']);
  expect(old.findings).toEqual([]);
});

test('one flaw disables one callback', async () => {
  const post = { responses: RESPONSES };
  const { api, findings } = await load(
    withCallbacks({
      good: { '{$request.body#/url}': { post } },
      noUrl: { post },
      typo: { '{$request.bdy#/url}': { post } },
      dangling: { $ref: '#/components/callbacks/None' },
      text: 'http://app.test',
      noMethods: { 'http://app.test': {} },
      'x-note': 1,
    }),
  );
  expect(api.operations[0]?.callbacks.map(({ name }) => name)).toEqual(['good']);
  expect(findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'spec-reference: $ref "#/components/callbacks/None" cannot be resolved',
    'spec-operation: the key of a callback is its URL, and "post" is neither one nor a runtime expression, such as {$request.body#/callbackUrl}',
    'spec-operation: the key of a callback is its URL, and "$request.bdy#/url" is neither one nor a runtime expression, such as {$request.body#/callbackUrl}',
    'spec-operation: a callback must be an object',
  ]);
});

test('a callback that refers to itself is read once', async () => {
  const loop = {
    '{$request.body#/url}': {
      post: { responses: RESPONSES, callbacks: { again: { $ref: '#/components/callbacks/Loop' } } },
    },
  };
  const { api } = await load(
    withCallbacks(
      { first: { $ref: '#/components/callbacks/Loop' } },
      { components: { callbacks: { Loop: loop } } },
    ),
  );
  const [callback] = api.operations[0]?.callbacks ?? [];
  expect(callback?.name).toBe('first');
  expect(callback?.operation.callbacks).toEqual([]);
});

test('the security of the document is not that of its callbacks, and theirs is secret', async () => {
  const hook = { post: { security: [{ hook: [] }], responses: RESPONSES } };
  const { api } = await load(
    withCallbacks(
      {
        plain: { 'http://app.test/a': { post: { responses: RESPONSES } } },
        keyed: { 'http://app.test/b': hook },
      },
      {
        security: [{ api: [] }],
        components: {
          securitySchemes: {
            api: { type: 'apiKey', in: 'header', name: 'X-Api' },
            hook: { type: 'apiKey', in: 'header', name: 'X-Hook' },
          },
        },
      },
    ),
  );
  const security = api.operations[0]?.callbacks.map(({ operation }) =>
    operation.security.flat().map(({ name }) => name),
  );
  expect(security).toEqual([[], ['hook']]);
  expect([...secretNames(api)].sort()).toEqual(['x-api', 'x-hook']);
});
