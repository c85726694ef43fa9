// Describes an operation for people: what the document declares for it, each part with its line.

import { type DocumentNode, stringMember } from '../document/documents.ts';
import { writeExactJson } from '../exchange/exact-json.ts';
import { isObject, textOfValue } from '../exchange/json.ts';
import { isJson, parseMediaType } from '../exchange/media-type.ts';
import { type Finding, formatPosition } from '../finding/finding.ts';
import { truncate } from '../finding/truncate.ts';
import { describeSchemas, SCHEMA_CHARACTERS, type SchemaView, type ViewBudget } from './describe-schema.ts';
import type { Content, Example, Operation, Parameter, ResponseSpec, SecurityScheme } from './model.ts';

/** Members that every part of a document may have. */
interface PartView {
  readonly description?: string;
  /** The value of `x-provenance`. */
  readonly provenance?: string;
  /** Why the part cannot be read. Nothing else is known of it then. */
  readonly unusable?: string;
  /** "file:line:column" */
  readonly location: string;
}

interface ExampleView extends PartView {
  /** "" for the only one. */
  readonly name: string;
  readonly summary?: string;
  /** JSON, or the text of a body in another format. */
  readonly value: string;
  /** The form in which it is sent, if the document has it and it is another. */
  readonly serialized?: string;
  /** The length of the value, if it is cut. */
  readonly length?: number;
}

interface ContentView extends PartView {
  readonly mediaType: string;
  readonly schema?: SchemaView;
  readonly examples: readonly ExampleView[];
}

/** A parameter, or a header of a response. */
interface ParameterView extends PartView {
  readonly name: string;
  readonly in: Parameter['in'];
  readonly required: boolean;
  readonly deprecated: boolean;
  /** "form, explode" */
  readonly style: string;
  readonly schema?: SchemaView;
  readonly content?: ContentView;
  readonly examples: readonly ExampleView[];
}

interface ResponseView extends PartView {
  readonly status: string;
  readonly headers: readonly ParameterView[];
  readonly contents: readonly ContentView[];
}

export interface OperationView extends PartView {
  readonly api: string;
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary?: string;
  readonly tags: readonly string[];
  readonly deprecated: boolean;
  readonly parameters: readonly ParameterView[];
  readonly requestBody?: PartView & { readonly required: boolean; readonly contents: readonly ContentView[] };
  readonly responses: readonly ResponseView[];
  /** Alternatives, each with all that it requires. */
  readonly security: readonly (readonly SecurityView[])[];
}

interface SecurityView {
  readonly name: string;
  /** What a request must have: 'API key in header "X-Key"'. */
  readonly text: string;
  readonly scopes: readonly string[];
  readonly location: string;
}

const MAX_DESCRIPTION = 20_000;
const EXAMPLE_CHARACTERS = 80_000;
const MAX_EXAMPLE = 20_000;
const MIN_EXAMPLE = 200;

type SchemaViews = ReadonlyMap<DocumentNode, SchemaView>;

export function describeOperation(operation: Operation): OperationView {
  const { api, node, parameters, requestBody, responses } = operation;
  const drawn = describeSchemas(api, schemasOf(operation), { characters: SCHEMA_CHARACTERS });
  const views: SchemaViews = new Map(
    schemasOf(operation).map((schema, index) => [schema, drawn[index] as SchemaView]),
  );
  const describer = new PartDescriber(operation, views);
  const { value } = node;
  const tags = isObject(value) && Array.isArray(value.tags) ? value.tags.map(textOfValue) : [];
  const summary = stringMember(node, 'summary');
  return {
    api: api.name,
    id: operation.id,
    method: operation.method,
    path: operation.path,
    ...(summary !== undefined && { summary: truncate(summary, MAX_DESCRIPTION) }),
    ...describer.part(node, operation.unusable),
    tags,
    deprecated: operation.deprecated,
    parameters: parameters.map(each => describer.parameter(each)),
    ...(requestBody !== undefined && {
      requestBody: {
        required: requestBody.required,
        ...describer.part(requestBody.node, requestBody.unusable),
        contents: requestBody.contents.map(each => describer.content(each)),
      },
    }),
    responses: responses.map(each => describer.response(each)),
    security: operation.security.map(alternative =>
      alternative.map(({ name, scopes, scheme, node: place }) => ({
        name,
        text: scheme.deprecated ? `${schemeText(scheme)} (deprecated)` : schemeText(scheme),
        scopes,
        location: formatPosition(api.documents.locate(place)),
      })),
    ),
  };
}

/** The schemas in the order of the page, each node once. */
function schemasOf({ parameters, requestBody, responses }: Operation): DocumentNode[] {
  const contents = [...(requestBody?.contents ?? []), ...responses.flatMap(response => response.contents)];
  const fields = [...parameters, ...responses.flatMap(response => response.headers)];
  return [
    ...fields.flatMap(({ schema, content }) => schema ?? content?.schema ?? []),
    ...contents.flatMap(({ schema }) => schema ?? []),
  ];
}

class PartDescriber {
  readonly #documents: Operation['api']['documents'];
  readonly #schemas: SchemaViews;
  readonly #budget: ViewBudget = { characters: EXAMPLE_CHARACTERS };

  constructor({ api }: Operation, schemas: SchemaViews) {
    this.#documents = api.documents;
    this.#schemas = schemas;
  }

  part(node: DocumentNode, unusable?: Finding): PartView {
    const description = stringMember(node, 'description');
    const provenance = stringMember(node, 'x-provenance');
    return {
      ...(description !== undefined && { description: truncate(description, MAX_DESCRIPTION) }),
      ...(provenance !== undefined && { provenance }),
      ...(unusable !== undefined && { unusable: unusable.message }),
      location: formatPosition(this.#documents.locate(node)),
    };
  }

  parameter(parameter: Parameter): ParameterView {
    const { name, required, deprecated, style, explode, node, schema, content, examples } = parameter;
    return {
      name,
      in: parameter.in,
      required,
      deprecated,
      style: explode ? `${style}, explode` : style,
      ...this.part(node),
      ...this.#schema(schema),
      ...(content !== undefined && { content: this.content(content) }),
      examples: examples.map(each => this.#example(each, true)),
    };
  }

  content({ mediaType, node, schema, examples }: Content): ContentView {
    return {
      mediaType,
      ...this.part(node),
      ...this.#schema(schema),
      examples: examples.map(each => this.#example(each, !isJson(parseMediaType(mediaType)?.essence ?? ''))),
    };
  }

  response({ status, node, headers, contents, unusable }: ResponseSpec): ResponseView {
    const part = this.part(node, unusable);
    // Since OpenAPI 3.2.
    const summary = stringMember(node, 'summary');
    const texts = [summary, part.description].filter(text => text !== undefined);
    return {
      status,
      ...part,
      ...(texts.length > 0 && { description: truncate(texts.join('\n\n'), MAX_DESCRIPTION) }),
      headers: headers.map(each => this.parameter(each)),
      contents: contents.map(each => this.content(each)),
    };
  }

  #schema(schema: DocumentNode | undefined): { schema?: SchemaView } {
    const view = schema && this.#schemas.get(schema);
    return view === undefined ? {} : { schema: view };
  }

  #cut(text: string): string {
    const shown = truncate(text, Math.max(Math.min(MAX_EXAMPLE, this.#budget.characters), MIN_EXAMPLE));
    this.#budget.characters -= shown.length;
    return shown;
  }

  #example({ name, value, node, serialized }: Example, isText: boolean): ExampleView {
    const text = typeof value === 'string' && isText ? value : writeExactJson(value, 2);
    const shown = this.#cut(text);
    const sent = serialized === undefined || serialized.value === text ? undefined : serialized.value;
    // The value of a named example is in an object.
    const parent = node.pointer.slice(0, node.pointer.lastIndexOf('/'));
    const holder = name === '' ? undefined : this.#documents.nodeAt(node.uri, parent);
    const summary = holder && stringMember(holder, 'summary');
    return {
      name,
      ...(summary !== undefined && { summary: truncate(summary, MAX_DESCRIPTION) }),
      ...(holder !== undefined && this.part(holder)),
      value: shown,
      ...(sent !== undefined && { serialized: this.#cut(sent) }),
      ...(shown !== text && { length: text.length }),
      location: formatPosition(this.#documents.locate(node)),
    };
  }
}

/** What a request has to send. */
function schemeText(scheme: SecurityScheme): string {
  switch (scheme.type) {
    case 'apiKey':
      return `API key in ${scheme.in} "${scheme.name}"`;
    case 'http':
      return scheme.scheme === 'bearer'
        ? 'Authorization: Bearer <token>'
        : `Authorization: ${scheme.scheme} credentials`;
    case 'other':
      return `${scheme.declaredType}, which is not checked`;
  }
}
