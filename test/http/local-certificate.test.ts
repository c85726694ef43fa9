// The certificates of --tls, as OpenSSL reads them.
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { expect, test } from 'vitest';
import { createLocalCertificate } from '../../src/http/local-certificate.ts';

test('the serial number of each certificate is positive, whatever its random bytes are', () => {
  for (let round = 0; round < 100; round++) {
    const { ca, cert, key } = createLocalCertificate(['localhost', '127.0.0.1', '::1'], Date.now());
    // OpenSSL refuses a number with superfluous bytes, and shows a negative one with a sign (X.690 section 8.3).
    expect(() => createSecureContext({ ca, cert, key })).not.toThrow();
    for (const pem of [ca, cert])
      expect(new X509Certificate(pem).serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
  }
});
