// Reads the operations out of an OpenAPI document: parameters, bodies, responses, security, servers, each with its place.

import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import {
  type ApiSpec,
  type Content,
  type Example,
  type Operation,
  type Parameter,
  type RequestBody,
  type ResponseSpec,
  type Style,
  successAmong,
} from './contract.ts';
import { type ReadExtension, readRefusals } from './refusals.ts';
import { readSecurity } from './requirements.ts';
import { readBases } from './servers.ts';
import { BrokenReference, child, flag, type Part, type Sources, text } from './sources.ts';
import { parseTemplate } from './template.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

export type Report = (finding: Finding) => void;

/** Reads every operation; what is wrong with one is reported and the others are still read. */
export function readOperations(
  api: ApiSpec,
  readExtension: ReadExtension | undefined,
  report: Report,
): Operation[] {
  const reader = new Reader(api, readExtension, report);
  const operations: Operation[] = [];
  for (const [path, item] of reader.members(api.document, 'paths')) {
    for (const method of METHODS) {
      const part = child(item, method);
      if (part === undefined) continue;
      try {
        operations.push(reader.operation(path, item, method, part));
      } catch (error) {
        if (!(error instanceof BrokenReference)) throw error;
        report(error.finding);
      }
    }
  }
  return operations;
}

class Reader {
  readonly #api: ApiSpec;
  readonly #sources: Sources;
  readonly #readExtension: ReadExtension | undefined;
  readonly #report: Report;

  constructor(api: ApiSpec, readExtension: ReadExtension | undefined, report: Report) {
    this.#api = api;
    this.#readExtension = readExtension;
    this.#sources = api.sources;
    this.#report = report;
  }

  members(part: Part, key: string): [string, Part][] {
    try {
      return this.#sources.entries(this.#sources.get(part, key));
    } catch (error) {
      if (!(error instanceof BrokenReference)) throw error;
      this.#report(error.finding);
      return [];
    }
  }

  operation(path: string, item: Part, method: string, part: Part): Operation {
    const { document } = this.#api;
    const parameters = this.#parameters(item, part, path);
    const responses = this.#responses(part);
    if (responses.length === 0) this.#complain('spec-operation', part, 'the operation declares no response');
    return {
      api: this.#api,
      id: text(part, 'operationId') ?? `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      segments: parseTemplate(path),
      bases: readBases(this.#sources, [part, item, document]),
      part,
      deprecated: flag(part, 'deprecated') ?? false,
      parameters,
      requestBody: this.#requestBody(part),
      responses,
      success: successAmong(responses),
      security: readSecurity(this.#api, part, this.#report),
      refusals: readRefusals(this.#sources, [document, item, part], this.#readExtension, this.#report),
    };
  }

  #complain(code: FindingCode, part: Part, message: string): void {
    this.#report({ code, message, at: '', clause: this.#sources.clause(part) });
  }

  /** Path-item parameters first, overridden by the operation's of the same name and place. */
  #parameters(item: Part, operation: Part, path: string): Parameter[] {
    const byKey = new Map<string, Parameter>();
    for (const holder of [item, operation]) {
      for (const [, part] of this.members(holder, 'parameters')) {
        const parameter = this.#parameter(part);
        if (parameter !== undefined) byKey.set(`${parameter.in} ${parameter.name}`, parameter);
      }
    }
    const parameters = [...byKey.values()];
    const inTemplate = new Set([...path.matchAll(/\{([^{}]+)\}/g)].map(match => match[1] ?? ''));
    for (const parameter of parameters) {
      if (parameter.in !== 'path') continue;
      if (!inTemplate.delete(parameter.name)) {
        this.#complain('spec-parameter', parameter.part, `the path ${path} has no {${parameter.name}}`);
      } else if (!parameter.required) {
        this.#complain(
          'spec-parameter',
          parameter.part,
          `path parameter "${parameter.name}" must say "required: true"`,
        );
      }
    }
    for (const name of inTemplate) {
      this.#complain(
        'spec-parameter',
        operation,
        `{${name}} in the path is not declared as a path parameter`,
      );
    }
    return parameters;
  }

  #parameter(part: Part): Parameter | undefined {
    const name = text(part, 'name');
    const place = text(part, 'in');
    if (
      name === undefined ||
      (place !== 'path' && place !== 'query' && place !== 'header' && place !== 'cookie')
    ) {
      this.#complain(
        'spec-parameter',
        part,
        'a parameter needs a "name", and an "in" of path, query, header or cookie',
      );
      return undefined;
    }
    // OpenAPI: header parameters of these names are ignored; they are said by content, responses and security.
    if (place === 'header' && /^(accept|content-type|authorization)$/i.test(name)) return undefined;
    const parameter = this.#styled(
      part,
      name,
      place,
      place === 'query' || place === 'cookie' ? 'form' : 'simple',
    );
    if (parameter.schema === undefined && parameter.content === undefined) {
      this.#complain('spec-parameter', part, `parameter "${name}" has neither "schema" nor "content"`);
    }
    return parameter;
  }

  #styled(part: Part, name: string, place: Parameter['in'], usual: Style): Parameter {
    const style = (text(part, 'style') ?? usual) as Style;
    if (!STYLES[place].includes(style)) {
      this.#complain('spec-parameter', part, `style "${style}" does not exist for parameters in ${place}`);
    }
    return {
      name,
      in: place,
      required: flag(part, 'required') ?? false,
      deprecated: flag(part, 'deprecated') ?? false,
      allowEmptyValue: place === 'query' && (flag(part, 'allowEmptyValue') ?? false),
      style,
      explode: flag(part, 'explode') ?? style === 'form',
      part,
      schema: this.#schema(part),
      content: this.#contents(part)[0],
    };
  }

  /** Schemas are not settled: ajv follows their references itself. */
  #schema(part: Part): Part | undefined {
    return child(part, 'schema');
  }

  #contents(part: Part): Content[] {
    return this.members(part, 'content').map(([mediaType, content]) => ({
      mediaType,
      part: content,
      schema: this.#schema(content),
      examples: this.#examples(content),
    }));
  }

  #examples(content: Part): Example[] {
    const examples: Example[] = [];
    const lone = child(content, 'example');
    if (lone !== undefined) examples.push({ name: '', value: lone.value, part: lone });
    for (const [name, part] of this.members(content, 'examples')) {
      const value = child(part, 'value');
      if (value !== undefined) examples.push({ name, value: value.value, part: value });
    }
    return examples;
  }

  #requestBody(operation: Part): RequestBody | undefined {
    const part = this.#sources.get(operation, 'requestBody');
    if (part === undefined) return undefined;
    return { required: flag(part, 'required') ?? false, contents: this.#contents(part), part };
  }

  #responses(operation: Part): ResponseSpec[] {
    return this.members(operation, 'responses').flatMap(([status, part]) => {
      if (!/^([1-5](\d\d|XX)|default)$/.test(status)) {
        this.#complain('spec-operation', part, `"${status}" is no status: expected 200, 4XX or default`);
        return [];
      }
      const headers = this.members(part, 'headers')
        .filter(([name]) => name.toLowerCase() !== 'content-type')
        .map(([name, header]) => this.#styled(header, name, 'header', 'simple'));
      return [{ status, part, headers, contents: this.#contents(part) }];
    });
  }
}

const STYLES: Readonly<Record<Parameter['in'], readonly Style[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};
