// docs/reference/control-api.md: every route of the control API, from its OpenAPI description.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { cell, code, origin, table } from './markdown.ts';
import { type JsonSchema, memberRows, typeWords } from './schema-members.ts';

const SOURCE = 'src/http/control/control.openapi.yaml';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

interface Referenced {
  readonly $ref?: string;
}
interface ParameterObject extends Referenced {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: JsonSchema;
}
interface ContentObject extends Referenced {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>>;
}
interface OperationObject {
  readonly tags: readonly [string];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: ContentObject;
  readonly responses: Readonly<Record<string, ContentObject>>;
}
type PathObject = { readonly parameters?: readonly ParameterObject[] } & Readonly<
  Partial<Record<(typeof METHODS)[number], OperationObject>>
>;
interface Description {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, PathObject>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

const description = parse(readFileSync(new URL(`../../${SOURCE}`, import.meta.url), 'utf8')) as Description;

function resolve<T extends Referenced>(value: T): T {
  if (value.$ref === undefined) return value;
  const names = value.$ref.split('/').slice(1);
  return names.reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], description) as T;
}

/** The schemas of the description by reference, one level deep: a page of its own has the others. */
function bodyRows(content: ContentObject['content']): string[][] {
  const schema = Object.values(content ?? {})[0]?.schema;
  return schema === undefined ? [] : memberRows(resolve(schema as JsonSchema & Referenced));
}

function responseRows(responses: OperationObject['responses']): string[][] {
  return Object.entries(responses).map(([status, response]) => {
    const { description: text = '', content } = resolve(response);
    const types = Object.entries(content ?? {}).map(
      ([type, { schema }]) => `${code(type)}${schema === undefined ? '' : ` ${cell(typeWords(schema))}`}`,
    );
    return [status, types.join(', '), cell(text)];
  });
}

function routeSection(path: string, method: string, item: PathObject, operation: OperationObject): string {
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
  const body = operation.requestBody === undefined ? undefined : resolve(operation.requestBody);
  const rows = bodyRows(body?.content);
  return [
    `### ${method.toUpperCase()} ${path.replaceAll('{', '&#123;')}`,
    `${cell(operation.summary)}.`,
    ...(operation.description === undefined ? [] : [cell(operation.description)]),
    ...(parameters.length === 0
      ? []
      : [
          table(
            ['parameter', 'in', 'type', 'meaning'],
            parameters.map(({ name, in: where, required, description: text = '', schema = {} }) => [
              code(name),
              where,
              cell(typeWords(schema)),
              cell(`${text}${required === true && where !== 'path' ? ' Required.' : ''}`),
            ]),
          ),
        ]),
    ...(body === undefined
      ? []
      : [
          `Body: ${Object.keys(body.content ?? {})
            .map(code)
            .join(', ')}. ${cell(body.description ?? '')}`.trim(),
        ]),
    ...(rows.length === 0 ? [] : [table(['member', 'type', 'meaning'], rows)]),
    table(['status', 'body', 'meaning'], responseRows(operation.responses)),
  ].join('\n\n');
}

export function controlApiPage(): string {
  const sections = description.tags.map(({ name, description: about }) => {
    const routes = Object.entries(description.paths).flatMap(([path, item]) =>
      METHODS.flatMap(method => {
        const operation = item[method];
        return operation?.tags[0] === name ? [routeSection(path, method, item, operation)] : [];
      }),
    );
    return `## ${name}\n\n${about}\n\n${routes.join('\n\n')}`;
  });
  const schemas = Object.entries(description.components.schemas).flatMap(([name, schema]) => {
    const rows = memberRows(schema);
    const about = schema.description === undefined ? [] : [cell(schema.description)];
    return rows.length === 0
      ? []
      : [[`### ${name}`, ...about, table(['member', 'type', 'meaning'], rows)].join('\n\n')];
  });
  return `# Routes of the control API

${origin(SOURCE)}

All paths are below \`/__deadringer\`. [The control API](../control-api.md) explains access, filters and secrets. The OpenAPI
description itself is \`GET /__deadringer/openapi.yaml\`.

${sections.join('\n\n')}

## Schemas

${schemas.join('\n\n')}
`;
}
