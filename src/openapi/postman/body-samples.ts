// Writes bodies of requests or of saved responses as the content of one OpenAPI object: a schema, which is inferred, and examples.
import type { DocumentNode } from '../../document/documents.ts';
import { parseExactJson } from '../../exchange/exact-json.ts';
import { isDeeplyNested } from '../../exchange/json-depth.ts';
import { isJson, isXml } from '../../exchange/media-type.ts';
import type { FillText, PostmanConversion } from './conversion.ts';
import { addValue, noEvidence, UNKNOWN_VALUE, writeSchema } from './infer-schema.ts';
import { hasPlaceholder, placeholderType } from './type-placeholder.ts';

/** One body. */
export interface BodySample {
  readonly mediaType: string;
  /** The name of the request or of the saved response. */
  readonly name: string;
  readonly node: DocumentNode;
  /** Undefined: nothing is known of it, as of a file. */
  readonly value: unknown;
  /** False: a part of the value is not known, so that it is no example. */
  readonly isComplete: boolean;
  /** Of a form, the schemas of files and the descriptions by name of the field. */
  readonly fields?: ReadonlyMap<string, FieldFacts>;
}

/** What is known of a field of a form besides its value. */
export interface FieldFacts {
  readonly isFile: boolean;
  readonly description: string | undefined;
  readonly mediaType: string | undefined;
}

/** @param requiresMembers whether a member that all bodies have is required */
export function writeContent(
  conversion: PostmanConversion,
  samples: readonly BodySample[],
  requiresMembers: (ofType: readonly BodySample[]) => boolean,
): Record<string, unknown> {
  const byType = Map.groupBy(samples, ({ mediaType }) => mediaType);
  const content = [...byType].map(([mediaType, ofType]) => {
    const [{ node }] = ofType as [BodySample];
    const schema = conversion.infersSchemas
      ? schemaOf(conversion, mediaType, ofType, requiresMembers(ofType))
      : undefined;
    const examples = writeExamples(conversion, ofType);
    const encoding = encodingOf(conversion, ofType);
    return [
      mediaType,
      conversion.from(node, {
        ...(schema !== undefined && { schema }),
        ...(examples !== undefined && { examples }),
        ...(encoding !== undefined && { encoding }),
      }),
    ] as const;
  });
  return Object.fromEntries(content);
}

/** @returns undefined if nothing can be inferred */
function schemaOf(
  conversion: PostmanConversion,
  mediaType: string,
  samples: readonly BodySample[],
  requiresMembers: boolean,
): object | undefined {
  const [{ node }] = samples as readonly [BodySample];
  const marked = (schema: object): object => conversion.from(node, { ...schema, 'x-provenance': 'inferred' });
  // The structure of XML depends on its schema, and nothing else than the text is known.
  if (isXml(mediaType)) return undefined;
  if (samples.some(({ fields }) => fields !== undefined)) return marked(formSchema(samples, requiresMembers));
  if (!isJson(mediaType)) return marked({ type: 'string', ...(!isText(mediaType) && { format: 'binary' }) });
  const evidence = noEvidence();
  for (const { value } of samples) if (value !== undefined) addValue(evidence, value);
  return marked(writeSchema(evidence, requiresMembers, conversion.kinds));
}

function formSchema(samples: readonly BodySample[], requiresMembers: boolean): object {
  const evidence = noEvidence();
  const facts = new Map<string, FieldFacts>();
  for (const { value, fields } of samples) {
    addValue(evidence, value);
    for (const [name, each] of fields ?? []) facts.set(name, each);
  }
  const { properties = {}, ...schema } = writeSchema(evidence, requiresMembers, new Map()) as {
    properties?: Record<string, object>;
  };
  const described = Object.entries(properties).map(([name, property]) => {
    const { isFile = false, description } = facts.get(name) ?? {};
    const file = { type: 'string', format: 'binary' };
    const own = !isFile ? property : 'items' in property ? { type: 'array', items: file } : file;
    return [name, { ...own, ...(description !== undefined && { description }) }] as const;
  });
  return { ...schema, properties: Object.fromEntries(described) };
}

function encodingOf(conversion: PostmanConversion, samples: readonly BodySample[]): object | undefined {
  const types = samples.flatMap(({ fields }) =>
    [...(fields ?? [])].flatMap(([name, { mediaType }]) =>
      mediaType === undefined ? [] : [[name, { contentType: mediaType }] as const],
    ),
  );
  const [first] = samples;
  return types.length === 0 || first === undefined
    ? undefined
    : conversion.from(first.node, Object.fromEntries(types));
}

function writeExamples(conversion: PostmanConversion, samples: readonly BodySample[]): object | undefined {
  const examples: [name: string, example: object][] = [];
  const uniqueName = createNamer(' ');
  const texts = new Set<string>();
  for (const { name, value, isComplete, node } of samples) {
    if (!isComplete || value === undefined) continue;
    // The request that belongs to a saved response has mostly the body of the item.
    const text = `${name}\n${JSON.stringify(value)}`;
    if (texts.has(text)) continue;
    texts.add(text);
    examples.push([uniqueName(name === '' ? 'Example' : name), conversion.from(node, { value })]);
  }
  const [first] = samples;
  return examples.length === 0 || first === undefined
    ? undefined
    : conversion.from(first.node, Object.fromEntries(examples));
}

/** Creates a function that adds a number to a name that it has been given before. */
export function createNamer(separator: string): (name: string) => string {
  const counts = new Map<string, number>();
  return name => {
    let count = (counts.get(name) ?? 0) + 1;
    while (count > 1 && counts.has(name + separator + count)) count++;
    const unique = count === 1 ? name : name + separator + count;
    counts.set(name, count);
    if (unique !== name) counts.set(unique, 1);
    return unique;
  };
}

/** True for media types whose bodies a collection can have as text. */
export function isText(mediaType: string): boolean {
  return (
    isJson(mediaType) ||
    isXml(mediaType) ||
    /^text\/|[/+](?:x-)?(?:yaml|javascript|ecmascript|graphql|ndjson|jsonl|csv|toml|sql|x-www-form-urlencoded)$/.test(
      mediaType,
    )
  );
}

/** A variable outside of quotes, a comment, or a string. Each alternative that begins matches. */
const JSON_TOKEN = /"(?:[^"\\]|\\[\s\S])*"?|\/\/[^\r\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?|\{\{[^{}]*\}\}/g;

export interface ReadJson {
  readonly value: unknown;
  readonly isComplete: boolean;
}

/**
 * Reads JSON with variables and comments, which Postman removes when it sends.
 * @returns undefined if it is no JSON, or is nested too deeply
 */
export function readJsonTemplate(
  { mask }: PostmanConversion,
  text: string,
  fill: FillText,
): ReadJson | undefined {
  const filled = fill(text).replace(/^\uFEFF/, '');
  if (placeholderType(filled.trim()) !== undefined) return { value: UNKNOWN_VALUE, isComplete: false };
  let isComplete = !hasPlaceholder(filled);
  const read = (json: string): unknown =>
    isDeeplyNested(json) ? undefined : parseExactJson(mask.json(json));
  const parse = (json: string): ReadJson | undefined => {
    try {
      JSON.parse(json);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
    const value = read(json);
    return value === undefined ? undefined : { value, isComplete };
  };
  const plain = parse(filled);
  if (plain !== undefined || !/\{\{|\/[/*]/.test(filled)) return plain;
  const written = filled.replace(JSON_TOKEN, token => {
    if (token.startsWith('"')) return token;
    if (token.startsWith('/')) return ' ';
    isComplete = false;
    return JSON.stringify(UNKNOWN_VALUE);
  });
  return parse(written);
}
