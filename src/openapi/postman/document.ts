// Converts a Postman collection to an OpenAPI 3.0 document, whose nodes are located in the collection.
import { deriveFile, Origins } from '../../document/derived-file.ts';
import { childNode, type DocumentNode } from '../../document/documents.ts';
import type { ParsedFile } from '../../document/parse.ts';
import { isObject } from '../../exchange/json.ts';
import type { Finding } from '../../finding/finding.ts';
import { pluralize } from '../../finding/plural.ts';
import { stringOf } from '../../recording/json-values.ts';
import { readCollection } from './collection.ts';
import { descriptionOf, membersAt, PostmanConversion } from './conversion.ts';
import { toSecondVersion } from './first-version.ts';
import { writeOperations } from './operations.ts';
import { createSecretMask } from './secret-mask.ts';

/** Names in one message. */
const MAX_NAMES = 10;

/**
 * @param infersSchemas false: no schemas are written
 * @returns the converted file by its URI
 */
export function convertCollection(
  uri: string,
  written: ParsedFile,
  infersSchemas: boolean,
  findings: Finding[],
): ReadonlyMap<string, ParsedFile> {
  const isFirstVersion = isObject(written.value) && Array.isArray(written.value.requests);
  const file = isFirstVersion ? toSecondVersion(written) : written;
  const origins = new Origins();
  const mask = createSecretMask(file.value);
  const conversion = new PostmanConversion(file, origins, mask, infersSchemas, findings);
  const root: DocumentNode = { uri, pointer: '', value: file.value };
  // The API of Postman wraps a collection.
  const wrapped = childNode(root, 'collection');
  const collection = wrapped !== undefined && isObject(wrapped.value) ? wrapped : root;
  const { items, folders, scripts } = readCollection(conversion, collection);
  const { paths, servers, schemes } = writeOperations(conversion, items);
  const [script] = scripts;
  if (script !== undefined) {
    const message = `${pluralize(scripts.length, 'script')} of the collection ${scripts.length === 1 ? 'is' : 'are'} not run: requests and responses are as they are saved`;
    conversion.report('spec-ignored', script, message);
  }
  reportUnresolved(conversion);
  const tags = [...folders].map(([name, folder]) => {
    const description = descriptionOf(membersAt(folder));
    return conversion.from(folder, {
      name,
      ...(description !== undefined && { description: mask.text(description) }),
    });
  });
  const value = conversion.from(collection, {
    openapi: '3.0.3',
    info: writeInfo(conversion, collection),
    ...(servers.length > 0 && { servers }),
    ...(tags.length > 0 && { tags }),
    paths: conversion.from(childNode(collection, 'item') ?? collection, paths),
    components: {
      securitySchemes: Object.fromEntries(
        [...schemes].map(([name, { scheme, node }]) => [name, conversion.from(node, { ...scheme })]),
      ),
    },
  });
  const derived = deriveFile(file, value, origins);
  let masked: string | undefined;
  // The console and the control API show the text of the file, so its secrets are masked.
  const text = (): string => {
    masked ??= /^\s*\{/.test(file.text()) ? mask.json(file.text()) : mask.text(file.text());
    return masked;
  };
  return new Map([[uri, { ...derived, text }]]);
}

function writeInfo(conversion: PostmanConversion, collection: DocumentNode): object {
  const info = childNode(collection, 'info') ?? collection;
  const { name, version } = membersAt(info);
  const description = descriptionOf(membersAt(info));
  const parts = isObject(version) ? [version.major, version.minor, version.patch] : [version];
  const written = parts.filter(part => typeof part === 'string' || typeof part === 'number').join('.');
  return conversion.from(info, {
    title: stringOf(name) ?? 'Postman collection',
    version: written === '' ? '1' : written,
    ...(description !== undefined && { description: conversion.mask.text(description) }),
  });
}

function reportUnresolved(conversion: PostmanConversion): void {
  const unresolved = [...conversion.unresolved()];
  const [first] = unresolved;
  if (first === undefined) return;
  const names = unresolved.slice(0, MAX_NAMES).map(([name]) => `"${name}"`);
  const more = unresolved.length - names.length;
  const list = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const has = unresolved.length === 1 ? 'has' : 'have';
  const message = `${pluralize(unresolved.length, 'variable')} ${has} no value in the collection: ${list}`;
  conversion.report('spec-ignored', first[1], message);
}
