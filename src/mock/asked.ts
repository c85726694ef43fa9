// What recordings and exports hold of a served exchange: of one with the real service, what was asked there.
import type { Exchange } from '../exchange/exchange.ts';
import type { Served } from './stage.ts';

export interface Asked {
  readonly exchange: Exchange;
  /** "https://api.example.com"; undefined: the mock answered. */
  readonly origin: string | undefined;
}

export function askedOf({ exchange, upstream }: Served): Asked {
  if (upstream === undefined) return { exchange, origin: undefined };
  const { origin, path } = upstream;
  const { request } = exchange;
  const headers = { ...request.headers, host: [origin.replace(/^.*:\/\//, '')] };
  return { exchange: { ...exchange, request: { ...request, path, headers } }, origin };
}
