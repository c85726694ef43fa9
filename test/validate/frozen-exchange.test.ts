// Validation does not modify an exchange: a frozen one is accepted.
import { expect, test } from 'vitest';
import { loadContract, validateRequest, validateResponse } from '../../src/index.ts';

test('a frozen exchange is validated like any other', async () => {
  const { contract } = await loadContract(['test/check/shop.yaml'], { relativeTo: '.' });
  const operation = contract.apis[0]?.operations.find(({ id }) => id === 'createOrder');
  if (operation === undefined) throw new Error('the shop has no createOrder');
  const headers = { 'content-type': ['application/json'], authorization: ['Bearer FAKE'] };
  const body = Buffer.from('{"name":9}');
  const request = Object.freeze({ method: 'POST', path: '/orders', query: '', headers, body });
  const match = { kind: 'operation', operation, pathValues: {} } as const;
  const codes = [
    ...validateRequest(match, request),
    ...validateResponse(
      operation,
      Object.freeze({ status: 201, headers: { 'content-type': ['application/json'] }, body }),
    ),
  ].map(({ code }) => code);
  expect(codes).toEqual(['request-body-schema', 'response-body-schema']);
});
