// Creates the response of an operation: negotiates status and media type, and takes the body from an example or generates it.
import { Buffer } from 'node:buffer';
import { encodeText } from '../../exchange/charset.ts';
import { EMPTY_BODY, type Response } from '../../exchange/exchange.ts';
import { acceptableTypes, isJson, isXml, parseMediaType } from '../../exchange/media-type.ts';
import { formatLocation } from '../../finding/finding.ts';
import {
  type Content,
  type Example,
  type Operation,
  type ResponseSpec,
  responseFor,
} from '../../openapi/model.ts';
import { isBinarySchema, writeBody } from '../../openapi/write-body.ts';
import { boundaryOf, writeMultipartBody } from '../../openapi/write-multipart.ts';
import { createPrismResponse, type PrismBody } from '../prism/create-body.ts';
import { type Problem, unusableProblem } from '../problem.ts';
import { type BodySource, withBodySource } from './body-source.ts';
import { type ContentChoice, chooseContent } from './choose-content.ts';
import { createHeaders } from './create-headers.ts';
import { negotiateWithoutPrism } from './negotiate.ts';
import { negotiateWithPrism } from './prism.ts';
import { bodyOf } from './response-value.ts';
import { isBinaryType, sampleFile } from './sample-file.ts';

/** Selects a declared response. */
export interface ResponseSelection {
  /** Undefined: the success response. */
  readonly status: number | undefined;
  /** Name of an example; undefined: the first. */
  readonly example: string | undefined;
  /** The Accept header. */
  readonly accept: string | undefined;
  /** Set: generate the body from the schema with this seed. */
  readonly seed: string | undefined;
  /** True: the seed is of this request alone, so the response is not kept. */
  readonly isOnce?: boolean;
  /** Set: the content is selected already, and the body is created as Prism creates it. */
  readonly asPrism?: PrismBody;
}

export type ResponseOrProblem = { readonly response: Response } | { readonly problem: Problem };

/** Rejects a status or example that the document does not declare: Prism would silently select another one. */
export async function createResponse(
  operation: Operation,
  selection: ResponseSelection,
): Promise<ResponseOrProblem> {
  const declared =
    selection.status === undefined ? operation.successResponse : responseFor(operation, selection.status);
  const cause = operation.unusable ?? declared?.unusable;
  if (cause !== undefined) return { problem: unusableProblem(cause) };
  if (declared === undefined) return { problem: undeclaredStatusProblem(operation, selection.status) };
  if (selection.example !== undefined) {
    const exampleNames = declared.contents
      .flatMap(({ examples }) => examples.map(({ name }) => name))
      .filter(name => name !== '');
    if (!exampleNames.includes(selection.example))
      return {
        problem: undeclaredExampleProblem(operation, declared.status, selection.example, exampleNames),
      };
  }
  const { seed, status, example, accept } = selection;
  if (selection.asPrism !== undefined)
    return await createPrismResponse(operation, declared, selection, selection.asPrism);
  const chosen = chooseContent(operation, declared, selection);
  if (chosen === undefined && declared.contents.length > 0) {
    const offered = declared.contents.map(({ mediaType }) => mediaType);
    return {
      problem:
        example === undefined || acceptableTypes(accept, offered).length === 0
          ? notAcceptableProblem(operation, declared)
          : otherMediaTypeProblem(operation, declared, example),
    };
  }
  const content = chosen?.content;
  // Prism negotiates status and example; the media type is chosen already.
  const input = { status, example, accept: content?.mediaType };
  const result =
    negotiateWithoutPrism(declared, content, input) ?? (await negotiateWithPrism(operation, content, input));
  if ('failure' in result)
    return { problem: { code: 'nothing-to-say', detail: `${operation.id}: ${result.reason}` } };
  if (result.status < 200) return { problem: interimStatusProblem(operation, declared, result.status) };

  const fields = await createHeaders(operation, declared, result.status, seed ?? operation.id);
  const headers: Record<string, readonly string[]> = { ...fields };
  if (operation.deprecated) headers.deprecation ??= ['true'];
  if (chosen === undefined || result.status === 204 || result.status === 304)
    return { response: withBodySource({ status: result.status, headers, body: EMPTY_BODY }, EMPTY) };
  const created = await createBody(operation, chosen, selection, result);
  if (created === undefined) {
    const detail = `${operation.id}: the example body of status ${result.status} is not a string and cannot be serialized as ${chosen.mediaType}`;
    return {
      problem: {
        code: 'not-renderable',
        detail,
        hint: 'write the example as a string with the exact text of the body',
      },
    };
  }
  const parameter = created.boundary === undefined ? '' : `; boundary=${created.boundary}`;
  headers['content-type'] = [chosen.mediaType + parameter];
  const response = { status: result.status, headers, body: created.body };
  return { response: withBodySource(response, created.source) };
}

interface CreatedBody {
  readonly body: Uint8Array;
  readonly source: BodySource;
  /** Of a multipart body. */
  readonly boundary?: string;
}

const EMPTY: BodySource = { kind: 'empty' };
const PLACEHOLDER: BodySource = { kind: 'placeholder' };

/** @returns undefined if the body cannot be serialized in the media type */
async function createBody(
  operation: Operation,
  { content, mediaType }: ContentChoice,
  selection: ResponseSelection,
  { status, example }: { readonly status: number; readonly example: Example | undefined },
): Promise<CreatedBody | undefined> {
  const { api } = operation;
  const { schema } = content;
  const essence = parseMediaType(mediaType)?.essence ?? '';
  const file = { body: sampleFile(essence), source: PLACEHOLDER };
  const isFileValid = (): boolean =>
    schema === undefined ||
    api.schemas.errors(schema, Buffer.from(file.body).toString('latin1'), RESPONSE_MODE).length === 0;
  if (example === undefined && (schema === undefined || isBinarySchema(api.documents, schema))) {
    if (schema === undefined && isJson(essence)) return { body: Buffer.from('{}'), source: PLACEHOLDER };
    // Bytes as JSON are generated as a JSON string, which is valid in either reading of the schema.
    if (!isJson(essence) && isFileValid()) return file;
  }
  const found = await bodyOf(operation, content, example, selection, status);
  if (found === undefined) return file;
  const { value, source } = found;
  const isMultipart = essence.startsWith('multipart/');
  if (source.kind === 'example' && example?.bytes !== undefined)
    return {
      ...{ body: example.bytes, source },
      ...(isMultipart && { boundary: boundaryOf(example.bytes) }),
    };
  const isMarkup = isXml(essence) || essence === 'text/html';
  if (example === undefined && isMarkup && typeof value[0] === 'string' && !value[0].startsWith('<'))
    if (isFileValid()) return file;
  if (isMultipart && typeof value[0] === 'object') {
    const parts = writeMultipartBody(api, content, value[0], essence === 'multipart/form-data');
    return parts && { body: parts.bytes, source, boundary: parts.boundary };
  }
  const written = writeBody(api, schema, essence, value, content);
  // An object stands for the content of a file, where a generator of documents knows no better.
  if (written === undefined) return example === undefined && isBinaryType(essence) ? file : undefined;
  return { body: inCharset(written, mediaType), source };
}

/** Text is written as UTF-8. A charset that lacks a character is disregarded. */
function inCharset(utf8: Uint8Array, mediaType: string): Uint8Array {
  const charset = parseMediaType(mediaType)?.parameters.charset;
  if (charset === undefined) return utf8;
  return encodeText(Buffer.from(utf8).toString('utf8'), charset) ?? utf8;
}

const RESPONSE_MODE = { direction: 'response', errors: 'first' } as const;

function undeclaredStatusProblem(operation: Operation, status: number | undefined): Problem {
  const declared = operation.responses.map(response => response.status);
  if (declared.length === 0) {
    const location = formatLocation(operation.api.documents.locate(operation.node));
    const detail = `${location}: ${operation.id} declares no response`;
    return { code: 'nothing-to-say', detail, hint: 'declare a response for the operation' };
  }
  const statement = status === undefined ? 'no response' : `no response ${status}`;
  return {
    code: 'not-declared',
    detail: `${operation.id} declares ${statement}; it declares ${declared.join(', ') || 'none'}`,
    more: { declared },
  };
}

/** A client waits for the final response after an informational one (RFC 9110 section 15.2). */
function interimStatusProblem(operation: Operation, declared: ResponseSpec, status: number): Problem {
  const location = formatLocation(operation.api.documents.locate(declared.node));
  const detail = `${location}: status ${status} is not a final response`;
  const others = operation.responses.filter(each => !each.status.startsWith('1')).map(each => each.status);
  const hint =
    others.length === 0
      ? 'declare a response with a status from 200 to 599'
      : `request another status, such as "Prefer: code=${others[0]}"`;
  return { code: 'nothing-to-say', detail, hint };
}

function undeclaredExampleProblem(
  operation: Operation,
  status: string,
  example: string,
  exampleNames: readonly string[],
): Problem {
  const known =
    exampleNames.length === 0
      ? 'it has none'
      : `its examples are ${exampleNames.map(name => `"${name}"`).join(', ')}`;
  const detail = `response ${status} of ${operation.id} has no example "${example}"; ${known}`;
  return { code: 'not-declared', detail, more: { declared: exampleNames } };
}

/** Accept excludes the media types that have the example. */
function otherMediaTypeProblem(
  operation: Operation,
  declared: { status: string; contents: readonly Content[] },
  example: string,
): Problem {
  const contents = declared.contents.filter(({ examples }) => examples.some(({ name }) => name === example));
  const types = contents.map(({ mediaType }) => mediaType);
  const detail = `response ${declared.status} of ${operation.id} has the example "${example}" as ${types.join(' or ')} only; request that media type with Accept`;
  return { code: 'not-declared', detail, more: { declared: types } };
}

function notAcceptableProblem(
  operation: Operation,
  declared: { status: string; contents: readonly Content[] },
): Problem {
  const offered = declared.contents.map(({ mediaType }) => mediaType);
  const detail = `response ${declared.status} of ${operation.id} is available as ${offered.join(' or ')}, and Accept excludes that`;
  return { code: 'not-acceptable', detail, more: { offered } };
}
