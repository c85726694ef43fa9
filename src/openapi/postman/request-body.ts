// Reads the body of a Postman request: raw, a form, a file or GraphQL.
import { childNode, type DocumentNode } from '../../document/documents.ts';
import { isObject, textOfValue } from '../../exchange/json.ts';
import { isJson, parseMediaType } from '../../exchange/media-type.ts';
import { stringOf } from '../../recording/json-values.ts';
import { rawMediaType, readFormFields, readPostmanHeaders } from '../../recording/postman.ts';
import { type BodySample, type FieldFacts, readJsonTemplate } from './body-samples.ts';
import {
  descriptionOf,
  enabledNodes,
  type FillText,
  membersAt,
  type PostmanConversion,
  quoteName,
} from './conversion.ts';
import { placeholderType } from './type-placeholder.ts';

/** @param name of the request @returns undefined: it has no body */
export function readRequestBody(
  conversion: PostmanConversion,
  request: DocumentNode,
  name: string,
  fill: FillText,
): BodySample | undefined {
  const body = childNode(request, 'body');
  const { mode, disabled, options } = membersAt(body);
  if (body === undefined || disabled === true) return undefined;
  const headers = readPostmanHeaders(membersAt(request).header, fill);
  const declared = parseMediaType(headers['content-type']?.[0] ?? '')?.essence;
  const content = childNode(body, textOfValue(mode)) ?? body;
  switch (mode) {
    case 'raw': {
      const raw = stringOf(content.value) ?? '';
      if (raw.trim() === '') return undefined;
      return readRaw(conversion, content, name, fill, raw, declared ?? rawMediaType(options));
    }
    case 'urlencoded':
      return readForm(conversion, content, name, fill, declared ?? 'application/x-www-form-urlencoded');
    case 'formdata':
      return readForm(conversion, content, name, fill, 'multipart/form-data');
    case 'graphql':
      return readGraphql(conversion, content, name, fill);
    case 'file':
      return {
        mediaType: declared ?? 'application/octet-stream',
        ...{ name, node: content, value: undefined, isComplete: false },
      };
    default:
      return undefined;
  }
}

function readRaw(
  conversion: PostmanConversion,
  node: DocumentNode,
  name: string,
  fill: FillText,
  raw: string,
  mediaType: string,
): BodySample {
  const sample = { mediaType, name, node };
  if (!isJson(mediaType)) {
    const text = fill(raw);
    const isComplete = !conversion.noteUnresolved(text, node);
    return { ...sample, value: conversion.mask.text(text), isComplete };
  }
  const read = readJsonTemplate(conversion, raw, fill);
  conversion.noteUnresolved(fill(raw), node);
  if (read === undefined)
    conversion.report(
      'spec-example',
      node,
      `the body of the request ${quoteName(name)} is no JSON, or is nested too deeply: nothing is inferred from it`,
    );
  return { ...sample, value: undefined, isComplete: false, ...read };
}

function readForm(
  conversion: PostmanConversion,
  list: DocumentNode,
  name: string,
  fill: FillText,
  mediaType: string,
): BodySample {
  const values = new Map<string, unknown[]>();
  const fields = new Map<string, FieldFacts>();
  const nodes = enabledNodes(list);
  let isComplete = true;
  for (const [index, field] of readFormFields(list.value, fill).entries()) {
    const isFile = field.value === undefined;
    const text = field.value ?? 'file';
    if (isFile || placeholderType(text) !== undefined) isComplete = false;
    if (conversion.noteUnresolved(text, nodes[index] ?? list)) isComplete = false;
    const masked = conversion.mask.json(JSON.stringify({ [field.name]: text }));
    const [shown] = Object.values(JSON.parse(masked) as Record<string, unknown>);
    values.set(field.name, [...(values.get(field.name) ?? []), shown]);
    const description = descriptionOf(membersAt(nodes[index]));
    fields.set(field.name, { isFile, description, mediaType: field.mediaType || undefined });
  }
  const value = Object.fromEntries(
    Array.from(values, ([field, sent]) => [field, sent.length === 1 ? sent[0] : sent]),
  );
  return { mediaType, name, node: list, value, isComplete, fields };
}

function readGraphql(
  conversion: PostmanConversion,
  node: DocumentNode,
  name: string,
  fill: FillText,
): BodySample {
  const { query, variables, operationName } = membersAt(node);
  const written = stringOf(variables) ?? '';
  const read =
    written.trim() === '' ? { value: {}, isComplete: true } : readJsonTemplate(conversion, written, fill);
  const value = {
    query: conversion.mask.text(fill(stringOf(query) ?? '')),
    ...(typeof operationName === 'string' && { operationName }),
    ...(isObject(read?.value) && { variables: read.value }),
  };
  return { mediaType: 'application/json', name, node, value, isComplete: read?.isComplete ?? false };
}
