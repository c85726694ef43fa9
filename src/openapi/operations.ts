// Reads the operations of an OpenAPI document: parameters, bodies, responses, security and servers, each with its node.

import {
  BrokenReferenceError,
  booleanMember,
  childNode,
  type DocumentNode,
  type DocumentSet,
  stringMember,
} from '../document/documents.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import {
  type ApiSpec,
  type Content,
  type Example,
  findSuccessResponse,
  type Operation,
  type Parameter,
  type ParameterStyle,
  type RequestBody,
  type ResponseSpec,
} from './model.ts';
import { parsePathTemplate } from './path-template.ts';
import { type ReadRefusalExtension, readRefusals } from './refusals.ts';
import { readSecurity } from './security.ts';
import { readServerUrls } from './servers.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

export type ReportFinding = (finding: Finding) => void;

/** Reads every operation. An operation that cannot be read is reported and left out. */
export function readOperations(
  api: ApiSpec,
  readExtension: ReadRefusalExtension | undefined,
  report: ReportFinding,
): Operation[] {
  const reader = new OperationReader(api, readExtension, report);
  const operations: Operation[] = [];
  for (const [path, pathItem] of reader.members(api.root, 'paths')) {
    for (const method of METHODS) {
      const node = childNode(pathItem, method);
      if (node === undefined) continue;
      try {
        operations.push(reader.operation(path, pathItem, method, node));
      } catch (error) {
        if (!(error instanceof BrokenReferenceError)) throw error;
        report(error.finding);
      }
    }
  }
  return operations;
}

class OperationReader {
  readonly #api: ApiSpec;
  readonly #documents: DocumentSet;
  readonly #readExtension: ReadRefusalExtension | undefined;
  readonly #report: ReportFinding;

  constructor(api: ApiSpec, readExtension: ReadRefusalExtension | undefined, report: ReportFinding) {
    this.#api = api;
    this.#readExtension = readExtension;
    this.#documents = api.documents;
    this.#report = report;
  }

  members(node: DocumentNode, key: string): [string, DocumentNode][] {
    try {
      return this.#documents.members(this.#documents.member(node, key));
    } catch (error) {
      if (!(error instanceof BrokenReferenceError)) throw error;
      this.#report(error.finding);
      return [];
    }
  }

  operation(path: string, item: DocumentNode, method: string, node: DocumentNode): Operation {
    const { root: document } = this.#api;
    const parameters = this.#parameters(item, node, path);
    const responses = this.#responses(node);
    if (responses.length === 0)
      this.#reportProblem('spec-operation', node, 'the operation declares no response');
    return {
      api: this.#api,
      id: stringMember(node, 'operationId') ?? `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      segments: parsePathTemplate(path),
      servers: readServerUrls(this.#documents, [node, item, document]),
      node,
      deprecated: booleanMember(node, 'deprecated') ?? false,
      parameters,
      requestBody: this.#requestBody(node),
      responses,
      successResponse: findSuccessResponse(responses),
      security: readSecurity(this.#api, node, this.#report),
      refusals: readRefusals(this.#documents, [document, item, node], this.#readExtension, this.#report),
    };
  }

  #reportProblem(code: FindingCode, node: DocumentNode, message: string): void {
    this.#report({ code, message, at: '', location: this.#documents.locate(node) });
  }

  /** Parameters of the path item, overridden by those of the operation with the same name and location. */
  #parameters(item: DocumentNode, operation: DocumentNode, path: string): Parameter[] {
    const byKey = new Map<string, Parameter>();
    for (const holder of [item, operation]) {
      for (const [, node] of this.members(holder, 'parameters')) {
        const parameter = this.#parameter(node);
        if (parameter !== undefined) byKey.set(`${parameter.in} ${parameter.name}`, parameter);
      }
    }
    const parameters = [...byKey.values()];
    const templateNames = new Set([...path.matchAll(/\{([^{}]+)\}/g)].map(match => match[1] ?? ''));
    for (const parameter of parameters) {
      if (parameter.in !== 'path') continue;
      if (!templateNames.delete(parameter.name)) {
        this.#reportProblem(
          'spec-parameter',
          parameter.node,
          `the path ${path} does not contain {${parameter.name}}`,
        );
      } else if (!parameter.required) {
        this.#reportProblem(
          'spec-parameter',
          parameter.node,
          `path parameter "${parameter.name}" must have "required: true"`,
        );
      }
    }
    for (const name of templateNames) {
      this.#reportProblem(
        'spec-parameter',
        operation,
        `{${name}} in the path is not declared as a path parameter`,
      );
    }
    return parameters;
  }

  #parameter(node: DocumentNode): Parameter | undefined {
    const name = stringMember(node, 'name');
    const location = stringMember(node, 'in');
    if (
      name === undefined ||
      (location !== 'path' && location !== 'query' && location !== 'header' && location !== 'cookie')
    ) {
      this.#reportProblem(
        'spec-parameter',
        node,
        'a parameter needs a "name", and an "in" of path, query, header or cookie',
      );
      return undefined;
    }
    // OpenAPI, Parameter Object: header parameters with these names are ignored.
    if (location === 'header' && /^(accept|content-type|authorization)$/i.test(name)) return undefined;
    const parameter = this.#readStyledParameter(
      node,
      name,
      location,
      location === 'query' || location === 'cookie' ? 'form' : 'simple',
    );
    if (parameter.schema === undefined && parameter.content === undefined) {
      this.#reportProblem('spec-parameter', node, `parameter "${name}" has neither "schema" nor "content"`);
    }
    return parameter;
  }

  #readStyledParameter(
    node: DocumentNode,
    name: string,
    location: Parameter['in'],
    defaultStyle: ParameterStyle,
  ): Parameter {
    const style = (stringMember(node, 'style') ?? defaultStyle) as ParameterStyle;
    if (!ALLOWED_STYLES[location].includes(style)) {
      this.#reportProblem(
        'spec-parameter',
        node,
        `style "${style}" does not exist for parameters in ${location}`,
      );
    }
    return {
      name,
      in: location,
      required: booleanMember(node, 'required') ?? false,
      deprecated: booleanMember(node, 'deprecated') ?? false,
      allowEmptyValue: location === 'query' && (booleanMember(node, 'allowEmptyValue') ?? false),
      style,
      explode: booleanMember(node, 'explode') ?? style === 'form',
      node,
      schema: this.#schema(node),
      content: this.#contents(node)[0],
    };
  }

  /** Does not resolve a $ref: ajv does that itself. */
  #schema(node: DocumentNode): DocumentNode | undefined {
    return childNode(node, 'schema');
  }

  #contents(node: DocumentNode): Content[] {
    return this.members(node, 'content').map(([mediaType, content]) => ({
      mediaType,
      node: content,
      schema: this.#schema(content),
      examples: this.#examples(content),
    }));
  }

  #examples(content: DocumentNode): Example[] {
    const examples: Example[] = [];
    const singleExample = childNode(content, 'example');
    if (singleExample !== undefined)
      examples.push({ name: '', value: singleExample.value, node: singleExample });
    for (const [name, node] of this.members(content, 'examples')) {
      const value = childNode(node, 'value');
      if (value !== undefined) examples.push({ name, value: value.value, node: value });
    }
    return examples;
  }

  #requestBody(operation: DocumentNode): RequestBody | undefined {
    const node = this.#documents.member(operation, 'requestBody');
    if (node === undefined) return undefined;
    return { required: booleanMember(node, 'required') ?? false, contents: this.#contents(node), node };
  }

  #responses(operation: DocumentNode): ResponseSpec[] {
    return this.members(operation, 'responses').flatMap(([status, node]) => {
      if (!/^([1-5](\d\d|XX)|default)$/.test(status)) {
        this.#reportProblem(
          'spec-operation',
          node,
          `"${status}" is not a valid status key: use a code (200), a range (4XX) or "default"`,
        );
        return [];
      }
      const headers = this.members(node, 'headers')
        .filter(([name]) => name.toLowerCase() !== 'content-type')
        .map(([name, header]) =>
          // Documents write the second cookie as "\0Set-Cookie", because a key may stand only once.
          this.#readStyledParameter(header, name.replace(/^\0+/, ''), 'header', 'simple'),
        );
      return [{ status, node, headers, contents: this.#contents(node) }];
    });
  }
}

const ALLOWED_STYLES: Readonly<Record<Parameter['in'], readonly ParameterStyle[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};
