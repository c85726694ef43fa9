// Reads the parameters of an operation, the headers of a response, and their content. What cannot be read is reported.

import {
  booleanMember,
  childNode,
  childNodes,
  type DocumentNode,
  type DocumentSet,
  stringMember,
} from '../document/documents.ts';
import { resolveReference } from '../document/references.ts';
import { parseExactJson } from '../exchange/exact-json.ts';
import { FIELD_NAME } from '../exchange/header-names.ts';
import { isObject } from '../exchange/json.ts';
import { isJson, isMediaRange, parseMediaType } from '../exchange/media-type.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { NO_SCHEMA } from '../schema/schema-compiler.ts';
import { contentSchema } from './content-schema.ts';
import type { ApiSpec, Content, Example, Parameter, ParameterStyle } from './model.ts';
import { type NewerKind, reportNewerFields } from './newer-fields.ts';

export class ParameterReader {
  readonly #api: ApiSpec;
  readonly #documents: DocumentSet;
  readonly #report: (finding: Finding) => void;

  constructor(api: ApiSpec, report: (finding: Finding) => void) {
    this.#api = api;
    this.#documents = api.documents;
    this.#report = report;
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
    return { parameters: [...byKey.values()], unusable };
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
      return { mediaType, node: media, schema, examples: this.#examples(media, mediaType) };
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
    if (
      name === undefined ||
      (location !== 'path' && location !== 'query' && location !== 'header' && location !== 'cookie')
    )
      return this.reportAt(
        'spec-parameter',
        node,
        'a parameter needs a "name", and an "in" of path, query, header or cookie',
      );
    // OpenAPI, Parameter Object: header parameters with these names are ignored.
    if (location === 'header' && /^(accept|content-type|authorization)$/i.test(name)) return undefined;
    const defaultStyle = location === 'query' || location === 'cookie' ? 'form' : 'simple';
    const parameter = this.#readStyledParameter(node, name, location, defaultStyle);
    if (!('code' in parameter) && parameter.schema === undefined && parameter.content === undefined)
      this.reportAt('spec-parameter', node, `parameter "${name}" has neither "schema" nor "content"`);
    return parameter;
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
    if (!ALLOWED_STYLES[location].includes(style)) {
      const message = `style "${style}" does not exist for parameters in ${location}`;
      return this.reportAt('spec-parameter', node, message);
    }
    return {
      name,
      in: location,
      required: required?.value === true,
      deprecated: booleanMember(node, 'deprecated') ?? false,
      allowEmptyValue: location === 'query' && (booleanMember(node, 'allowEmptyValue') ?? false),
      style,
      explode: booleanMember(node, 'explode') ?? style === 'form',
      node,
      schema: this.#schema(node),
      content: this.contents(node)[0],
    };
  }

  /** Does not resolve a $ref: ajv does that itself. An empty value is treated as no schema. */
  #schema(node: DocumentNode): DocumentNode | undefined {
    const schema = childNode(node, 'schema');
    if (schema?.value !== null) return schema;
    this.reportAt('spec-schema', schema, `this schema cannot be used: ${NO_SCHEMA}`);
    return undefined;
  }

  #examples(content: DocumentNode, mediaType: string): Example[] {
    const examples: Example[] = [];
    const singleExample = childNode(content, 'example');
    if (singleExample !== undefined)
      examples.push({ name: '', value: singleExample.value, node: singleExample });
    const named = this.#documents.tryMember(content, 'examples');
    if (named === undefined || 'code' in named || named.value === null) return examples;
    if (!isObject(named.value)) {
      this.reportAt('spec-example', named, '"examples" must be an object with names');
      return examples;
    }
    for (const [name, node] of this.#documents.members(named, this.#report)) {
      this.reportNewer('example', node);
      const value = childNode(node, 'value');
      if (value !== undefined) examples.push({ name, value: value.value, node: value });
      else if (childNode(node, 'externalValue') === undefined)
        this.reportAt('spec-example', node, 'an example must be an object with "value"');
      else examples.push(...this.#externalExample(name, node, mediaType));
    }
    return examples;
  }

  /** The file of an example. None if it is remote, or cannot be used: that has been reported. */
  #externalExample(name: string, example: DocumentNode, mediaType: string): Example[] {
    const documents = this.#documents;
    const { uri } = resolveReference(example.uri, stringMember(example, 'externalValue') ?? '');
    const bytes = uri === example.uri ? undefined : documents.bytes(uri);
    if (bytes === undefined) return [];
    const node = documents.root(uri);
    if (!isJson(mediaType) && !isMediaRange(mediaType))
      return [{ name, value: documents.text(uri), node, bytes }];
    if (typeof node.value !== 'string' || isMediaRange(mediaType)) return [{ name, value: node.value, node }];
    try {
      return [{ name, value: parseExactJson(node.value), node }];
    } catch (error) {
      const message = `externalValue: ${documents.file(uri)} is not JSON: ${String(error)}`;
      this.reportAt('spec-example', example, message);
      return [];
    }
  }
}

const ALLOWED_STYLES: Readonly<Record<Parameter['in'], readonly ParameterStyle[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};
