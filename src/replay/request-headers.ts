// Removes recorded request headers that belong to the original connection, time, proxy chain or page.

import type { Headers } from '../exchange/exchange.ts';
import { isHopByHop } from '../exchange/header-names.ts';
import type { Operation } from '../openapi/model.ts';

/** Of how the message travelled, was framed and coded: bodies are sent as they are, and the client frames them. */
const FRAMING = /^(?::.*|host|content-length|content-encoding|accept-encoding|trailer|expect|proxy-.*)$/;

/** Of that moment: with a condition on what a cache held, a server that is well would answer 304. */
const TIME_BOUND = /^(?:date|age|if-(?:match|none-match|modified-since|unmodified-since|range))$/;

/** Of the way there: who passed it on, to which path and host it had gone, and in which trace. Whoever goes by it would be misled. */
const FORWARDING =
  /^(?:via|forwarded|x-forwarded-.*|x-original-.*|x-rewrite-url|x-host|x-real-ip|traceparent|tracestate|baggage|b3|x-b3-.*|sentry-trace|uber-trace-id|x-amzn-trace-id|x-cloud-trace-context|x-datadog-.*|newrelic)$/;

/** Of the page and the browser. A replay is no page: an Origin that it is not from would be a lie. */
const BROWSER =
  /^(?:origin|referer|dnt|priority|purpose|upgrade-insecure-requests|sec-.*|access-control-request-.*)$/;

/** Of the mock that recorded it: its sessions are its own. */
const MOCK_HEADERS = /^x-deadringer-/;

/** @param operation what it declares as a parameter is part of the question, and stays */
export function replayableHeaders(headers: Headers, operation: Operation | undefined): Headers {
  const declared = new Set(
    operation?.parameters.filter(each => each.in === 'header').map(each => each.name.toLowerCase()),
  );
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) =>
        !isHopByHop(name) &&
        !FRAMING.test(name) &&
        !MOCK_HEADERS.test(name) &&
        (declared.has(name) || ![TIME_BOUND, FORWARDING, BROWSER].some(stale => stale.test(name))),
    ),
  );
}
