// Lints each schema object of a document once: its patterns, and the keywords that OpenAPI adds to JSON Schema.

import { childNode, type DocumentNode, stringMember } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { reachableSchemas, type SchemaReader, subschemaList } from '../schema/annotations.ts';
import { subschemas } from '../schema/dialect.ts';
import { mappedSchema } from '../schema/discriminated.ts';
import { isXmlNodeType } from '../schema/xml-schema.ts';
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
        if (api.version === '3.2') {
          checkXml(childNode(node, 'xml'), report);
          checkDiscriminator(reader, { uri, pointer, value }, node, report);
        }
      }
    }
  }
}

/** OpenAPI 3.2.1, "XML Object". */
function checkXml(xml: DocumentNode | undefined, report: ReportNode): void {
  const nodeType = xml && childNode(xml, 'nodeType');
  if (nodeType !== undefined && !isXmlNodeType(nodeType.value)) {
    const message = `"nodeType" must be element, attribute, text, cdata or none, not ${JSON.stringify(nodeType.value)}`;
    report('spec-schema', nodeType, message);
  }
  for (const [old, instead] of [
    ['attribute', 'attribute'],
    ['wrapped', 'element'],
  ] as const) {
    const field = xml && childNode(xml, old);
    if (field === undefined) continue;
    if (nodeType !== undefined) report('spec-schema', field, `"${old}" must not stand beside "nodeType"`);
    else if (field.value === true)
      report('spec-deprecated', field, `"${old}: true" is deprecated; write "nodeType: ${instead}"`);
  }
}

/** OpenAPI 3.2.1, "Optional Discriminating Property". @param read the schema, as the reader knows it */
function checkDiscriminator(
  reader: SchemaReader,
  read: DocumentNode,
  node: DocumentNode,
  report: ReportNode,
): void {
  const discriminator = childNode(node, 'discriminator');
  const name = discriminator && stringMember(discriminator, 'propertyName');
  if (discriminator === undefined || name === undefined) return;
  const otherwise = childNode(discriminator, 'defaultMapping');
  if (otherwise !== undefined && mappedSchema(reader, read, otherwise.value) === undefined)
    report(
      'spec-schema',
      otherwise,
      `"defaultMapping" must name a schema, not ${JSON.stringify(otherwise.value)}`,
    );
  if (otherwise === undefined && !requires(reader, read, name, new Set())) {
    const message = `"${name}" is optional, so the discriminator needs "defaultMapping", which names the schema of values without it`;
    report('spec-schema', discriminator, message);
  }
}

/** Whether every value of a schema certainly has a member. */
function requires(
  reader: SchemaReader,
  node: DocumentNode | undefined,
  name: string,
  seen: Set<unknown>,
): boolean {
  if (node === undefined || !isObject(node.value) || seen.has(node.value)) return false;
  seen.add(node.value);
  const { required, $ref } = node.value;
  if (Array.isArray(required) && required.includes(name)) return true;
  if (typeof $ref === 'string' && requires(reader, reader.resolve(node, $ref), name, seen)) return true;
  if (subschemaList(node, 'allOf').some(part => requires(reader, part, name, seen))) return true;
  return ['oneOf', 'anyOf'].some(keyword => {
    const branches = subschemaList(node, keyword);
    return branches.length > 0 && branches.every(branch => requires(reader, branch, name, new Set(seen)));
  });
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
