// Writes the parameters of an operation: the variables of its path, and the query and header fields of its requests.
import { childNode, type DocumentNode } from '../../document/documents.ts';
import { parsePairs } from '../../exchange/exchange.ts';
import { isCommonRequestHeader } from '../../exchange/header-names.ts';
import { isSecretName } from '../../exchange/secrets.ts';
import { objectsOf, stringOf } from '../../recording/json-values.ts';
import { readPostmanHeaders } from '../../recording/postman.ts';
import type { PathVariable, RequestAddress } from './address.ts';
import {
  descriptionOf,
  enabledNodes,
  type FillText,
  membersAt,
  type PostmanConversion,
} from './conversion.ts';
import { namesInTemplate } from './templates.ts';
import { type PlaceholderType, placeholderType } from './type-placeholder.ts';

/** What the parameters of one request are read from. */
export interface ParameterSource {
  readonly request: DocumentNode;
  readonly address: RequestAddress;
  readonly fill: FillText;
}

interface SentField {
  readonly name: string;
  readonly value: string;
  readonly description: string | undefined;
  readonly node: DocumentNode;
}

/** What is known of a parameter from all requests. */
interface ParameterFacts {
  readonly first: SentField;
  isList: boolean;
  /** A value from which the schema is known. */
  type: PlaceholderType;
  example: string | undefined;
  description: string | undefined;
}

const TEXT: PlaceholderType = { type: 'string' };

/** @param variables of the path, of each request */
export function writePathParameters(
  conversion: PostmanConversion,
  path: string,
  variables: readonly (readonly PathVariable[])[],
): object[] {
  return namesInTemplate(path).map((name, index) => {
    const known = variables.flatMap(each => each[index] ?? []);
    const { node } = known[0] as PathVariable;
    const example = known.find(each => each.example !== undefined)?.example;
    const description = known.find(each => each.description !== undefined)?.description;
    return conversion.from(node, {
      name,
      in: 'path',
      required: true,
      ...(description !== undefined && { description }),
      schema: conversion.from(node, { ...known.reduce((type, each) => each.type ?? type, TEXT) }),
      ...(example !== undefined && !isSecretName(name) && { example }),
    });
  });
}

/** @param omitted names that a security scheme has, in lower case for headers: "query key", "header x-key" */
export function writeSentParameters(
  conversion: PostmanConversion,
  sources: readonly ParameterSource[],
  omitted: ReadonlySet<string>,
): object[] {
  return (['query', 'header'] as const).flatMap(location => {
    const parameters = new Map<string, ParameterFacts>();
    for (const source of sources) {
      const fields = location === 'query' ? queryFields(source) : headerFields(source);
      for (const [key, ofName] of Map.groupBy(fields, ({ name }) =>
        location === 'query' ? name : name.toLowerCase(),
      ))
        if (!omitted.has(`${location} ${key}`)) addFields(conversion, parameters, key, ofName);
    }
    return [...parameters.values()].map(({ first, isList, type, example, description }) =>
      conversion.from(first.node, {
        name: first.name,
        in: location,
        ...(description !== undefined && { description }),
        schema: conversion.from(
          first.node,
          isList && location === 'query' ? { type: 'array', items: type } : { ...type },
        ),
        ...(example !== undefined && !isList && { example }),
      }),
    );
  });
}

function addFields(
  conversion: PostmanConversion,
  parameters: Map<string, ParameterFacts>,
  key: string,
  fields: readonly SentField[],
): void {
  const [first] = fields as readonly [SentField, ...SentField[]];
  const known = parameters.get(key) ?? {
    first,
    isList: false,
    type: TEXT,
    example: undefined,
    description: undefined,
  };
  parameters.set(key, known);
  known.isList ||= fields.length > 1;
  for (const { name, value, description, node } of fields) {
    known.description ??= description;
    known.type = placeholderType(value) ?? known.type;
    const isKnown = !conversion.noteUnresolved(value, node) && placeholderType(value) === undefined;
    if (isKnown && value !== '' && !isSecretName(name) && conversion.mask.text(value) === value)
      known.example ??= value;
  }
}

/** The listed fields, and those that only the text of the URL has. A disabled field is listed. */
function queryFields({ address, fill }: ParameterSource): SentField[] {
  const list = childNode(address.node, 'query');
  const known = new Set(objectsOf(list?.value).map(({ key }) => fill(stringOf(key) ?? '').trim()));
  const written = parsePairs(fill(address.query))
    .filter(({ name }) => name !== '' && !known.has(name))
    .map(({ name, value }) => ({ name, value, description: undefined, node: address.node }));
  return [...listedFields(list, fill), ...written];
}

function headerFields({ request, fill }: ParameterSource): SentField[] {
  const list = childNode(request, 'header');
  const fields =
    list === undefined || Array.isArray(list.value)
      ? listedFields(list, fill)
      : Object.entries(readPostmanHeaders(list.value, fill)).map(([name, values]) => ({
          ...{ name, value: values?.[0] ?? '', description: undefined, node: list },
        }));
  return fields.filter(({ name }) => !isCommonRequestHeader(name.toLowerCase()));
}

function listedFields(list: DocumentNode | undefined, fill: FillText): SentField[] {
  return enabledNodes(list).flatMap(node => {
    const members = membersAt(node);
    const { key, value } = members;
    const name = fill(stringOf(key) ?? '').trim();
    const text = fill(typeof value === 'number' ? String(value) : (stringOf(value) ?? ''));
    return name === '' ? [] : [{ name, value: text, description: descriptionOf(members), node }];
  });
}
