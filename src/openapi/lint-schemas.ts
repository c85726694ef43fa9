// Lints each schema object of a document once: its patterns, and the keywords that OpenAPI adds to JSON Schema.

import { childNode, type DocumentNode } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { reachableSchemas } from '../schema/annotations.ts';
import { subschemas } from '../schema/dialect.ts';
import { checkPatterns } from './lint-patterns.ts';
import type { ApiSpec } from './model.ts';
import { type ReportNode, reportNewerFields } from './newer-fields.ts';

/** Reports what is wrong with the schemas, and with those that they refer to. */
export function checkSchemas(api: ApiSpec, schemas: Iterable<DocumentNode>, report: ReportNode): void {
  const visited = new Set<string>();
  const checked = new Set<string>();
  for (const schema of schemas) {
    const { reader, schema: start } = api.schemas.reader(schema, 'response');
    for (const reachable of reachableSchemas(reader, start, visited)) {
      for (const { uri, pointer, value } of schemasIn(reachable)) {
        const node = { uri: api.schemas.fileOf(uri), pointer, value };
        const key = `${node.uri}#${pointer}`;
        if (checked.has(key)) continue;
        checked.add(key);
        checkPatterns(node, api.version, report);
        reportNewerFields(api.version, 'xml', childNode(node, 'xml'), report);
        reportNewerFields(api.version, 'discriminator', childNode(node, 'discriminator'), report);
      }
    }
  }
}

/** The schema and those inside it. */
function* schemasIn(start: DocumentNode): Generator<DocumentNode> {
  const pending = [start];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const { uri, pointer, value } = node;
    if (!isObject(value)) continue;
    yield node;
    for (const { schema, keyword, key } of subschemas(value)) {
      const at = pointer + (key === undefined ? jsonPointer(keyword) : jsonPointer(keyword, key));
      pending.push({ uri, pointer: at, value: schema });
    }
  }
}
