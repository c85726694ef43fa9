// Finds absolute links in bodies.
import { Buffer } from 'node:buffer';
import { isRecorded, type Response } from './exchange.ts';

/** Whether a body has links to the host of the origin, also in the escaped form of JSON: https:\/\/api.example.com */
export function hasLinkTo(origin: string, response: Response | undefined): boolean {
  const host = URL.parse(origin)?.host;
  if (host === undefined || response === undefined || !isRecorded(response.body)) return false;
  const { buffer, byteOffset, byteLength } = response.body;
  return Buffer.from(buffer, byteOffset, byteLength).includes(`/${host}`);
}
