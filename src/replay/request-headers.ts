// Removes recorded request headers that belong to the original connection, time, proxy chain or page.

import type { Headers } from '../exchange/exchange.ts';
import { isHopByHop } from '../exchange/header-names.ts';
import type { Operation } from '../openapi/model.ts';

/** Framing and coding: the HTTP client sets these for the decoded body. */
const FRAMING = /^(?::.*|host|content-length|content-encoding|accept-encoding|trailer|expect|proxy-.*)$/;

/** Bound to the time of the recording. A conditional header would make a correct server respond with 304. */
const TIME_BOUND = /^(?:date|age|if-(?:match|none-match|modified-since|unmodified-since|range))$/;

/** Set by proxies and tracing: they describe the path of the recorded request. */
const FORWARDING =
  /^(?:via|forwarded|x-forwarded-.*|x-original-.*|x-rewrite-url|x-host|x-real-ip|traceparent|tracestate|baggage|b3|x-b3-.*|sentry-trace|uber-trace-id|x-amzn-trace-id|x-cloud-trace-context|x-datadog-.*|newrelic)$/;

/** Set by browsers for a page. A replay has no page and no origin. */
const BROWSER =
  /^(?:origin|referer|dnt|priority|purpose|upgrade-insecure-requests|sec-.*|access-control-request-.*)$/;

/** Of the mock server that recorded the request: its sessions do not exist elsewhere. */
const MOCK_HEADERS = /^x-deadringer-/;

/**
 * The recorded headers that a replay sends.
 * @param operation headers that it declares as parameters are kept
 */
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
        (declared.has(name) || ![TIME_BOUND, FORWARDING, BROWSER].some(pattern => pattern.test(name))),
    ),
  );
}
