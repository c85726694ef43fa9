// Reads the operations out of an OpenAPI document: parameters, bodies, responses, security, servers, each with its place.

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

/** Reads every operation; what is wrong with one is reported and the others are still read. */
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

  members(part: DocumentNode, key: string): [string, DocumentNode][] {
    try {
      return this.#documents.members(this.#documents.member(part, key));
    } catch (error) {
      if (!(error instanceof BrokenReferenceError)) throw error;
      this.#report(error.finding);
      return [];
    }
  }

  operation(path: string, item: DocumentNode, method: string, part: DocumentNode): Operation {
    const { root: document } = this.#api;
    const parameters = this.#parameters(item, part, path);
    const responses = this.#responses(part);
    if (responses.length === 0)
      this.#reportProblem('spec-operation', part, 'the operation declares no response');
    return {
      api: this.#api,
      id: stringMember(part, 'operationId') ?? `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      segments: parsePathTemplate(path),
      servers: readServerUrls(this.#documents, [part, item, document]),
      node: part,
      deprecated: booleanMember(part, 'deprecated') ?? false,
      parameters,
      requestBody: this.#requestBody(part),
      responses,
      successResponse: findSuccessResponse(responses),
      security: readSecurity(this.#api, part, this.#report),
      refusals: readRefusals(this.#documents, [document, item, part], this.#readExtension, this.#report),
    };
  }

  #reportProblem(code: FindingCode, part: DocumentNode, message: string): void {
    this.#report({ code, message, at: '', location: this.#documents.locate(part) });
  }

  /** Path-item parameters first, overridden by the operation's of the same name and place. */
  #parameters(item: DocumentNode, operation: DocumentNode, path: string): Parameter[] {
    const byKey = new Map<string, Parameter>();
    for (const holder of [item, operation]) {
      for (const [, node] of this.members(holder, 'parameters')) {
        const parameter = this.#parameter(node);
        if (parameter !== undefined) byKey.set(`${parameter.in} ${parameter.name}`, parameter);
      }
    }
    const parameters = [...byKey.values()];
    const inTemplate = new Set([...path.matchAll(/\{([^{}]+)\}/g)].map(match => match[1] ?? ''));
    for (const parameter of parameters) {
      if (parameter.in !== 'path') continue;
      if (!inTemplate.delete(parameter.name)) {
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
    for (const name of inTemplate) {
      this.#reportProblem(
        'spec-parameter',
        operation,
        `{${name}} in the path is not declared as a path parameter`,
      );
    }
    return parameters;
  }

  #parameter(part: DocumentNode): Parameter | undefined {
    const name = stringMember(part, 'name');
    const location = stringMember(part, 'in');
    if (
      name === undefined ||
      (location !== 'path' && location !== 'query' && location !== 'header' && location !== 'cookie')
    ) {
      this.#reportProblem(
        'spec-parameter',
        part,
        'a parameter needs a "name", and an "in" of path, query, header or cookie',
      );
      return undefined;
    }
    // OpenAPI: header parameters of these names are ignored; they are said by content, responses and security.
    if (location === 'header' && /^(accept|content-type|authorization)$/i.test(name)) return undefined;
    const parameter = this.#readStyledParameter(
      part,
      name,
      location,
      location === 'query' || location === 'cookie' ? 'form' : 'simple',
    );
    if (parameter.schema === undefined && parameter.content === undefined) {
      this.#reportProblem('spec-parameter', part, `parameter "${name}" has neither "schema" nor "content"`);
    }
    return parameter;
  }

  #readStyledParameter(
    part: DocumentNode,
    name: string,
    place: Parameter['in'],
    usual: ParameterStyle,
  ): Parameter {
    const style = (stringMember(part, 'style') ?? usual) as ParameterStyle;
    if (!ALLOWED_STYLES[place].includes(style)) {
      this.#reportProblem(
        'spec-parameter',
        part,
        `style "${style}" does not exist for parameters in ${place}`,
      );
    }
    return {
      name,
      in: place,
      required: booleanMember(part, 'required') ?? false,
      deprecated: booleanMember(part, 'deprecated') ?? false,
      allowEmptyValue: place === 'query' && (booleanMember(part, 'allowEmptyValue') ?? false),
      style,
      explode: booleanMember(part, 'explode') ?? style === 'form',
      node: part,
      schema: this.#schema(part),
      content: this.#contents(part)[0],
    };
  }

  /** Schemas are not settled: ajv follows their references itself. */
  #schema(part: DocumentNode): DocumentNode | undefined {
    return childNode(part, 'schema');
  }

  #contents(part: DocumentNode): Content[] {
    return this.members(part, 'content').map(([mediaType, content]) => ({
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
        .map(([name, header]) => this.#readStyledParameter(header, name, 'header', 'simple'));
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
