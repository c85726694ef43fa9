// A HAR entry as a browser writes it: with its usual request and response headers and its own members.
import { below, hex, nextCall, type Pairs, uuid } from './mixed.ts';

const REQUEST_HEADERS: Pairs = [
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

const RESPONSE_HEADERS: Pairs = [
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

/** The next call as a browser writes it into a HAR. */
export function browserEntry(number: number): string {
  const { method, url, sent, status, type, text, encoding, more = [] } = nextCall();
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
        ...REQUEST_HEADERS,
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
        ...RESPONSE_HEADERS,
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
