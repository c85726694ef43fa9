// Adapts a Set-Cookie field of one server to another server, which has another host, other paths and no TLS.

/**
 * The field without what binds the cookie to its host: Domain, and over plain HTTP also Secure and what requires it.
 * @param mapPath the path on the other server
 */
export function cookieForHost(field: string, mapPath: (path: string) => string): string {
  const [pair = '', ...attributes] = field.split(';').map(part => part.trim());
  // A user agent accepts these names only with "Secure" (RFC 6265bis, section 4.1.3).
  const needsSecure = /^__(?:secure|host)-/i.test(pair);
  const adapted = attributes.flatMap(attribute => {
    const [name = '', value = ''] = attribute.split('=', 2).map(part => part.trim());
    switch (name.toLowerCase()) {
      case 'domain':
        return [];
      case 'path':
        return value.startsWith('/') ? `${name}=${mapPath(value)}` : attribute;
      case 'secure':
      case 'partitioned':
        return needsSecure ? attribute : [];
      case 'samesite':
        return /^none$/i.test(value) && !needsSecure ? [] : attribute;
      default:
        return attribute;
    }
  });
  return [pair, ...adapted].join('; ');
}
