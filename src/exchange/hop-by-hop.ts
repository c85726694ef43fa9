// Header fields that are about one connection and not about the message: whoever passes a message on leaves them behind.

/** RFC 9110 section 7.6.1, and what HTTP/1.1 and its proxies say to each other besides. `Trailer` is not one of them. */
const HOP_BY_HOP =
  /^(?:connection|keep-alive|proxy-connection|proxy-authenticate|proxy-authorization|te|transfer-encoding|upgrade|http2-settings)$/;

/** @param name in lower case */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.test(name);
}
