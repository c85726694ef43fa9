// Checks the parts of a multipart body against the Encoding Objects of OpenAPI: their media types and header fields.

import { childNode, type DocumentNode } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { closestMediaType, parseMediaType } from '../exchange/media-type.ts';
import type { FormPart } from '../exchange/multipart.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import type { ApiSpec, Content } from '../openapi/model.ts';
import { encodingAt } from '../openapi/part-encoding.ts';
import type { Direction } from '../schema/dialect.ts';
import { typeHintsOf } from '../schema/type-hints.ts';
import { isStyled } from './form-values.ts';
import { parseHeaderParameter } from './parameter-styles.ts';

export function checkPartEncodings(
  api: ApiSpec,
  content: Content,
  parts: readonly FormPart[],
  direction: Direction,
  findings: Finding[],
): void {
  if (!PART_ENCODINGS.some(key => childNode(content.node, key) !== undefined)) return;
  for (const [index, part] of parts.entries()) {
    const byName = part.name === '' ? undefined : encodingAt(api, content, part.name);
    const encoding = byName ?? encodingAt(api, content, index);
    if (encoding === undefined) continue;
    const at = jsonPointer(byName === undefined ? String(index) : part.name);
    const report = (code: FindingCode, problem: string, node: DocumentNode): void => {
      findings.push({
        code,
        message: `${direction} body ${at} ${problem}`,
        at: `/${direction}/body${at}`,
        location: api.documents.locate(node),
      });
    };
    const expected = refusedMediaType(encoding, part);
    if (expected !== undefined)
      report(
        `${direction}-media-type`,
        `has the Content-Type ${part.mediaType}; its encoding declares ${expected}`,
        childNode(encoding, 'contentType') ?? encoding,
      );
    for (const { name, problem, header } of fieldProblems(api, encoding, part))
      report(`${direction}-body-schema`, `${problem} the header "${name}"`, header);
  }
}

const PART_ENCODINGS = ['encoding', 'prefixEncoding', 'itemEncoding'];

/** The declared media types if the part has another one. A part without a Content-Type is of the declared one. */
function refusedMediaType({ value }: DocumentNode, part: FormPart): string | undefined {
  if (!isObject(value) || typeof value.contentType !== 'string' || isStyled(value)) return undefined;
  // Browsers send such a part for a file that the user did not choose.
  if (part.mediaType === undefined || (part.filename === '' && part.bytes.length === 0)) return undefined;
  const declared = value.contentType.split(',').map(each => ({ mediaType: each.trim() }));
  const actual = parseMediaType(part.mediaType);
  return actual !== undefined && closestMediaType(declared, actual) !== undefined
    ? undefined
    : value.contentType;
}

function* fieldProblems(
  api: ApiSpec,
  encoding: DocumentNode,
  part: FormPart,
): Generator<{ name: string; problem: string; header: DocumentNode }> {
  const headers = childNode(encoding, 'headers');
  for (const name of isObject(headers?.value) ? Object.keys(headers.value) : []) {
    const header = headers && resolved(api, childNode(headers, name));
    const field = name.toLowerCase();
    // OpenAPI, Encoding Object: Content-Type is described by contentType.
    if (field === 'content-type' || header === undefined || !isObject(header.value)) continue;
    const raw = part.fields.get(field);
    if (raw === undefined) {
      if (header.value.required === true) yield { name, problem: 'lacks', header };
      continue;
    }
    const schema = childNode(header, 'schema');
    if (schema === undefined) continue;
    const hints = typeHintsOf(api, schema);
    const value = parseHeaderParameter({ explode: header.value.explode === true }, hints, raw);
    const isValid =
      schema.value !== false && (value.kind !== 'values' || value.values.some(each => hints.accepts(each)));
    if (!isValid || value.kind === 'malformed')
      yield { name, problem: 'has another value than the schema allows in', header };
  }
}

function resolved(api: ApiSpec, node: DocumentNode | undefined): DocumentNode | undefined {
  const ref = isObject(node?.value) ? node.value.$ref : undefined;
  return node !== undefined && typeof ref === 'string' ? api.documents.resolve(node, ref) : node;
}
