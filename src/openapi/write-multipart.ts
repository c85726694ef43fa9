// Writes the value of a multipart body: a part for each member of a form, or for each item of a list.
import { Buffer } from 'node:buffer';
import { childNode, childNodes, type DocumentNode, followReferences } from '../document/documents.ts';
import { writeExactJson } from '../exchange/exact-json.ts';
import { isObject, textOfValue } from '../exchange/json.ts';
import { isJson, isMediaRange, parseMediaType } from '../exchange/media-type.ts';
import type { ApiSpec, Content } from './model.ts';
import { encodingAt, partSchema } from './part-encoding.ts';
import { isBinarySchema, writeBody } from './write-body.ts';

export interface MultipartBody {
  readonly bytes: Uint8Array;
  readonly boundary: string;
}

type PartsContent = Pick<Content, 'node' | 'schema'>;

interface Part {
  /** Of a form. */
  readonly name: string | undefined;
  readonly value: unknown;
  readonly schema: DocumentNode | undefined;
  readonly encoding: DocumentNode | undefined;
}

/**
 * @param content of the body, or of a part that has parts of its own
 * @param isForm true: of multipart/form-data, whose parts have names
 * @returns undefined for a value that is neither an object nor a list
 */
export function writeMultipartBody(
  api: ApiSpec,
  content: PartsContent,
  value: unknown,
  isForm: boolean,
): MultipartBody | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const parts = Array.isArray(value)
    ? itemParts(api, content, value, isForm)
    : memberParts(api, content, value);
  const written = parts.map(part => writePart(api, part));
  const boundary = unusedBoundary(written);
  const pieces = written.flatMap(part => [Buffer.from(`--${boundary}\r\n`), part, Buffer.from('\r\n')]);
  return { bytes: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]), boundary };
}

/** The boundary of a serialized body: that of its first delimiter (RFC 2046 section 5.1.1). */
export function boundaryOf(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 100)).toString('latin1');
  return /^--([\w'()+,./:=?-]{1,70})\r?\n/.exec(start)?.[1] ?? 'boundary';
}

/** Each item of a list is a part with the same name (RFC 7578 section 4.3). */
function memberParts(api: ApiSpec, content: PartsContent, value: object): Part[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    const encoding = encodingAt(api, content, name);
    const schema = partSchema(api, content.schema, 'properties', name);
    const isList = Array.isArray(member) && !isJson(typeOf(encoding) ?? '');
    const values: readonly unknown[] = isList ? member : [member];
    const itemSchema = isList ? partSchema(api, schema, 'items') : schema;
    return values.map(each => ({ name, value: each, schema: itemSchema, encoding }));
  });
}

/** An item of a form is an object with the name and the value of its part. */
function itemParts(api: ApiSpec, content: PartsContent, items: readonly unknown[], isForm: boolean): Part[] {
  const rest = partSchema(api, content.schema, 'items');
  return items.flatMap((value, index): Part[] => {
    const schema = partSchema(api, content.schema, 'prefixItems', index) ?? rest;
    const encoding = encodingAt(api, content, index);
    if (!isForm || !isObject(value)) return [{ name: undefined, value, schema, encoding }];
    return Object.entries(value).map(([name, member]) => ({
      ...{ name, value: member, encoding },
      schema: partSchema(api, schema, 'properties', name),
    }));
  });
}

function writePart(api: ApiSpec, { name, value, schema, encoding }: Part): Buffer {
  const declared = typeOf(encoding);
  const isText = typeof value !== 'object' || value === null;
  const type = declared ?? (isText ? undefined : 'application/json');
  const isFile =
    isText && (isBinarySchema(api.documents, schema) || /^(?:image|audio|video)\//.test(declared ?? ''));
  const disposition =
    name === undefined
      ? ''
      : `Content-Disposition: form-data; name="${quoted(name)}"${isFile ? `; filename="${quoted(name)}"` : ''}\r\n`;
  const headers = requiredFields(api, encoding).map(([field, text]) => `${field}: ${text}\r\n`);
  const inner =
    declared?.startsWith('multipart/') && encoding !== undefined
      ? writeMultipartBody(api, { node: encoding, schema }, value, declared === FORM)
      : undefined;
  const partType =
    inner === undefined
      ? (type ?? (isFile ? 'application/octet-stream' : undefined))
      : `${declared}; boundary=${inner.boundary}`;
  const head = `${disposition}${headers.join('')}${partType === undefined ? '' : `Content-Type: ${partType}\r\n`}\r\n`;
  return Buffer.concat([Buffer.from(head), inner?.bytes ?? partBytes(api, schema, partType, value)]);
}

const FORM = 'multipart/form-data';

/** The header fields that the encoding requires, with their examples or texts that their types allow. */
function requiredFields(api: ApiSpec, encoding: DocumentNode | undefined): [string, string][] {
  const headers = encoding && childNode(encoding, 'headers');
  return childNodes(headers).flatMap(([name, node]): [string, string][] => {
    const header = followReferences(api.documents, node);
    if (!isObject(header?.value) || header.value.required !== true || /^content-type$/i.test(name)) return [];
    const schema = partSchema(api, header, 'schema');
    const {
      type,
      format,
      example,
      default: standard,
      enum: list,
    } = isObject(schema?.value) ? schema.value : {};
    const declared =
      header.value.example ?? example ?? standard ?? (Array.isArray(list) ? list[0] : undefined);
    const usual =
      type === 'integer' || type === 'number'
        ? '1'
        : type === 'boolean'
          ? 'true'
          : /^ur[il]/.test(textOfValue(format))
            ? 'https://example.com/'
            : name.toLowerCase();
    return [[name, textOfValue(declared ?? usual).replace(/[\r\n]+/g, ' ')]];
  });
}

function partBytes(
  api: ApiSpec,
  schema: DocumentNode | undefined,
  type: string | undefined,
  value: unknown,
): Uint8Array {
  const essence = parseMediaType(type ?? '')?.essence ?? '';
  const written = type === undefined ? undefined : writeBody(api, schema, essence, [value]);
  return written ?? Buffer.from(typeof value === 'object' ? writeExactJson(value) : String(value));
}

/** The media type of an encoding, unless it leaves it open. */
function typeOf(encoding: DocumentNode | undefined): string | undefined {
  const declared = isObject(encoding?.value) ? encoding.value.contentType : undefined;
  const [first = ''] = typeof declared === 'string' ? declared.split(',').map(each => each.trim()) : [];
  return first === '' || isMediaRange(first) ? undefined : first;
}

/** As browsers escape names (WHATWG HTML, "multipart/form-data encoding algorithm"). */
function quoted(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The same for the same parts. */
function unusedBoundary(parts: readonly Buffer[]): string {
  for (let attempt = 0; ; attempt++) {
    const boundary = `part-boundary-${attempt}`;
    if (!parts.some(part => part.includes(boundary))) return boundary;
  }
}
