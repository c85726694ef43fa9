// Writes a HAR such as a browser records in a shop: many operations, long headers, bodies of 1 to 50 KB, some of it broken.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

type Pairs = readonly (readonly [string, string])[];

interface Said {
  readonly method: string;
  readonly url: string;
  readonly sent?: { readonly type: string; readonly text: string };
  readonly status: number;
  readonly type?: string;
  readonly text?: string;
  readonly encoding?: 'base64';
  readonly more?: Pairs;
}

const API = 'https://shop.example/api/v2';

/** Two runs write the same: without a seed there would be nothing to compare. */
let state = 1;
function below(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

const among = <Each>(list: readonly Each[]): Each => list[below(list.length)] as Each;
const WORDS = [
  'rosso',
  'Größe',
  'shirt',
  'camisa',
  'blue',
  'cotton',
  '"new"',
  'línea',
  'résumé',
  'small',
  '漢字',
];
const words = (count: number): string => Array.from({ length: count }, () => among(WORDS)).join(' ');
const uuid = (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
const hex = (length: number): string => Array.from({ length }, () => below(16).toString(16)).join('');

const money = (): object => ({ amount: below(100_000) / 100, currency: among(['EUR', 'USD', 'BRL']) });

function product(): Record<string, unknown> {
  return {
    id: below(1_000_000),
    name: words(4),
    text: words(20 + below(80)),
    price: money(),
    tags: [...new Set([among(WORDS), among(WORDS)])],
    stock: below(3) === 0 ? null : below(500),
    changed: new Date(1_790_000_000_000 + below(1_000_000_000)).toISOString(),
    sizes: { s: below(9), m: below(9), l: below(9) },
  };
}

const newOrder = (): Record<string, unknown> => ({
  lines: Array.from({ length: 1 + below(6) }, () => ({ product: below(1_000_000), count: 1 + below(3) })),
  payment:
    below(2) === 0 ? { kind: 'card', last4: '4242' } : { kind: 'transfer', iban: 'DE02120300000000202051' },
  ...(below(2) === 0 && { note: words(12) }),
});

const order = (of: object): object => ({
  ...of,
  id: uuid(),
  total: money(),
  state: among(['open', 'paid', 'sent']),
});

function said(): Said {
  const broken = below(25) === 0;
  const json = (value: unknown): { type: string; text: string } => ({
    type: 'application/json; charset=utf-8',
    text: JSON.stringify(value),
  });
  switch (below(12)) {
    case 0:
    case 1:
    case 2: {
      const limit = 1 + below(60);
      const query = `page=${1 + below(40)}&limit=${broken ? 500 : limit}&sort=${among(['price', 'name', broken ? 'age' : 'newest'])}&tag=${encodeURIComponent(among(WORDS))}&tag=x`;
      const page = { items: Array.from({ length: limit }, product), page: broken ? 'one' : 1, next: null };
      return {
        method: 'GET',
        url: `${API}/products?${query}`,
        status: 200,
        ...json(page),
        more: [['x-total', '1000']],
      };
    }
    case 3:
    case 4: {
      const one = product();
      return {
        method: 'GET',
        url: `${API}/products/${one.id}`,
        status: 200,
        ...json(broken ? { ...one, price: 12, extra: 1 } : one),
      };
    }
    case 5:
      return {
        method: 'GET',
        url: `${API}/products/${broken ? 'none' : below(1000)}`,
        status: 404,
        type: 'application/problem+json',
        text: JSON.stringify({ title: 'Not found', status: 404, detail: words(8) }),
      };
    case 6:
    case 7: {
      const sent = newOrder();
      return {
        method: 'POST',
        url: `${API}/orders`,
        sent: { type: 'application/json', text: broken ? '{"lines":[' : JSON.stringify(sent) },
        status: 201,
        ...json(order(sent)),
      };
    }
    case 8:
      return { method: 'GET', url: `${API}/orders/${uuid()}`, status: 200, ...json(order(newOrder())) };
    case 9:
      return broken
        ? { method: 'PATCH', url: `${API}/orders/${uuid()}`, status: 405 }
        : { method: 'DELETE', url: `${API}/orders/${uuid()}`, status: 204 };
    case 10:
      return {
        method: 'POST',
        url: `${API}/sessions`,
        sent: {
          type: 'application/x-www-form-urlencoded',
          text: `user=${encodeURIComponent(words(1))}&code=${broken ? 'x' : below(9999)}`,
        },
        status: 200,
        type: 'text/plain; charset=utf-8',
        text: hex(32),
      };
    default:
      return among<Said>([
        {
          method: 'GET',
          url: `https://shop.example/pictures/${hex(8)}.png`,
          status: 200,
          type: 'image/png',
          text: Buffer.from(hex(4000)).toString('base64'),
          encoding: 'base64',
        },
        { method: 'GET', url: `https://count.example/hit?id=${hex(12)}`, status: 204 },
        {
          method: 'GET',
          url: `${API}/${broken ? 'secrets' : 'wishes'}/${hex(12)}`,
          status: 200,
          ...json({ id: hex(12) }),
        },
      ]);
  }
}

const OF_BROWSER: Pairs = [
  ['accept', 'application/json, text/plain, */*'],
  ['accept-encoding', 'gzip, deflate, br, zstd'],
  ['accept-language', 'de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7'],
  ['cache-control', 'no-cache'],
  ['origin', 'https://shop.example'],
  ['pragma', 'no-cache'],
  ['priority', 'u=1, i'],
  ['referer', 'https://shop.example/products?page=2'],
  ['sec-ch-ua', '"Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"'],
  ['sec-ch-ua-mobile', '?0'],
  ['sec-ch-ua-platform', '"Linux"'],
  ['sec-fetch-dest', 'empty'],
  ['sec-fetch-mode', 'cors'],
  ['sec-fetch-site', 'same-origin'],
  [
    'user-agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  ],
  ['x-tenant', 'north'],
];

const OF_SERVER: Pairs = [
  ['alt-svc', 'h3=":443"; ma=86400'],
  ['cache-control', 'no-store, must-revalidate'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['referrer-policy', 'no-referrer'],
  ['server', 'nginx'],
  ['strict-transport-security', 'max-age=31536000; includeSubDomains'],
  ['vary', 'Accept-Encoding, Origin'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['content-encoding', 'gzip'],
];

function entry(number: number): string {
  const { method, url, sent, status, type, text, encoding, more = [] } = said();
  const at = new Date(1_795_000_000_000 + number * 137);
  const fields = (pairs: Pairs): { name: string; value: string }[] =>
    pairs.map(([name, value]) => ({ name, value }));
  const { host, pathname, searchParams } = new URL(url);
  const pseudo: Pairs = [
    [':authority', host],
    [':method', method],
    [':path', pathname],
    [':scheme', 'https'],
  ];
  const credentials: Pairs = [
    ['authorization', `Bearer ${hex(40)}`],
    ['cookie', `session=${hex(24)}; seen=${below(100)}`],
  ];
  return JSON.stringify({
    _initiator: {
      type: 'script',
      stack: {
        callFrames: [
          {
            functionName: 'send',
            scriptId: '24',
            url: 'https://shop.example/app.js',
            lineNumber: 1,
            columnNumber: below(90_000),
          },
        ],
      },
    },
    _priority: 'High',
    _resourceType: 'fetch',
    cache: {},
    connection: '443',
    request: {
      method,
      url,
      httpVersion: 'http/2.0',
      headers: fields([
        ...pseudo,
        ...OF_BROWSER,
        ...credentials,
        ...(sent === undefined ? [] : [['content-type', sent.type] as const]),
      ]),
      queryString: fields([...searchParams]),
      cookies: [],
      headersSize: -1,
      bodySize: sent?.text.length ?? 0,
      ...(sent !== undefined && { postData: { mimeType: sent.type, text: sent.text } }),
    },
    response: {
      status,
      statusText: '',
      httpVersion: 'http/2.0',
      headers: fields([
        ...OF_SERVER,
        ['date', at.toUTCString()],
        ['etag', `W/"${hex(16)}"`],
        ['x-request-id', uuid()],
        ...more,
        ...(type === undefined
          ? []
          : [['content-type', type] as const, ['content-length', String(text?.length)] as const]),
      ]),
      cookies: [],
      content: {
        size: text?.length ?? 0,
        mimeType: type ?? 'x-unknown',
        ...(text !== undefined && { text }),
        ...(encoding && { encoding }),
      },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
      _transferSize: 700 + below(900),
      _error: null,
    },
    serverIPAddress: '203.0.113.7',
    startedDateTime: at.toISOString(),
    time: 12 + below(500) / 7,
    timings: {
      blocked: 1.1,
      dns: -1,
      ssl: -1,
      connect: -1,
      send: 0.2,
      wait: 10.5,
      receive: 0.3,
      _blocked_queueing: 0.4,
    },
  });
}

/** @returns how many entries were written */
export async function writeMixed(file: string, bytes: number): Promise<number> {
  state = 1;
  const out = createWriteStream(file);
  let written = 0;
  let entries = 0;
  const write = async (text: string): Promise<void> => {
    written += Buffer.byteLength(text);
    if (!out.write(text)) await once(out, 'drain');
  };
  await write('{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"entries":[\n');
  while (written < bytes) {
    const chunk = Array.from({ length: 50 }, () => entry(entries++));
    await write(`${entries > 50 ? ',\n' : ''}${chunk.join(',\n')}`);
  }
  await write('\n]}}\n');
  out.end();
  await finished(out);
  return entries;
}
