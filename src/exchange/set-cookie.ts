// Adapts a Set-Cookie field of one server to another server, which has another host, other paths and perhaps no TLS.

/**
 * The field without what binds the cookie to its host: Domain, and over plain HTTP also Secure and what requires it.
 * @param isSecure the other server speaks TLS
 * @param mapPath the path on the other server
 */
export function cookieForHost(field: string, isSecure: boolean, mapPath: (path: string) => string): string {
  const [pair = '', ...attributes] = field.split(';').map(part => part.trim());
  // A user agent accepts these names only with "Secure" (RFC 6265bis, section 4.1.3).
  const keepsSecure = isSecure || /^__(?:secure|host)-/i.test(pair);
  const adapted = attributes.flatMap(attribute => {
    const [name = '', value = ''] = attribute.split('=', 2).map(part => part.trim());
    switch (name.toLowerCase()) {
      case 'domain':
        return [];
      case 'path':
        return value.startsWith('/') ? `${name}=${mapPath(value)}` : attribute;
      case 'secure':
      case 'partitioned':
        return keepsSecure ? attribute : [];
      case 'samesite':
        return /^none$/i.test(value) && !keepsSecure ? [] : attribute;
      default:
        return attribute;
    }
  });
  return [pair, ...adapted].join('; ');
}
