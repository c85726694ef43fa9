// A body that broke off, or that cannot be decoded, is named, and can fail the run.

import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { EMPTY_BODY, type Exchange } from '../../src/exchange/exchange.ts';
import { checkTraffic } from '../../src/index.ts';
import { toHar } from '../../src/recording/har-writer.ts';
import { toExchangeLine } from '../../src/recording/ndjson.ts';
import { type Call, check, folderWith, GOOD, SHOP } from './traffic.ts';

/** The second half of the compressed body is missing. */
const CUT_GZIP: Call = {
  ...GOOD,
  answer: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
  body: {
    mimeType: 'application/json',
    encoding: 'base64',
    text: gzipSync('{"id":7,"name":"tea"}').subarray(0, 20).toString('base64'),
  },
};

test('compressed bytes that are cut are counted and named, and do not fail by default', async () => {
  const report = await check([GOOD, CUT_GZIP]);
  expect(report).toMatchObject({
    exitCode: 0,
    accounting: { passed: 1, notCheckable: { reasons: { 'response-body-undecodable': 1 } } },
    findings: [
      {
        kind: 'undecodable',
        message: 'response body broke off or cannot be decoded: the recording contains damaged gzip data',
      },
    ],
  });
});

test('--fail-on undecodable makes them fail', async () => {
  const report = await check([GOOD, CUT_GZIP], { failOn: ['violation', 'undecodable'] });
  expect(report).toMatchObject({
    exitCode: 1,
    reasons: ['1 finding in 1 operation is about a body that broke off or cannot be decoded'],
  });
});

test('a body that the recorder left out is not undecodable', async () => {
  const { findings } = await check([{ ...GOOD, body: { mimeType: 'application/json', size: 21 } }]);
  expect(findings.map(({ code }) => code)).toEqual(['response-body-not-checkable']);
});

test.for(['har', 'ndjson'])('a recording as %s keeps that a body broke off', async format => {
  const exchange: Exchange = {
    id: 'x-1',
    startedAt: Date.UTC(2026, 10, 21),
    duration: 3,
    request: {
      method: 'GET',
      path: '/v1/orders/7',
      query: '',
      headers: { host: ['eu.shop.example'], authorization: ['Bearer FAKE'] },
      body: EMPTY_BODY,
    },
    response: {
      status: 200,
      headers: { 'content-type': ['application/json'] },
      body: { notRecorded: 'the upstream closed the connection', undecodable: true },
    },
  };
  const text = JSON.stringify(
    format === 'har' ? toHar([exchange], { name: 'deadringer', version: '1' }) : toExchangeLine(exchange),
  );
  const file = path.join(folderWith({ [`broke.${format}`]: text }), `broke.${format}`);
  const { findings } = await checkTraffic({ specs: [SHOP], traffic: [file] });
  expect(findings).toMatchObject([{ code: 'response-body-undecodable' }]);
});
