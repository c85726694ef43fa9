// Completes a scenario: keys and values from the JSON Schema of scenarios; operations, statuses and examples from the document.
import { scanYaml, type YamlPath, type YamlPlace } from './yaml-place.ts';

/** The part of a JSON Schema that the one of scenarios uses. */
export interface JsonSchema {
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string;
}

/** What completion needs to know of the operations of an API. */
export interface DocumentOperation {
  readonly id: string;
  readonly method: string;
  /** With the base path. */
  readonly path: string;
  readonly summary?: string | undefined;
  readonly responses: readonly {
    readonly status: string;
    readonly sends: number;
    readonly description?: string | undefined;
    readonly examples: readonly string[];
  }[];
}

/** A parameter as the document declares it. */
export interface OperationParameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string | undefined;
}

interface Suggestion {
  readonly label: string;
  readonly kind: 'key' | 'value';
  /** Beside the label. */
  readonly detail?: string | undefined;
  /** Text about the suggestion that is chosen. */
  readonly info?: string | undefined;
  /** What is inserted; default: the label. */
  readonly apply?: string;
}

export interface Completion {
  /** Where the completed word begins. */
  readonly from: number;
  readonly suggestions: readonly Suggestion[];
}

/** @param readParameters asks for the parameters of an operation, which the list of operations does not have */
export async function completeScenario(
  text: string,
  cursor: number,
  schema: JsonSchema,
  operations: readonly DocumentOperation[],
  readParameters: (operation: string) => Promise<readonly OperationParameter[]>,
): Promise<Completion | undefined> {
  const { place, scalars, keys } = scanYaml(text, cursor);
  if (place === undefined) return undefined;
  const { path, kind, from } = place;
  const schemas = schemasAt(schema, path);
  const present = keys.get(path.join('/')) ?? [];
  const on = scalars.get([...path.slice(0, 2), 'on'].join('/')) ?? '';
  const operation = operations.find(each => each.id === on || isMethodAndPath(on, each));
  const location = kind === 'key' ? PARAMETER_CONDITIONS.get(path.slice(2).join('/')) : undefined;
  const parameters =
    location === undefined || operation === undefined ? [] : await readParameters(operation.id);
  // Behind a "-" or "[" a value may be meant; on a line of its own only a key.
  const mayBeValue = kind === 'value' || typeof path.at(-1) === 'number';
  const suggestions = [
    ...documentSuggestions(place, operation, operations, scalars),
    ...parameters.filter(each => each.in === location && !present.includes(each.name)).map(toSuggestion),
    ...(kind === 'key' ? keySuggestions(schemas, present) : []),
    ...(mayBeValue ? valueSuggestions(schemas) : []),
  ];
  return suggestions.length === 0 ? undefined : { from, suggestions };
}

/** The maps of conditions, below a rule, and where their parameters are. */
const PARAMETER_CONDITIONS: ReadonlyMap<string, string> = new Map([
  ['when/path', 'path'],
  ['when/query', 'query'],
  ['when/headers', 'header'],
  ['when/cookies', 'cookie'],
]);

function toSuggestion({ name, description }: OperationParameter): Suggestion {
  const key = yamlText(name);
  return {
    label: name,
    kind: 'key',
    apply: `${key}: `,
    ...(description !== undefined && { info: description }),
  };
}

/** A rule names the path as the document writes it; the list of operations has the base path before it. */
function isMethodAndPath(on: string, { method, path }: DocumentOperation): boolean {
  const [onMethod = '', onPath = ''] = on.split(' ', 2);
  return onMethod === method && onPath.startsWith('/') && path.endsWith(onPath);
}

/** The schemas that may hold at a path: a union has several. */
function schemasAt(schema: JsonSchema, path: YamlPath): readonly JsonSchema[] {
  let schemas = branches(schema);
  for (const step of path) {
    schemas = schemas.flatMap(each => {
      if (typeof step === 'number') return each.items === undefined ? [] : branches(each.items);
      const { properties = {}, additionalProperties } = each;
      const property = Object.hasOwn(properties, step) ? properties[step] : additionalProperties;
      return typeof property === 'object' ? branches(property) : [];
    });
  }
  return schemas;
}

function branches(schema: JsonSchema): readonly JsonSchema[] {
  const { anyOf = [], description } = schema;
  if (anyOf.length === 0) return [schema];
  return anyOf
    .flatMap(branches)
    .map(each => (each.description === undefined ? { ...each, description } : each));
}

function keySuggestions(schemas: readonly JsonSchema[], present: readonly string[]): Suggestion[] {
  const found = new Map<string, Suggestion>();
  for (const { properties = {} } of schemas) {
    for (const [label, property] of Object.entries(properties)) {
      if (present.includes(label) || label === '$schema' || found.has(label)) continue;
      const info = property.description ?? branches(property).find(each => each.description)?.description;
      found.set(label, { label, kind: 'key', apply: `${label}: `, ...(info !== undefined && { info }) });
    }
  }
  return [...found.values()];
}

function valueSuggestions(schemas: readonly JsonSchema[]): Suggestion[] {
  const labels = schemas.flatMap(each => {
    if (each.enum !== undefined) return each.enum.map(value => ({ value, schema: each }));
    if ('const' in each) return [{ value: each.const, schema: each }];
    if (each.type === 'boolean') return [true, false].map(value => ({ value, schema: each }));
    return [];
  });
  return labels.map(({ value, schema: { description: info } }) => ({
    label: String(value),
    kind: 'value',
    ...(info !== undefined && { info }),
  }));
}

function documentSuggestions(
  { path }: YamlPlace,
  operation: DocumentOperation | undefined,
  operations: readonly DocumentOperation[],
  scalars: ReadonlyMap<string, string>,
): Suggestion[] {
  if (path[0] !== 'rules' || typeof path[1] !== 'number') return [];
  const [key, ...rest] = path.slice(2);
  if (key === 'on' && rest.length === 0) return operationSuggestions(operations);
  if (key !== 'reply') return [];
  const inStep = typeof rest[0] === 'number' ? rest.slice(1) : rest;
  const responses = (operation === undefined ? operations : [operation]).flatMap(each => each.responses);
  if (inStep.length === 0 || (inStep.length === 1 && inStep[0] === 'status'))
    return statusSuggestions(responses);
  if (inStep.length !== 1 || inStep[0] !== 'example') return [];
  const status = scalars.get([...path.slice(0, -1), 'status'].join('/'));
  return responses
    .filter(({ sends }) => status === undefined || String(sends) === status)
    .flatMap(({ sends, examples }) =>
      examples.map(
        label => ({ label, kind: 'value', detail: `of ${sends}`, apply: yamlText(label) }) as const,
      ),
    );
}

function operationSuggestions(operations: readonly DocumentOperation[]): Suggestion[] {
  return [
    ...operations.map(
      ({ id, method, path, summary }) =>
        ({
          label: id,
          kind: 'value',
          detail: `${method} ${path}`,
          info: summary,
          apply: yamlText(id),
        }) as const,
    ),
    { label: '*', kind: 'value', detail: 'every operation', apply: '"*"' },
  ];
}

function statusSuggestions(responses: DocumentOperation['responses']): Suggestion[] {
  const byStatus = new Map(responses.map(response => [response.sends, response]));
  return [...byStatus.values()]
    .sort((left, right) => left.sends - right.sends)
    .map(({ sends, description }) => ({
      label: String(sends),
      kind: 'value',
      ...(description !== undefined && { detail: description.split('\n', 1)[0] }),
    }));
}

/** A text that YAML would read as something else is quoted. */
function yamlText(text: string): string {
  return /^[A-Za-z_][\w .-]*$/.test(text) && !/^(true|false|null|yes|no|on|off)$|\s$/i.test(text)
    ? text
    : JSON.stringify(text);
}
