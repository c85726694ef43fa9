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

/** Standard fields: RFC 9110 to 9112, cookies, CORS, caching, security, tracing. */
const STANDARD = `
  accept-ch accept-patch accept-post accept-ranges age allow alt-svc authentication-info cache-control cache-status
  cdn-cache-control clear-site-data connection content-digest content-disposition content-encoding content-language
  content-length content-location content-md5 content-range content-security-policy
  content-security-policy-report-only content-type cookie critical-ch cross-origin-embedder-policy
  cross-origin-embedder-policy-report-only cross-origin-opener-policy cross-origin-opener-policy-report-only
  cross-origin-resource-policy date deprecation digest document-policy early-data etag expect-ct expires
  feature-policy http2-settings keep-alive last-modified link location nel observe-browsing-topics origin-agent-cluster
  permissions-policy pragma preference-applied priority proxy-authenticate proxy-authentication-info
  proxy-connection proxy-status public-key-pins referrer-policy refresh report-to reporting-endpoints repr-digest
  retry-after server server-timing service-worker-allowed set-cookie set-cookie2 sourcemap speculation-rules
  strict-transport-security sunset supports-loading-mode timing-allow-origin trailer transfer-encoding upgrade
  use-as-dictionary vary via want-content-digest want-repr-digest warning www-authenticate
  x-content-type-options x-dns-prefetch-control x-download-options x-frame-options x-permitted-cross-domain-policies
  x-robots-tag x-ua-compatible x-xss-protection`;

/** Fields that frameworks, proxies, caches and cloud services add. They change while the API stays the same. */
const INFRASTRUCTURE = `
  baggage cdn-loop correlation-id eagleid p3p request-id server-region traceparent traceresponse tracestate
  x-amz-apigw-id x-amz-id-2 x-amz-request-id x-amzn-remapped-content-length x-amzn-remapped-date x-amzn-requestid
  x-amzn-trace-id x-application-context x-aspnet-version x-aspnetmvc-version x-azure-ref x-b3-traceid x-backend-server
  x-cache x-cache-hits x-cache-lookup x-cache-status x-cdn x-cloud-trace-context x-correlation-id x-country-code
  x-datadog-trace-id x-edge-location x-fd-int-roxy-purgeid x-firefox-spdy x-generator x-github-request-id
  x-goog-trace x-guploader-uploadid x-iinfo x-instance-id x-kong-proxy-latency x-kong-request-id
  x-kong-upstream-latency x-litespeed-cache x-ms-request-id x-nginx-cache-status x-nf-request-id x-node
  x-permitted-cross-domain-policies x-powered-by x-proxy-cache x-render-origin-server x-request-id x-response-time
  x-runtime x-served-by x-server x-sucuri-id x-sucuri-cache x-timer x-trace-id x-turbo-charged-by x-varnish
  x-varnish-cache x-vercel-cache x-vercel-id x-via x-youtube-identity`;

const COMMON_NAMES = new Set(`${STANDARD} ${INFRASTRUCTURE}`.trim().split(/\s+/));
const COMMON_PREFIXES =
  /^(:|access-control-|sec-|cf-|cf_|cdn-|fly-|fastly-|akamai-|surrogate-|x-akamai-|x-amz-cf-|x-b3-|x-cdn-|x-cloud-|x-deadringer-|x-envoy-|x-fastly-|x-forwarded-|x-goog-|x-middleware-|x-newrelic-|x-sentry-)/;

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
 * True for a response field that a document is not expected to declare: a standard field, or one that infrastructure adds.
 * @param name in lower case
 */
export function isCommonHeader(name: string): boolean {
  return COMMON_NAMES.has(name) || COMMON_PREFIXES.test(name);
}
