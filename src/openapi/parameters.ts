// Reads the parameters of an operation, the headers of a response, and their content. What cannot be read is reported.

import {
  booleanMember,
  childNode,
  childNodes,
  type DocumentNode,
  type DocumentSet,
  stringMember,
} from '../document/documents.ts';
import { FIELD_NAME } from '../exchange/header-names.ts';
import { isObject } from '../exchange/json.ts';
import { parseMediaType } from '../exchange/media-type.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { NO_SCHEMA } from '../schema/schema-compiler.ts';
import { contentSchema } from './content-schema.ts';
import { type ExampleContext, readExampleObjects } from './example-objects.ts';
import type { ApiSpec, Content, Parameter, ParameterStyle } from './model.ts';
import { type NewerKind, reportNewerFields } from './newer-fields.ts';
import { excludedQuerystrings, readQuerystring } from './querystring.ts';

export class ParameterReader {
  readonly #api: ApiSpec;
  readonly #documents: DocumentSet;
  readonly #report: (finding: Finding) => void;
  readonly #examples: ExampleContext;

  constructor(api: ApiSpec, report: (finding: Finding) => void) {
    this.#api = api;
    this.#documents = api.documents;
    this.#report = report;
    const { documents, version } = api;
    this.#examples = { documents, version, report, reportAt: this.reportAt };
  }

  reportAt = (code: FindingCode, node: Omit<DocumentNode, 'value'>, message: string): Finding => {
    const finding: Finding = { code, message, at: '', location: this.#documents.locate(node) };
    this.#report(finding);
    return finding;
  };

  reportNewer(kind: NewerKind, node: DocumentNode | undefined): void {
    reportNewerFields(this.#api.version, kind, node, (code, at, message) => this.reportAt(code, at, message));
  }

  /**
   * The parameters of the path item, overridden by those of the operation with the same name and location.
   * @param holders path item and operation
   */
  parameters(
    holders: readonly DocumentNode[],
    operation: DocumentNode,
    path: string,
  ): { parameters: Parameter[]; unusable: Finding[] } {
    const byKey = new Map<string, Parameter>();
    const unusable: Finding[] = [];
    for (const holder of holders) {
      const keys = new Set<string>();
      for (const node of this.#list(holder, 'parameters', unusable)) {
        const parameter = this.#parameter(node);
        if (parameter === undefined) continue;
        if ('code' in parameter) {
          unusable.push(parameter);
          continue;
        }
        const key = `${parameter.in} ${parameter.name}`;
        if (keys.has(key))
          this.reportAt(
            'spec-parameter',
            node,
            `${parameter.in} parameter "${parameter.name}" is declared twice`,
          );
        keys.add(key);
        byKey.set(key, parameter);
      }
    }
    const undeclared = new Set([...path.matchAll(/\{([^{}]+)\}/g)].map(match => match[1] ?? ''));
    for (const [key, { in: location, name, node, required }] of byKey) {
      if (location !== 'path') continue;
      if (!undeclared.delete(name)) {
        this.reportAt('spec-parameter', node, `the path ${path} does not contain {${name}}`);
        byKey.delete(key);
      } else if (!required) {
        this.reportAt('spec-parameter', node, `path parameter "${name}" must have "required: true"`);
      }
    }
    // A parameter that cannot be read may declare the name.
    for (const name of unusable.length > 0 ? [] : undeclared)
      this.reportAt('spec-parameter', operation, `{${name}} in the path is not declared as a path parameter`);
    const parameters = [...byKey.values()];
    const excluded = excludedQuerystrings(parameters, this.#examples.reportAt);
    return {
      parameters: parameters.filter(each => !excluded.has(each)),
      unusable: [...unusable, ...excluded.values()],
    };
  }

  /** The headers of a response. */
  headers(response: DocumentNode): { headers: Parameter[]; unusableHeaders: Finding[] } {
    const unusableHeaders: Finding[] = [];
    const headers: Parameter[] = [];
    const map = this.#documents.tryMember(response, 'headers');
    if (map !== undefined && 'code' in map) return { headers, unusableHeaders: [map] };
    for (const [name, member] of childNodes(map)) {
      const header = this.#documents.tryDereference(member);
      if ('code' in header) unusableHeaders.push(header);
      else if (name.toLowerCase() !== 'content-type') {
        // Documents write the second cookie as "\0Set-Cookie", because a key may stand only once.
        const field = name.replace(/^\0+/, '');
        const parameter = this.#readStyledParameter(header, field, 'header', 'simple');
        if ('code' in parameter) unusableHeaders.push(parameter);
        else headers.push(parameter);
      }
    }
    return { headers, unusableHeaders };
  }

  contents(node: DocumentNode): Content[] {
    const content = this.#documents.tryMember(node, 'content');
    // A reference without a target has been reported.
    if (content === undefined || 'code' in content || content.value === null) return [];
    if (!isObject(content.value)) {
      this.reportAt('spec-operation', content, '"content" must be an object with media types');
      return [];
    }
    return this.#documents.members(content, this.#report).map(([key, media]) => {
      this.reportNewer('media type', media);
      const mediaType = this.#mediaType(key, media);
      const schema = contentSchema(this.#api, media, mediaType, this.reportAt);
      if (schema === undefined && (childNode(media, 'type') ?? childNode(media, 'properties')) !== undefined)
        this.reportAt('spec-schema', media, 'this is a schema: write it below "schema"');
      return {
        mediaType,
        node: media,
        schema,
        examples: readExampleObjects(this.#examples, media, mediaType),
      };
    });
  }

  /** A key that is no media type, such as "json", does not say which one the body has. */
  #mediaType(key: string, media: DocumentNode): string {
    // "N/A" has the syntax of one.
    if ((parseMediaType(key)?.essence ?? 'n/a') !== 'n/a') return key;
    this.reportAt('spec-operation', media, `"${key}" is not a media type, such as application/json`);
    return '*/*';
  }

  /** The members of a list, dereferenced. */
  #list(holder: DocumentNode, key: string, unusable: Finding[]): DocumentNode[] {
    const skip = (finding: Finding): void => {
      unusable.push(finding);
      this.#report(finding);
    };
    const list = this.#documents.tryMember(holder, key);
    if (list !== undefined && 'code' in list) {
      skip(list);
      return [];
    }
    if (list !== undefined && list.value !== null && !Array.isArray(list.value))
      this.reportAt('spec-operation', list, `"${key}" must be a list`);
    return this.#documents.members(list, skip).map(([, node]) => node);
  }

  /** @returns undefined for a header that parameters do not describe */
  #parameter(node: DocumentNode): Parameter | Finding | undefined {
    const name = stringMember(node, 'name');
    const location = stringMember(node, 'in');
    if (name === undefined || !this.#isLocation(location)) {
      const locations = this.#api.version === '3.2' ? 'path, query, querystring' : 'path, query';
      const hint = location === 'querystring' ? '; "querystring" needs OpenAPI 3.2' : '';
      const message = `a parameter needs a "name", and an "in" of ${locations}, header or cookie${hint}`;
      return this.reportAt('spec-parameter', node, message);
    }
    // OpenAPI, Parameter Object: header parameters with these names are ignored.
    if (location === 'header' && /^(accept|content-type|authorization)$/i.test(name)) return undefined;
    const defaultStyle = location === 'path' || location === 'header' ? 'simple' : 'form';
    const parameter = this.#readStyledParameter(node, name, location, defaultStyle);
    if ('code' in parameter) return parameter;
    if (location === 'querystring') return readQuerystring(parameter, this.#examples.reportAt);
    if (parameter.schema === undefined && parameter.content === undefined)
      this.reportAt('spec-parameter', node, `parameter "${name}" has neither "schema" nor "content"`);
    return parameter;
  }

  #isLocation(location: string | undefined): location is Parameter['in'] {
    if (location === undefined || !Object.hasOwn(ALLOWED_STYLES, location)) return false;
    return location !== 'querystring' || this.#api.version === '3.2';
  }

  #readStyledParameter(
    node: DocumentNode,
    name: string,
    location: Parameter['in'],
    defaultStyle: ParameterStyle,
  ): Parameter | Finding {
    if (location === 'header' && !FIELD_NAME.test(name)) {
      const message = `${JSON.stringify(name)} is not a name that HTTP allows for a header field`;
      return this.reportAt('spec-parameter', node, message);
    }
    const required = childNode(node, 'required');
    if (required !== undefined && typeof required.value !== 'boolean') {
      const message = `"required" must be true or false, not ${JSON.stringify(required.value)}`;
      this.reportAt('spec-parameter', required, message);
    }
    const style = (stringMember(node, 'style') ?? defaultStyle) as ParameterStyle;
    const isOlder = style === 'cookie' && this.#api.version !== '3.2';
    if (location !== 'querystring' && (isOlder || !ALLOWED_STYLES[location].includes(style))) {
      const hint = isOlder ? '; "cookie" needs OpenAPI 3.2' : '';
      const message = `style "${style}" does not exist for parameters in ${location}${hint}`;
      return this.reportAt('spec-parameter', node, message);
    }
    const [content, ...others] = this.contents(node);
    if (others.length > 0 && this.#api.version === '3.2')
      this.reportAt(
        'spec-parameter',
        node,
        `"content" of "${name}" must have one media type; others are ignored`,
      );
    const explode = childNode(node, 'explode');
    if (location === 'cookie' && explode?.value === false && this.#api.version === '3.2') {
      const message = 'cookies have no commas: with "in: cookie", "explode" must be true (OpenAPI 3.2)';
      this.reportAt('spec-parameter', explode, message);
    }
    return {
      name,
      in: location,
      required: required?.value === true,
      deprecated: booleanMember(node, 'deprecated') ?? false,
      allowEmptyValue: location === 'query' && (booleanMember(node, 'allowEmptyValue') ?? false),
      style,
      explode: booleanMember(node, 'explode') ?? (style === 'form' || style === 'cookie'),
      allowReserved:
        (location === 'query' ||
          (this.#api.version === '3.2' && style !== 'cookie' && location !== 'header')) &&
        (booleanMember(node, 'allowReserved') ?? false),
      node,
      schema: this.#schema(node),
      content,
      examples: readExampleObjects(this.#examples, node),
    };
  }

  /** Does not resolve a $ref: ajv does that itself. An empty value is treated as no schema. */
  #schema(node: DocumentNode): DocumentNode | undefined {
    const schema = childNode(node, 'schema');
    if (schema?.value !== null) return schema;
    this.reportAt('spec-schema', schema, `this schema cannot be used: ${NO_SCHEMA}`);
    return undefined;
  }
}

const ALLOWED_STYLES: Readonly<Record<Parameter['in'], readonly ParameterStyle[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form', 'cookie'],
  querystring: [],
};
