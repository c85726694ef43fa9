// Creates a certificate for servers on this machine, signed by an authority whose key is not kept: it can sign nothing else.

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** All in PEM. */
export interface LocalCertificate {
  /** The authority, which clients trust. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Browsers reject certificates that are valid for longer than 398 days. */
const VALID_DAYS = 397;
/** Clocks of containers and phones may be behind. */
const BACKDATED_MS = DAY_MS;

/**
 * @param names host names and IP addresses
 * @param now milliseconds since the Unix epoch
 */
export function createLocalCertificate(names: readonly string[], now: number): LocalCertificate {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // Names of authorities must differ, so that clients do not take one for another.
  const issuer = commonName(`deadringer local authority ${randomBytes(4).toString('hex')}`);
  const shared = { issuer, now, signingKey: authority.privateKey };
  const authorityId = keyId(authority.publicKey);
  const ca = signCertificate({
    ...shared,
    subject: issuer,
    publicKey: authority.publicKey,
    extensions: [
      extension(OID.basicConstraints, sequence(BOOLEAN_TRUE, tagged(TAG.integer, [0])), true),
      // keyCertSign, cRLSign.
      extension(OID.keyUsage, tagged(TAG.bitString, [1, 0b0000_0110]), true),
      extension(OID.subjectKeyId, tagged(TAG.octetString, authorityId)),
    ],
  });
  const cert = signCertificate({
    ...shared,
    subject: commonName(names[0] ?? 'localhost'),
    publicKey: server.publicKey,
    extensions: [
      extension(OID.basicConstraints, sequence(), true),
      // digitalSignature.
      extension(OID.keyUsage, tagged(TAG.bitString, [7, 0b1000_0000]), true),
      extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth))),
      extension(OID.subjectAltName, sequence(...names.map(alternativeName))),
      extension(OID.subjectKeyId, tagged(TAG.octetString, keyId(server.publicKey))),
      extension(OID.authorityKeyId, sequence(tagged(0x80, authorityId))),
    ],
  });
  return { ca, cert, key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

interface CertificateParts {
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly now: number;
  readonly extensions: readonly Uint8Array[];
}

/** RFC 5280 section 4.1. */
function signCertificate(parts: CertificateParts): string {
  const { issuer, subject, publicKey, signingKey, now, extensions } = parts;
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  // Positive, and its first byte is not zero.
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0);
  const content = sequence(
    tagged(0xa0, tagged(TAG.integer, [2])),
    tagged(TAG.integer, serial),
    algorithm,
    issuer,
    sequence(time(now - BACKDATED_MS), time(now - BACKDATED_MS + VALID_DAYS * DAY_MS)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  );
  const signature = tagged(TAG.bitString, Buffer.concat([Buffer.of(0), sign('sha256', content, signingKey)]));
  const base64 = sequence(content, algorithm, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

const OID = {
  commonName: [2, 5, 4, 3],
  ecdsaWithSha256: [1, 2, 840, 10045, 4, 3, 2],
  subjectKeyId: [2, 5, 29, 14],
  keyUsage: [2, 5, 29, 15],
  subjectAltName: [2, 5, 29, 17],
  basicConstraints: [2, 5, 29, 19],
  authorityKeyId: [2, 5, 29, 35],
  extendedKeyUsage: [2, 5, 29, 37],
  serverAuth: [1, 3, 6, 1, 5, 5, 7, 3, 1],
} as const;

/** Tags of DER (X.690 section 8). */
const TAG = { boolean: 1, integer: 2, bitString: 3, octetString: 4, oid: 6, utf8: 12, utcTime: 23 } as const;
const SEQUENCE = 0x30;
const SET = 0x31;

function tagged(tag: number, content: Uint8Array | readonly number[]): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), Buffer.from(content)]);
}

function sequence(...members: readonly Uint8Array[]): Buffer {
  return tagged(SEQUENCE, Buffer.concat(members));
}

const BOOLEAN_TRUE = tagged(TAG.boolean, [0xff]);

function oid([first, second, ...arcs]: readonly [number, number, ...number[]]): Buffer {
  const base128 = (arc: number): number[] =>
    arc < 128 ? [arc] : [...base128(arc >> 7).map(digit => digit | 0x80), arc & 0x7f];
  return tagged(TAG.oid, [first * 40 + second, ...arcs.flatMap(base128)]);
}

function extension(
  id: readonly [number, number, ...number[]],
  value: Uint8Array,
  isCritical = false,
): Buffer {
  return sequence(oid(id), ...(isCritical ? [BOOLEAN_TRUE] : []), tagged(TAG.octetString, value));
}

function commonName(text: string): Buffer {
  // The maximum of RFC 5280, appendix A.1.
  const name = tagged(TAG.utf8, Buffer.from(text.slice(0, 64)));
  return sequence(tagged(SET, sequence(oid(OID.commonName), name)));
}

/** UTCTime, which ends in 2049. */
function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, '').slice(2, 14);
  return tagged(TAG.utcTime, Buffer.from(`${digits}Z`));
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

/** A host name or an IP address (RFC 5280 section 4.2.1.6). */
function alternativeName(name: string): Buffer {
  switch (isIP(name)) {
    case 4:
      return tagged(0x87, name.split('.').map(Number));
    case 6:
      return tagged(0x87, bytesOfIpv6(name));
    default:
      return tagged(0x82, Buffer.from(name));
  }
}

function bytesOfIpv6(address: string): number[] {
  // The URL parser writes an IPv4 part in hexadecimal, but leaves "::".
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [left = [], right = []] = text.split('::').map(side => side.split(':').filter(group => group !== ''));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].flatMap(group => [
    Number.parseInt(group, 16) >> 8,
    Number.parseInt(group, 16) & 255,
  ]);
}
