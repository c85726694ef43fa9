// The methods of HTTP: those that documents declare by a field of their own, and those that a server can receive.

/** The methods with a field in path items of OpenAPI, in upper case. QUERY (RFC 10008) is one since OpenAPI 3.2. */
export const FIELD_METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE', 'QUERY'];

/** The safe methods of the registry of IANA (RFC 9110 section 9.2.1): they change nothing, and may be sent twice. */
export const SAFE_METHODS: ReadonlySet<string> = new Set(
  'GET HEAD OPTIONS TRACE QUERY PROPFIND REPORT SEARCH'.split(' '),
);

const RECEIVED = new Set([
  ...FIELD_METHODS,
  ...'ACL BIND CHECKOUT COPY LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY PROPFIND PROPPATCH'.split(
    ' ',
  ),
  ...'PURGE REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND UNLINK UNLOCK UNSUBSCRIBE'.split(' '),
]);

/** Whether a server can receive a request with the method: the parser of node:http knows it, and CONNECT asks for a tunnel. */
export function isReceived(method: string): boolean {
  return RECEIVED.has(method);
}

/** The method of a recording. Methods are case-sensitive (RFC 9110 section 9.1), but recorders change the case of the common ones. */
export function recordedMethod(text: string): string {
  const upper = text.toUpperCase();
  return FIELD_METHODS.includes(upper) || upper === 'CONNECT' ? upper : text;
}
