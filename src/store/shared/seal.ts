// Seals what clients sent before it is written to a shared store: AES-256-GCM (NIST SP 800-38D).

import { Buffer } from 'node:buffer';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto';

export interface Seal {
  seal(text: string): string;
  /** @throws Error if the text was sealed with another key, or was changed */
  unseal(sealed: string): string;
  /** A name for a text that does not tell it, not even to those who guess: the same for equal texts and keys. */
  nameOf(text: string): string;
  /** The same for equal keys. It does not tell the key. */
  readonly keyCheck: string;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param secret any text that all replicas have and the store has not */
export function createSeal(secret: string): Seal {
  // The secret is a random text of the user, so a slow derivation adds nothing (RFC 5869).
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'deadringer store', 32));
  // With a key object a cipher is created in a third of the time that it takes with bytes.
  const key = createSecretKey(bytes);
  return {
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce);
      const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat(parts).toString('base64');
    },
    unseal(sealed) {
      const sent = Buffer.from(sealed, 'base64');
      const end = sent.length - TAG_BYTES;
      const decipher = createDecipheriv(CIPHER, key, sent.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAuthTag(sent.subarray(end));
      return decipher.update(sent.subarray(NONCE_BYTES, end), undefined, 'utf8') + decipher.final('utf8');
    },
    nameOf: text => createHmac('sha256', key).update(text).digest('base64url'),
    keyCheck: createHash('sha256').update(bytes).update('check').digest('base64url').slice(0, 16),
  };
}
