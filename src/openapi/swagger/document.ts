// Converts a Swagger 2.0 document, and the parts of other files that it refers to, to OpenAPI 3.0.
import { deriveFile, Origins } from '../../document/derived-file.ts';
import type { DocumentNode } from '../../document/documents.ts';
import type { ParsedFile } from '../../document/parse.ts';
import { splitPointer, valueAt } from '../../exchange/json-pointer.ts';
import type { Finding } from '../../finding/finding.ts';
import { Conversion, isObjectNode, MOVED_SCHEMAS, membersOf, type ObjectNode } from './conversion.ts';
import {
  convertOperation,
  convertPathItem,
  convertResponses,
  type DocumentDefaults,
  mediaTypes,
} from './operations.ts';
import { convertSchema, convertSchemas } from './schemas.ts';
import { convertSecurity } from './security.ts';
import { serversOf } from './servers.ts';

const ROOT_KEYS = new Set(
  'swagger info host basePath schemes consumes produces paths definitions parameters responses securityDefinitions security tags externalDocs'.split(
    ' ',
  ),
);
const KEPT = new Set(['info', 'security', 'tags', 'externalDocs']);

/**
 * Converts the document and what its references lead to. Parts of other files are converted where they are.
 * @param files the document and the files that its references lead to
 * @returns the converted files by URI
 */
export function convertSwagger(
  uri: string,
  files: ReadonlyMap<string, ParsedFile>,
  findings: Finding[],
): ReadonlyMap<string, ParsedFile> {
  const origins = new Origins();
  const conversion = new Conversion(uri, files, origins, findings);
  const root = { uri, pointer: '', value: files.get(uri)?.value };
  if (!isObjectNode(root)) return new Map();
  const defaults: DocumentDefaults = {
    root,
    consumes: mediaTypes(conversion, root, 'consumes') ?? [],
    produces: mediaTypes(conversion, root, 'produces') ?? [],
  };
  const value = convertRoot(conversion, root, defaults);
  const changed = new Map<string, Map<string, unknown>>();
  for (let place = conversion.pending.shift(); place !== undefined; place = conversion.pending.shift()) {
    const { node, kind } = place;
    const converted =
      kind === 'schema'
        ? convertSchema(conversion, node)
        : kind === 'operation'
          ? convertOperation(conversion, node, [], defaults)
          : convertPathItem(conversion, node, defaults);
    const ofFile = changed.get(node.uri) ?? new Map<string, unknown>();
    changed.set(node.uri, ofFile.set(node.pointer, converted));
  }
  // Schemas that references lead to may refer to others; a map visits what is added during the visit.
  const moved: Record<string, unknown> = {};
  for (const [pointer, node] of conversion.movedSchemas) {
    const schema = convertSchema(conversion, node);
    moved[pointer] =
      schema === node.value && isObjectNode(node) ? conversion.from(node, { ...node.value }) : schema;
  }
  if (Object.keys(moved).length > 0) value[MOVED_SCHEMAS] = moved;
  const converted = new Map([[uri, deriveFile(files.get(uri) as ParsedFile, value, origins)]]);
  for (const [other, parts] of changed) {
    const file = files.get(other) as ParsedFile;
    converted.set(other, deriveFile(file, replaceParts(file.value, parts, origins), origins));
  }
  return converted;
}

function convertRoot(
  conversion: Conversion,
  root: ObjectNode,
  defaults: DocumentDefaults,
): Record<string, unknown> {
  conversion.checkKeys(root, ROOT_KEYS, 'documents');
  const at = (key: string): DocumentNode | undefined => conversion.child(root, key);
  const paths = at('paths');
  const definitions = at('definitions');
  const responses = at('responses');
  const security = at('securityDefinitions');
  const components = {
    ...(definitions !== undefined && { schemas: convertSchemas(conversion, definitions) }),
    ...(responses !== undefined && { responses: convertResponses(conversion, responses, defaults.produces) }),
    ...(security !== undefined && { securitySchemes: convertSecurity(conversion, security) }),
  };
  if (typeof components.schemas === 'object' && components.schemas === definitions?.value)
    components.schemas = { ...components.schemas };
  if (definitions !== undefined && typeof components.schemas === 'object' && components.schemas !== null)
    conversion.from(definitions, components.schemas);
  return conversion.from(root, {
    openapi: '3.0.3',
    ...membersOf(root.value, KEPT),
    servers: serversOf(conversion, root, at('schemes')),
    ...(paths !== undefined && { paths: convertPaths(conversion, paths, defaults) }),
    components,
  });
}

function convertPaths(conversion: Conversion, written: DocumentNode, defaults: DocumentDefaults): unknown {
  const node = conversion.follow(written);
  if (!isObjectNode(node)) return written.value;
  const members = Object.keys(node.value).map(path => {
    const item = conversion.child(node, path) as DocumentNode;
    if (path.startsWith('x-')) return [path, item.value] as const;
    // Path items of another file are converted there.
    if (node.uri === written.uri) return [path, convertPathItem(conversion, item, defaults)] as const;
    const $ref = `${item.uri}#${encodeURI(item.pointer.toWellFormed())}`;
    conversion.convertElsewhere(written, $ref, 'path item');
    return [path, conversion.from(item, { $ref })] as const;
  });
  return conversion.from(node, Object.fromEntries(members));
}

/** The value of a file with other parts; what is not above or in a changed part is shared. */
function replaceParts(root: unknown, parts: ReadonlyMap<string, unknown>, origins: Origins): unknown {
  const holder: Record<string, unknown> = { root };
  const copies = new Set<unknown>();
  const byDepth = [...parts].toSorted(([one], [other]) => one.length - other.length);
  for (const [pointer, converted] of byDepth) {
    const present = valueAt(holder.root, pointer);
    if (present === undefined || present === converted) continue;
    let at = holder;
    let key = 'root';
    for (const step of splitPointer(pointer)) {
      const value = at[key] as object;
      const copy = copies.has(value) ? value : copyOf(value);
      copies.add(copy);
      at[key] = copy;
      at = copy as Record<string, unknown>;
      key = step;
    }
    at[key] = converted;
  }
  return holder.root;

  function copyOf(value: object): object {
    const copy = Array.isArray(value) ? [...value] : { ...value };
    const origin = origins.get(value);
    return origin === undefined ? copy : origins.set(copy, origin.source, origin.pointer);
  }
}
