// Reads the operations of an OpenAPI document: parameters, bodies, responses, security and servers, each with its node.

import {
  booleanMember,
  childNode,
  childNodes,
  type DocumentNode,
  type DocumentSet,
  stringMember,
} from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { readCallbacks, readWebhooks, type SentRequestReader } from './callbacks.ts';
import { readDeclaredMethods } from './declared-methods.ts';
import { checkDocumentFields } from './document-fields.ts';
import { NO_EXTENSION, type ReadExtension, readExtensionLevels } from './extension.ts';
import {
  ANY_METHOD,
  type ApiSpec,
  findSuccessResponse,
  type Operation,
  type RequestBody,
  type ResponseSpec,
  type Webhook,
} from './model.ts';
import { ParameterReader } from './parameters.ts';
import { parsePathTemplate } from './path-template.ts';
import { readSecurity } from './security.ts';
import { readServerUrls } from './servers.ts';

export type ReportFinding = (finding: Finding) => void;

/** Reads every operation and webhook. An operation that cannot be read is reported, and unusable. */
export function readOperations(
  api: ApiSpec,
  readExtension: ReadExtension | undefined,
  report: ReportFinding,
): Pick<ApiSpec, 'operations' | 'webhooks'> {
  const reader = new OperationReader(api, readExtension, report);
  return { operations: reader.operations(), webhooks: reader.webhooks() };
}

class OperationReader implements SentRequestReader {
  readonly #api: ApiSpec;
  readonly #documents: DocumentSet;
  readonly #readExtension: ReadExtension | undefined;
  readonly #report: ReportFinding;
  readonly #parameters: ParameterReader;

  constructor(api: ApiSpec, readExtension: ReadExtension | undefined, report: ReportFinding) {
    this.#api = api;
    this.#readExtension = readExtension;
    this.#documents = api.documents;
    this.#report = report;
    this.#parameters = new ParameterReader(api, report);
  }

  operations(): Operation[] {
    this.#parameters.reportNewer('document', this.#api.root);
    if (this.#api.version === '3.2')
      checkDocumentFields(this.#api.root, (...finding) => this.reportAt(...finding));
    this.#parameters.reportNewer('components', childNode(this.#api.root, 'components'));
    const paths = this.#read(childNode(this.#api.root, 'paths'), '"paths"');
    if (paths === undefined) return [];
    if ('code' in paths) return [];
    return childNodes(paths)
      .filter(([path]) => !path.startsWith('x-'))
      .flatMap(([path, item]) => this.pathItem(path, item))
      .map(operation =>
        childNode(operation.node, 'callbacks') === undefined
          ? operation
          : { ...operation, callbacks: readCallbacks(operation.node, this) },
      );
  }

  webhooks(): Webhook[] {
    return readWebhooks(this.#api, this);
  }

  map(declared: DocumentNode | undefined, what: string): [string, DocumentNode][] {
    const map = this.#read(declared, what);
    if (map === undefined || 'code' in map) return [];
    return childNodes(map).filter(([key]) => !key.startsWith('x-'));
  }

  reportAt(code: FindingCode, node: Omit<DocumentNode, 'value'>, message: string): Finding {
    return this.#parameters.reportAt(code, node, message);
  }

  /** @param sentTo the path of requests that the API sends; the key is their name then */
  pathItem(key: string, declared: DocumentNode, sentTo?: string): Operation[] {
    const item = this.#read(declared, 'a path item');
    if (item === undefined) return [];
    const path = sentTo ?? this.#path(key, declared);
    if ('code' in item) return [this.#unusable(path, key, declared, ANY_METHOD, declared, item)];
    // OpenAPI leaves open what stands beside the `$ref` of a path item: it supplements the target.
    const levels = declared.value === item.value ? [item] : [item, declared];
    for (const level of levels) this.#parameters.reportNewer('path item', level);
    return readDeclaredMethods(this.#api, levels, this).map(({ method, node }) => {
      const operation = this.#read(node, 'an operation') ?? this.#notAnObject(node, 'an operation');
      return 'code' in operation
        ? this.#unusable(path, key, item, method, node, operation)
        : this.#operation(path, key, levels, method, operation);
    });
  }

  /** @returns the dereferenced object; undefined for none, and for an empty value; the finding if it is no object */
  #read(node: DocumentNode | undefined, what: string): DocumentNode | Finding | undefined {
    if (node === undefined || node.value === null) return undefined;
    const target = this.#documents.tryDereference(node);
    if ('code' in target) this.#report(target);
    else if (!isObject(target.value)) return this.#notAnObject(target, what);
    return target;
  }

  #notAnObject(node: DocumentNode, what: string): Finding {
    return this.reportAt('spec-operation', node, `${what} must be an object`);
  }

  /** The part of a path key that requests can have in their path. */
  #path(key: string, node: DocumentNode): string {
    const path = key.replace(/\{?[?#].*/s, '').replace(/^(?!\/)/, '/');
    if (path !== key)
      this.reportAt(
        'spec-operation',
        node,
        key.startsWith('/')
          ? `a path cannot have a query or fragment: "${key}" is served at ${path}; declare query parameters as parameters`
          : `a path must begin with "/": "${key}" is served at ${path}`,
      );
    return path;
  }

  #unusable(
    path: string,
    key: string,
    item: DocumentNode,
    method: string,
    node: DocumentNode,
    unusable: Finding,
  ): Operation {
    return {
      ...this.#identity(path, key, [item], method, node),
      deprecated: false,
      parameters: [],
      unusableParameters: [],
      requestBody: undefined,
      responses: [],
      successResponse: undefined,
      security: [],
      ...NO_EXTENSION,
      callbacks: [],
      unusable,
    };
  }

  #identity(path: string, key: string, levels: readonly DocumentNode[], method: string, node: DocumentNode) {
    return {
      api: this.#api,
      id: stringMember(node, 'operationId') ?? `${method} ${key}`,
      method,
      path,
      segments: parsePathTemplate(path),
      servers: readServerUrls(this.#documents, [node, ...levels, this.#api.root], this.#report),
      node,
    };
  }

  #operation(
    path: string,
    key: string,
    levels: readonly DocumentNode[],
    method: string,
    node: DocumentNode,
  ): Operation {
    const { root: document } = this.#api;
    const { parameters, unusable } = this.#parameters.parameters([...levels, node], node, path);
    const responses = this.#responses(node);
    return {
      ...this.#identity(path, key, levels, method, node),
      deprecated: booleanMember(node, 'deprecated') ?? false,
      parameters,
      unusableParameters: unusable,
      requestBody: this.#requestBody(node),
      responses,
      successResponse: findSuccessResponse(responses),
      security: readSecurity(this.#api, node, this.#report),
      ...readExtensionLevels(this.#documents, [document, ...levels, node], this.#readExtension, this.#report),
      callbacks: [],
    };
  }

  #requestBody(operation: DocumentNode): RequestBody | undefined {
    const declared = childNode(operation, 'requestBody');
    const node = this.#read(declared, 'a request body');
    if (declared === undefined || node === undefined) return undefined;
    if ('code' in node) return { required: false, contents: [], node: declared, unusable: node };
    if (childNode(node, 'content') === undefined)
      this.reportAt('spec-operation', node, 'the request body has no "content"');
    return {
      required: booleanMember(node, 'required') ?? false,
      contents: this.#parameters.contents(node),
      node,
    };
  }

  #responses(operation: DocumentNode): ResponseSpec[] {
    const declared = childNode(operation, 'responses');
    const map = this.#read(declared, '"responses"');
    if (map !== undefined && 'code' in map) return [];
    const members = childNodes(map).filter(([key]) => !key.startsWith('x-'));
    // OpenAPI 3.1.0, Operation Object: `responses` is not required. Responses Object: if present, it is not empty.
    if (members.length === 0 && (this.#api.version === '3.0' || declared !== undefined))
      this.reportAt('spec-operation', operation, 'the operation declares no response');
    return members.flatMap(([key, member]) => {
      const status = key.replace(/xx$/i, 'XX').replace(/^default$/i, 'default');
      if (!/^([1-5](\d\d|XX)|default)$/.test(status) || status !== key)
        this.reportAt(
          'spec-operation',
          member,
          `"${key}" is not a valid status key: use a code (200), a range (4XX) or "default"`,
        );
      if (!/^([1-5](\d\d|XX)|default)$/.test(status)) return [];
      if (member.value === null) this.#notAnObject(member, 'a response');
      const node = this.#read(member, 'a response') ?? { ...member, value: {} };
      if ('code' in node)
        return [{ status, node: member, headers: [], unusableHeaders: [], contents: [], unusable: node }];
      const schema = childNode(node, 'schema');
      if (schema !== undefined)
        this.reportAt(
          'spec-schema',
          schema,
          'write the schema below "content" and its media type, such as application/json',
        );
      return [{ status, node, ...this.#parameters.headers(node), contents: this.#parameters.contents(node) }];
    });
  }
}
