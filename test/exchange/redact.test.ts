// Redaction of an exchange: what is replaced, what is preserved, and which locations are listed.
import { Buffer } from 'node:buffer';
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { looksRandom } from '../../src/exchange/entropy.ts';
import { type Exchange, isRecorded } from '../../src/exchange/exchange.ts';
import { redact } from '../../src/exchange/redact.ts';
import { mask } from '../../src/exchange/secrets.ts';
import { fc } from '../random.ts';

const NONE: ReadonlySet<string> = new Set();

function exchangeOf(
  request: Partial<Exchange['request']>,
  response?: Partial<Exchange['response']>,
): Exchange {
  return {
    id: 'x',
    startedAt: 1,
    duration: 1,
    request: { method: 'POST', path: '/', query: '', headers: {}, body: Buffer.from(''), ...request },
    response: { status: 200, headers: {}, body: Buffer.from(''), ...response },
  };
}

function json(text: string): { headers: { 'content-type': string[] }; body: Uint8Array } {
  return { headers: { 'content-type': ['application/json'] }, body: Buffer.from(text) };
}

function sent({ request }: Exchange): string {
  return isRecorded(request.body) ? Buffer.from(request.body).toString('utf8') : request.body.notRecorded;
}

const redacted = (request: Partial<Exchange['request']>): Exchange => redact(exchangeOf(request), NONE);

describe('a token is recognised by its randomness', () => {
  const digestOf = (label: string): Buffer => createHash('sha512').update(label).digest();
  test.for([
    ['32 hexadecimal digits', digestOf('a').toString('hex').slice(0, 32)],
    ['64 hexadecimal digits', digestOf('b').toString('hex').slice(0, 64)],
    ['base64 of 24 bytes', digestOf('c').subarray(0, 24).toString('base64')],
    ['base64url of 40 bytes', digestOf('d').subarray(0, 40).toString('base64url')],
    ['24 letters and digits', 'x9Fq2LmZ8RtY4WcV7BnK1PdS'],
  ])('%s', ([, text]) => {
    expect(looksRandom(text as string)).toBe(true);
  });

  test.for([
    ['a UUID', '550e8400-e29b-41d4-a716-446655440000'],
    ['a ULID', '01ARZ3NDEKTSV4RRFFQ69G5FAV'],
    ['an id of 24 hexadecimal digits', '507f1f77bcf86cd799439011'],
    ['a date', '2026-11-21T04:00:00.000Z'],
    ['a date in a file name', '2026-11-21T04-00-00-000Z-backup'],
    ['a slug', 'this-is-a-long-slug-about-many-things'],
    ['a name in camel case', 'getCustomerDevicesForVersion2'],
    ['a media type', 'application/vnd.api+json'],
    ['a file name', 'node-v24.18.0-linux-x64.tar.gz'],
    ['a path', '/api/storefront/v1/customers/7/devices'],
    ['a time zone', 'America/Argentina/Buenos_Aires'],
    ['an e-mail address', 'user.name+tag1234@example.com'],
    ['a URL', 'https://cdn.example.com/images/2026/11/picture-0001.png'],
    ['zeros', '00000000000000000000000000000000'],
    ['a large number', '12345678901234567890'],
    ['the alphabet', 'abcdefghijklmnopqrstuvwxyz0123456789'],
    ['a sentence', 'The quick brown fox jumps over 13 lazy dogs'],
    ['a placeholder', mask('x9Fq2LmZ8RtY4WcV7BnK1PdS')],
  ])('%s is not a token', ([, text]) => {
    expect(looksRandom(text as string)).toBe(false);
  });

  test('nearly all random tokens are found', () => {
    const texts = Array.from({ length: 500 }, () => randomBytes(32).toString('base64url'));
    expect(texts.filter(looksRandom).length).toBeGreaterThan(480);
  });

  const KEY = 'x9Fq2LmZ8RtY4WcV7BnK1PdS';
  test.for([
    ['in a member', json(`{"note":"${KEY}"}`), '/request/body/note'],
    ['in a sentence', json(`{"note":"no customer has ${KEY}, sorry"}`), '/request/body/note'],
    ['in an array', json(`{"a":[1,"${KEY}"]}`), '/request/body/a/1'],
    ['in a header', { headers: { 'x-note': [KEY] } }, '/request/headers/x-note'],
    ['in a query', { query: `note=${KEY}` }, '/request/query/note'],
    ['in the path', { path: `/notes/${KEY}` }, '/request/path'],
    [
      'in a field of a form',
      {
        headers: { 'content-type': ['application/x-www-form-urlencoded'] },
        body: Buffer.from(`note=${KEY}`),
      },
      '/request/body/note',
    ],
    [
      'in a plain text',
      { headers: { 'content-type': ['text/plain'] }, body: Buffer.from(KEY) },
      '/request/body',
    ],
  ] as const)('%s a token is replaced, and the location is listed', ([, request, at]) => {
    const clean = redacted(request);
    expect(JSON.stringify([clean.request, sent(clean)])).not.toContain(KEY);
    expect(clean.redacted).toEqual([at]);
  });

  test.for([
    ['an id', json(`{"orderId":"${KEY}"}`)],
    ['a list of ids', json(`{"order_ids":["${KEY}"]}`)],
    ['an entity tag', { headers: { etag: [KEY] } }],
    ['a trace id', { headers: { 'x-request-id': [KEY] } }],
    ['a digest', json(`{"sha256":"${createHash('sha256').update('x').digest('hex')}"}`)],
    ['an image', json(`{"image":"${Buffer.alloc(900, digestOf('e')).toString('base64')}"}`)],
  ] as const)('%s is preserved, because it links and compares exchanges', ([, request]) => {
    const clean = redacted(request);
    expect(sent(clean)).toBe(sent(exchangeOf(request)));
    expect(clean.request.headers).toEqual(request.headers);
    expect(clean).not.toHaveProperty('redacted');
  });
});

describe('a secret is recognised by the words before it', () => {
  test.for([
    'Invalid API key: FAKE1234',
    'the token "FAKE1234" has expired',
    'Unknown key FAKE1234.',
    'Password FAKE1234 is wrong',
    'Bearer FAKE1234 was refused',
    'see https://me:FAKE1234@example.com/',
    'at /a?access_token=FAKE1234&x=1',
  ])('%s', sentence => {
    const clean = redacted(json(JSON.stringify({ error: sentence })));
    expect(sent(clean)).not.toContain('FAKE1234');
    expect(sent(clean)).toHaveLength(JSON.stringify({ error: sentence }).length);
  });

  test.for([
    'Bearer authentication is required',
    'the password must have 12 characters',
    'the key is not known',
    'token expired',
  ])('no secret in: %s', sentence => {
    expect(sent(redacted(json(JSON.stringify({ error: sentence }))))).toContain(sentence);
  });
});

test('a number in a body is redacted when the same digits are a secret elsewhere', () => {
  const clean = redacted({
    ...json('{"note":31337313,"other":131337313}'),
    headers: { 'content-type': ['application/json'], 'x-pin': ['31337313'] },
  });
  expect(sent(clean)).toBe('{"note":11111111,"other":131337313}');
});

describe('a placeholder', () => {
  test.for([
    ['hexadecimal digits', 'deadbeef01234567', 'aaaaaaaa00000000'],
    ['a UUID', '550E8400-E29B-41D4-A716-446655440000', '000A0000-A00A-00A0-A000-000000000000'],
    ['a key of a service', 'sk_live_xyzXYZ123', 'sk_live_xxxXXX000'],
    ['a JSON Web Token', 'eyJhbGci.eyJzdWIi.a_b-1', 'eyJxxXxx.eyJxxXXx.x_x-0'],
    ['letters of other alphabets', 'é漢😀', 'øあ😀'],
    ['a bearer token', 'Bearer a.B-1', 'Bearer x.X-0'],
    ['a digest', 'Digest username="me", nc=001', 'Digest username="xx", nc=000'],
  ])('preserves the form of %s', ([, text, placeholder]) => {
    expect(mask(text as string)).toBe(placeholder);
  });

  test('of a Basic credential is a Basic credential', () => {
    const masked = mask(`Basic ${btoa('me:pass1')}`);
    expect(masked).toBe(`Basic ${btoa('xx:xxxx0')}`);
  });

  test('is unchanged by a second redaction', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => mask(mask(text)) === mask(text)));
  });
});

describe('what is not secret is preserved as sent', () => {
  test('white space, order, duplicate members and long numbers of a body', () => {
    const clean = redacted(
      json('{ "b" : 9007199254740993,\n "token":"abc", "token": "d\\u0065f", "pin": -12.5e3, "a":[ "x" ] }'),
    );
    expect(sent(clean)).toBe(
      '{ "b" : 9007199254740993,\n "token":"xxx", "token": "xxx", "pin": -11.1e3, "a":[ "x" ] }',
    );
    expect(clean.redacted).toEqual(['/request/body/token', '/request/body/pin']);
  });

  test('escapes of a query and of a form', () => {
    const query = 'a=1%2C2&b=x+y&b=&password=p%40ss%C3%A9&c';
    const clean = redacted({
      query,
      headers: { 'content-type': ['application/x-www-form-urlencoded'] },
      body: Buffer.from(query),
    });
    expect(clean.request.query).toBe('a=1%2C2&b=x+y&b=&password=x%40xx%C3%B8&c');
    expect(sent(clean)).toBe(clean.request.query);
  });

  test('names and attributes of cookies', () => {
    const clean = redact(
      exchangeOf(
        { headers: { cookie: ['theme=dark; sid="abc"'] } },
        { headers: { 'set-cookie': ['sid=abc; Path=/; Max-Age=3600', 'b=1'] } },
      ),
      NONE,
    );
    expect(clean.request.headers.cookie).toEqual(['theme=xxxx; sid="xxx"']);
    expect(clean.response?.headers['set-cookie']).toEqual(['sid=xxx; Path=/; Max-Age=3600', 'b=0']);
    expect(clean.redacted).toEqual(['/request/headers/cookie', '/response/headers/set-cookie']);
  });

  test('names about secrets, such as token_type', () => {
    const body = '{"token_type":"bearer","tokenCount":3,"token_expires_in":3600}';
    expect(sent(redacted(json(body)))).toBe(body);
  });

  test('the charset of a body', () => {
    const bytes = Buffer.from('\ufeff{"name":"é","token":"ab"}', 'utf16le');
    const clean = redacted({
      headers: { 'content-type': ['application/json; charset=utf-16le'] },
      body: bytes,
    });
    expect(Buffer.from(clean.request.body as Uint8Array).toString('utf16le')).toBe(
      '\ufeff{"name":"é","token":"xx"}',
    );
  });

  test('binary data', () => {
    const body = Buffer.from([0xff, 0, 0x80, 0xc3]);
    expect(redacted({ headers: { 'content-type': ['image/png'] }, body }).request.body).toEqual(body);
  });
});

test.for([
  ['long runs of words', `${'abc-'.repeat(200)}abcdefghijklmnopqrstuvwxyz `],
  ['many names with values', 'key:key=key '],
  ['many names without a blank', 'key:'],
  ['many beginnings of URLs', '://a:b://'],
  ['many beginnings of private keys', '-----BEGIN PRIVATE KEY-----'],
  ['many pairs', '&token=&a=1?x=%3d'],
  ['many quotes', '"a\\\\":"'],
  ['many form fields', 'name="token"\r\n'],
])('%s are redacted in bounded time', ([, piece]) => {
  const text = (piece as string).repeat(Math.ceil(400_000 / (piece as string).length));
  for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded']) {
    const body = Buffer.from(type === 'application/json' ? JSON.stringify({ a: text }) : text);
    expect(redacted({ headers: { 'content-type': [type] }, body })).toBeDefined();
  }
});

test('the location of a replacement does not contain the secret', () => {
  const { redacted: places } = redacted({
    ...json('{"FAKEsecret1":"FAKEsecret1"}'),
    headers: { 'content-type': ['application/json'], 'x-api-key': ['FAKEsecret1'] },
  });
  expect(places).toEqual(['/request/headers/x-api-key', '/request/body', '/request/body/XXXXxxxxxx0']);
});

test('locations of an earlier redaction are kept', () => {
  const first = redacted(json('{"token":"abc"}'));
  expect(redact(first, NONE)).toEqual(first);
});

describe('a secret that is not random is found', () => {
  const S = 'FAKEhunter';
  const text = (type: string, body: string | Buffer): Partial<Exchange['request']> => ({
    headers: { 'content-type': [type] },
    body: Buffer.from(body as string),
  });
  const utf16 = (body: string): Buffer => Buffer.from(body, 'utf16le');
  test.for([
    ['as the code in a URL', { headers: { location: [`https://app.example/cb?code=${S}&state=x`] } }],
    ['in a URL that is a header value', { headers: { refresh: [`0; url=/x?access_token=${S}`] } }],
    ['in a URL in a body', json(`{"next":"https://app.example/cb?code=${S}"}`)],
    ['as a parameter of a header', { headers: { 'www-authenticate': [`Bearer realm="x", token="${S}"`] } }],
    ['in a cookie that is JSON', { headers: { cookie: [`prefs={"t":"${S}"}; a=1`] } }],
    ['behind a quote in a cookie', { headers: { cookie: [`sid=abc"${S}`] } }],
    ['in a cookie that is set as JSON', { headers: { 'set-cookie': [`sid={"a":"${S}"}; Path=/`] } }],
    ['in an attribute of a cookie', { headers: { 'set-cookie': [`a=b; Path=/reset?token=${S}`] } }],
    ['in the header authentication', { headers: { authentication: [S] } }],
    ['in the header x-functions-key', { headers: { 'x-functions-key': [S] } }],
    ['in JSON in JSON', json(JSON.stringify({ p: JSON.stringify({ password: S }) }))],
    [
      'in JSON in JSON in JSON',
      json(JSON.stringify({ p: JSON.stringify({ p: JSON.stringify({ password: S }) }) })),
    ],
    ['in GraphQL', json(JSON.stringify({ query: `mutation { login(user: "me", password: "${S}") }` }))],
    ['in JSON in a query', { query: `filter=${encodeURIComponent(JSON.stringify({ token: S }))}` }],
    [
      'in JSON in a form',
      text('application/x-www-form-urlencoded', `data=${encodeURIComponent(`{"token":"${S}"}`)}`),
    ],
    ['in an XML attribute', text('application/xml', `<a password='${S}'/>`)],
    ['in CDATA', text('application/xml', `<password><![CDATA[${S}]]></password>`)],
    ['in YAML', text('application/yaml', `user: me\npassword: ${S}\n`)],
    ['in program code', text('application/javascript', `var password = '${S}';`)],
    ['in a hidden field', text('text/html', `<input type="hidden" name="csrf_token" value="${S}">`)],
    [
      'in a part whose name has no quotes',
      text(
        'multipart/form-data; boundary=B',
        `--B\r\nContent-Disposition: form-data; name=password\r\n\r\n${S}\r\n--B--\r\n`,
      ),
    ],
    ['in UTF-16 without a charset', text('application/json', utf16(`{"password":"${S}"}`))],
    ['in UTF-16 with a byte order mark', text('application/json', utf16(`\ufeff{"password":"${S}"}`))],
    ['as a signing key', json(`{"signing_key":"${S}"}`)],
    ['as a passcode', json(`{"passcode":"${S}"}`)],
    ['as a user_pwd', json(`{"user_pwd":"${S}"}`)],
    ['as a CSRF token', json(`{"_csrf":"${S}"}`)],
  ] as const)('%s', ([, request]) => {
    const clean = redacted(request);
    const bytes = Buffer.from(clean.request.body as Uint8Array).toString('latin1');
    const all = JSON.stringify([clean.request, clean.redacted]) + bytes + bytes.replaceAll('\0', '');
    expect(all).not.toContain(S);
    expect(clean.redacted).toHaveLength(1);
  });
});

test('a query that is nothing but a token is redacted in locations, too', () => {
  const clean = redacted({ query: 'x9Fq2LmZ8RtY4WcV7BnK1PdS' });
  expect(JSON.stringify([clean.request.query, clean.redacted])).not.toContain('x9Fq2');
});

test('long secrets and many secrets are found everywhere', () => {
  const long = '&a='.repeat(100_000);
  const many = Array.from({ length: 450 }, (_, index) => `${index}&=${'"?'.repeat(49)}`);
  const clean = redacted(json(JSON.stringify({ token: long, tokens: many, note: `${many[7]} ${long}` })));
  expect(sent(clean)).not.toMatch(/[a1-9]=/);
  expect(sent(clean)).toHaveLength(
    JSON.stringify({ token: long, tokens: many, note: `${many[7]} ${long}` }).length,
  );
});

test.for([
  ['a token count', '{"prompt_tokens":123,"total_tokens":168,"tokens_used":45}'],
  ['a word that contains "secret"', '{"secretary":"Anna Smith"}'],
  [
    'the URL of an image',
    '{"image":"https://images.example.com/photo-1506744038136-46273834b3fb?ixlib=rb-4.0.3&w=1000"}',
  ],
] as const)('%s is not a secret', ([, body]) => {
  expect(sent(redacted(json(body)))).toBe(body);
});

test('only the token in the path of a URL is replaced', () => {
  const clean = redacted(json('{"link":"https://files.example.com/share/x9Fq2LmZ8RtY4WcV7BnK1PdS/view"}'));
  expect(sent(clean)).toBe('{"link":"https://files.example.com/share/x0Xx0XxX0XxX0XxX0XxX0XxX/view"}');
});
