// Header field names: their grammar, and the classes that a document, a proxy or a recording treats in another way.

/** The source text of a regular expression for a token (RFC 9110 section 5.6.2): a field name, or a word in a field value. */
export const TOKEN = "[\\w!#$%&'*+.^`|~-]+";

/** A valid header field name (RFC 9110 section 5.1). Recordings and documents may contain other names. */
export const FIELD_NAME = new RegExp(`^${TOKEN}$`);

/**
 * Fields about one connection (RFC 9110 section 7.6.1), and those that HTTP/1.1 clients and proxies exchange in practice.
 * `Trailer` is not one of them.
 */
const HOP_BY_HOP =
  /^(?:connection|keep-alive|proxy-connection|proxy-authenticate|proxy-authorization|te|transfer-encoding|upgrade|http2-settings)$/;

/**
 * Standard fields: those of the IANA registry (https://www.iana.org/assignments/http-fields) that are not about one kind of
 * API, cookies, CORS, caching, security, tracing.
 */
const STANDARD = `
  accept-ch accept-patch accept-post accept-query accept-ranges activate-storage-access age allow alt-svc alternates
  authentication-control authentication-info available-dictionary cache-control cache-status capsule-protocol
  cdn-cache-control clear-site-data connection content-digest content-disposition content-encoding content-language
  content-length content-location content-md5 content-range content-script-type content-security-policy
  content-security-policy-report-only content-style-type content-type cookie critical-ch cross-origin-embedder-policy
  cross-origin-embedder-policy-report-only cross-origin-opener-policy cross-origin-opener-policy-report-only
  cross-origin-resource-policy date default-style delta-base deprecation dictionary-id digest document-policy
  early-data etag expect-ct expires feature-policy http2-settings im integrity-policy integrity-policy-report-only
  keep-alive last-modified link location memento-datetime nel no-vary-search observe-browsing-topics
  optional-www-authenticate origin-agent-cluster p3p permissions-policy pics-label pragma preference-applied priority
  proxy-authenticate proxy-authentication-info proxy-connection proxy-status public-key-pins referrer-policy refresh
  report-to reporting-endpoints repr-digest retry-after server server-timing service-worker-allowed set-cookie
  set-cookie2 signature signature-input sourcemap speculation-rules strict-transport-security sunset
  supports-loading-mode surrogate-control tcn timing-allow-origin trailer transfer-encoding unencoded-digest upgrade
  use-as-dictionary variant-vary vary via want-content-digest want-repr-digest warning www-authenticate
  x-content-type-options x-dns-prefetch-control x-download-options x-frame-options x-permitted-cross-domain-policies
  x-robots-tag x-ua-compatible x-xss-protection`;

/**
 * Fields that frameworks, proxies, caches, gateways and cloud services add. They change while the API stays the same. Fields
 * that clients act on, such as those of rate limits, are not here.
 */
const INFRASTRUCTURE = `
  baggage cdn-loop correlation-id eagleid request-id server-region traceparent traceresponse tracestate
  x-amz-apigw-id x-amz-id-2 x-amz-request-id x-amz-rid x-application-context x-aspnet-version x-aspnetmvc-version
  x-b3-traceid x-backend-server x-cache x-cdn x-clacks-overhead x-cloud-trace-context x-correlation-id x-country-code
  x-datadog-trace-id x-edge-location x-fd-int-roxy-purgeid x-firefox-spdy x-generator x-github-request-id
  x-goog-trace x-guploader-uploadid x-heroku-dynos-in-use x-heroku-queue-depth x-heroku-queue-wait-time
  x-http2-stream-id x-iinfo x-instance-id x-litespeed-cache x-ms-request-id x-nginx-cache-status x-node x-powered-by
  x-proxy-cache x-rack-cache x-render-origin-server x-request-id x-response-time x-runtime x-served-by x-server
  x-timer x-trace-id x-turbo-charged-by x-varnish x-via x-youtube-identity`;

const COMMON_NAMES = new Set(`${STANDARD} ${INFRASTRUCTURE}`.trim().split(/\s+/));
const COMMON_PREFIXES =
  /^(:|access-control-|sec-|cf-|cf_|cdn-|fly-|fastly-|akamai-|surrogate-|x-akamai-|x-amz-cf-|x-amzn-|x-azure-|x-b3-|x-cache-|x-cdn-|x-cloud-|x-deadringer-|x-envoy-|x-fastly-|x-forwarded-|x-goog-|x-kong-|x-middleware-|x-newrelic-|x-nf-|x-ot-span-|x-railway-|x-sentry-|x-sucuri-|x-varnish-|x-vcap-|x-vercel-)/;

/** Request fields of the IANA registry, and those that browsers, proxies, tracers and libraries add on their own. */
const COMMON_REQUEST_NAMES = new Set(
  `a-im accept accept-charset accept-datetime accept-encoding accept-features accept-language alt-used authorization b3
  c-dictid cookie2 correlation-context depth destination device-memory dnt downlink dpop dpr ect
  elastic-apm-traceparent expect forwarded from host http2-settings idempotency-key if if-match if-modified-since
  if-none-match if-range if-schedule-tag-match if-unmodified-since last-event-id lock-token max-forwards method newrelic
  origin overwrite ping-from ping-to postman-token prefer proxy-authorization purpose range referer request-context rtt
  save-data schedule-reply sentry-trace soapaction te timeout true-client-ip uber-trace-id user-agent viewport-width
  width x-att-deviceid x-client-ip x-cluster-client-ip x-csrf-token x-csrftoken x-http-method-override
  x-method-override x-moz x-original-host x-original-url x-original-forwarded-for x-purpose x-real-ip
  x-requested-with x-rewrite-url x-scheme x-ssl x-wap-profile x-xsrf-token`.split(/\s+/),
);
const COMMON_REQUEST_PREFIXES = /^(?:proxy-|x-datadog-|x-goog-|x-ms-client-|x-original-|x-stainless-)/;

/** Fields by which mock servers and tunnels mark their responses: they are about the tool, not about the API. */
const MOCK_TOOLS =
  /^(?:matched-stub-|hoverfly|sl-violations|ngrok-|x-beeceptor-|x-betamax|x-localtunnel-|x-microcks-|x-mockintosh-|x-mockoon-|x-mockserver-|x-msw-|x-pollyjs-|x-specmatic-|x-srv-(?:span|trace)$|x-vcr|x-wiremock-)/;

/** Standard fields that are part of the result of an operation: clients act on them. */
const SIGNIFICANT = new Set(
  'allow content-disposition deprecation link location retry-after sunset www-authenticate'.split(' '),
);

/**
 * True for a hop-by-hop field: a proxy does not forward it.
 * @param name in lower case
 */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.test(name);
}

/**
 * True for a standard field that clients act on, such as Location or Retry-After.
 * @param name in lower case
 */
export function isSignificantHeader(name: string): boolean {
  return SIGNIFICANT.has(name);
}

/**
 * True for a request field that a document is not expected to declare: a standard field, or one that a browser, a proxy, a
 * tracer or an HTTP library adds.
 * @param name in lower case
 */
export function isCommonRequestHeader(name: string): boolean {
  return COMMON_REQUEST_NAMES.has(name) || COMMON_REQUEST_PREFIXES.test(name) || isCommonHeader(name);
}

/**
 * True for a response field that a document is not expected to declare: a standard field, or one that infrastructure or a
 * mock server adds.
 * @param name in lower case
 */
export function isCommonHeader(name: string): boolean {
  return COMMON_NAMES.has(name) || COMMON_PREFIXES.test(name) || MOCK_TOOLS.test(name);
}
