// Informational statuses (1xx) are never the final response to a request (RFC 9110 section 15.2).
import { expect, test } from 'vitest';
import { serveText } from './serve-schemas.ts';

const DOCUMENT = `
openapi: 3.1.0
info: { title: Interim, version: '1' }
paths:
  /upgrade: { get: { operationId: upgrade, responses: { '101': { description: another protocol }, '400': { description: no } } } }
  /range: { get: { operationId: range, responses: { 1XX: { description: interim } } } }
  /both: { get: { operationId: both, responses: { '100': { description: interim }, '200': { description: OK } } } }
`;

test.each([
  ['/upgrade', 101],
  ['/range', 100],
])('%s gets an error that names the status, and no client waits', async (target, status) => {
  const { ask } = await serveText('api.yaml', DOCUMENT);
  const { status: sent, text } = await ask(target);
  expect(sent).toBe(501);
  const { type, detail } = JSON.parse(text);
  expect(type).toBe('deadringer:nothing-to-say');
  expect(detail).toContain(`status ${status} is not a final response`);
});

test('other responses of such an operation are served', async () => {
  const { ask } = await serveText('api.yaml', DOCUMENT);
  expect((await ask('/both')).status).toBe(200);
  expect((await ask('/upgrade?__code=400')).status).toBe(400);
  // No preference asks for an informational status.
  expect((await ask('/both?__code=100')).text).toContain('deadringer:bad-preference');
});
