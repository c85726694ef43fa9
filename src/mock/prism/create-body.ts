// Creates a response as Prism does: an example as it is, else a sample of the schema; XML within an element <xml>.

import { Buffer } from 'node:buffer';
import type { DocumentNode } from '../../document/documents.ts';
import { EMPTY_BODY, type Response } from '../../exchange/exchange.ts';
import { isXml, itemFormatOf, parseMediaType } from '../../exchange/media-type.ts';
import { writeXmlMembers } from '../../exchange/xml.ts';
import type { ApiSpec, Content, Example, Operation, ResponseSpec } from '../../openapi/model.ts';
import { writeBody } from '../../openapi/write-body.ts';
import type { Problem } from '../problem.ts';
import { type BodySource, withBodySource } from '../respond/body-source.ts';
import { createHeaders } from '../respond/create-headers.ts';
import { sampleSchema } from '../respond/prism.ts';
import { bodyOf } from '../respond/response-value.ts';
import { prismProblem } from './errors.ts';
import { prismExamples } from './examples.ts';
import { toSampledSchema } from './sample-schema.ts';

export interface PrismBody {
  /** Undefined: the response has no body. */
  readonly content: Content | undefined;
  /** To send; undefined: that of the content. */
  readonly mediaType?: string | undefined;
  /** True: the body comes from the schema. */
  readonly ignoreExamples: boolean;
  readonly fillProperties: boolean;
}

interface Selected {
  readonly status: number | undefined;
  /** Name of an example; undefined: the first. */
  readonly example: string | undefined;
  readonly seed: string | undefined;
}

export async function createPrismResponse(
  operation: Operation,
  declared: ResponseSpec,
  selected: Selected,
  wanted: PrismBody,
): Promise<{ readonly response: Response } | { readonly problem: Problem }> {
  const { content, mediaType = content?.mediaType } = wanted;
  const { status = 200, seed } = selected;
  const sample = seed === undefined ? (schema: DocumentNode) => sampleHeader(operation, schema) : undefined;
  const fields = await createHeaders(operation, declared, status, seed ?? operation.id, sample);
  const isDeclared = declared.headers.some(({ name }) => name.toLowerCase() === 'www-authenticate');
  const { 'www-authenticate': challenges, ...others } = fields;
  const headers: Record<string, readonly string[]> = isDeclared ? { ...fields } : others;
  if (operation.deprecated) headers.deprecation ??= ['true'];
  if (mediaType !== undefined) headers['content-type'] = [mediaType];
  if (content === undefined || mediaType === undefined)
    return { response: withBodySource({ status, headers, body: EMPTY_BODY }, { kind: 'empty' }) };
  const created = await createBody(operation, content, mediaType, selected, wanted);
  if ('problem' in created) return created;
  return { response: withBodySource({ status, headers, body: created.body }, created.source) };
}

/** Undefined: a header cannot have the sampled value as it is. */
async function sampleHeader({ api }: Operation, schema: DocumentNode): Promise<string | number | undefined> {
  const value = await sampleSchema(toSampledSchema(api, schema));
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

async function createBody(
  operation: Operation,
  content: Content,
  mediaType: string,
  { example: name, seed, status = 200 }: Selected,
  { ignoreExamples, fillProperties }: PrismBody,
): Promise<{ readonly body: Uint8Array; readonly source: BodySource } | { readonly problem: Problem }> {
  const example = ignoreExamples ? undefined : exampleOf(operation.api, content, name);
  const { schema } = content;
  const { api } = operation;
  const essence = parseMediaType(mediaType)?.essence ?? '';
  const isSampled = example === undefined && seed === undefined && schema !== undefined;
  const sampled = isSampled ? await sampleSchema(toSampledSchema(api, schema)) : undefined;
  const found =
    sampled === undefined || schema === undefined
      ? await bodyOf(operation, content, example, { seed, example: name, fillProperties }, status)
      : { value: [sampled] as const, source: sampleOf(schema) };
  if (found === undefined || found.value[0] === undefined)
    return { body: EMPTY_BODY, source: { kind: 'empty' } };
  const { value, source } = found;
  if (source.kind === 'example' && example?.bytes !== undefined) return { body: example.bytes, source };
  // Prism sends this error for events and tables as well. They have a form for objects, so it would be wrong.
  const isPlain = essence.startsWith('text/') && !isXml(essence) && itemFormatOf(essence) === undefined;
  if (isPlain && typeof value[0] === 'object')
    return { problem: prismProblem('NO_COMPLEX_OBJECT_TEXT', `The body of type ${mediaType} is no text`) };
  const written =
    isXml(essence) && typeof value[0] !== 'string'
      ? Buffer.from(writeXmlMembers({ xml: value[0] }))
      : writeBody(api, schema, essence, value, content);
  return { body: written ?? Buffer.from(JSON.stringify(value[0])), source };
}

function exampleOf(api: ApiSpec, content: Content, name: string | undefined): Example | undefined {
  const examples = prismExamples(api, content);
  return name === undefined ? examples[0] : examples.find(each => each.name === name);
}

function sampleOf({ uri, pointer }: DocumentNode): BodySource {
  return { kind: 'generated', schema: { uri, pointer }, examples: 0, isSeeded: false };
}
