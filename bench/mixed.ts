// Recorded traffic for bench/mixed.yaml: many operations, bodies of up to 50 KB in several scripts, one call in 25 invalid.
import { Buffer } from 'node:buffer';

export type Pairs = readonly (readonly [string, string])[];

export interface RecordedCall {
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

/** A fixed seed: two runs write the same recording. */
let state = 1;
export function below(limit: number): number {
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
export const uuid = (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
export const hex = (length: number): string => Array.from({ length }, () => below(16).toString(16)).join('');

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

/** The next call of the recording. */
export function nextCall(): RecordedCall {
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
      return among<RecordedCall>([
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
