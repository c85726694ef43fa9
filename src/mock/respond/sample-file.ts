// The smallest valid files of common media types, for responses whose schema says nothing about their bytes.
import { Buffer } from 'node:buffer';
import { isXml } from '../../exchange/media-type.ts';

const base64 = (text: string): Uint8Array => Buffer.from(text, 'base64');

const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj
trailer<</Size 4/Root 1 0 R>>
%%EOF
`;

const SAMPLE_FILES: Readonly<Record<string, Uint8Array>> = {
  'image/png': base64(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  ),
  'image/gif': base64('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'),
  'image/jpeg': base64(
    '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  ),
  'image/webp': base64('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA'),
  'image/svg+xml': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'),
  'application/pdf': Buffer.from(PDF),
  // The end record of an empty archive.
  'application/zip': base64('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=='),
  'application/gzip': base64('H4sIAAAAAAAAAwMAAAAAAAAAAAA='),
  'text/html': Buffer.from('<!doctype html><title>sample</title>'),
};

/** @returns a file of the media type, or the text "sample" for a type without one here */
export function sampleFile(essence: string): Uint8Array {
  const known = Object.hasOwn(SAMPLE_FILES, essence) ? SAMPLE_FILES[essence] : undefined;
  return known ?? Buffer.from(isXml(essence) ? '<root/>' : 'sample');
}

/** True for the media types of files here that are no text, and for bytes of any kind. */
export function isBinaryType(essence: string): boolean {
  return essence === 'application/octet-stream' || Object.hasOwn(SAMPLE_FILES, essence);
}
