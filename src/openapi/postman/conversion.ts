// What the parts of one conversion of a Postman collection share: its file, the origins of new nodes, secrets, and findings.
import type { Origins } from '../../document/derived-file.ts';
import { childNode, type DocumentNode } from '../../document/documents.ts';
import type { ParsedFile } from '../../document/parse.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import type { FindingCode } from '../../finding/catalogue.ts';
import type { Finding } from '../../finding/finding.ts';
import { truncate } from '../../finding/truncate.ts';
import type { ObjectKinds } from './infer-schema.ts';
import type { SecretMask } from './secret-mask.ts';

/** Replaces variables by their values, and keeps those that have none. */
export type FillText = (text: string) => string;

/** Variables of Postman itself, such as "{{$guid}}": it makes a value for each request. */
const DYNAMIC = /^\s*\$/;

export class PostmanConversion {
  readonly file: ParsedFile;
  readonly origins: Origins;
  readonly mask: SecretMask;
  /** False: no schemas are written, because the user wants parts of another provenance only. */
  readonly infersSchemas: boolean;
  /** Of the objects in saved responses. */
  readonly kinds: ObjectKinds = new Map();
  readonly #findings: Finding[];
  /** Variables without a value, by name, with the place that uses them first. */
  readonly #unresolved = new Map<string, DocumentNode>();

  constructor(
    file: ParsedFile,
    origins: Origins,
    mask: SecretMask,
    infersSchemas: boolean,
    findings: Finding[],
  ) {
    this.file = file;
    this.origins = origins;
    this.mask = mask;
    this.infersSchemas = infersSchemas;
    this.#findings = findings;
  }

  report(code: FindingCode, { pointer }: DocumentNode, message: string): void {
    this.#findings.push({ code, message, at: '', location: this.file.locate(pointer) });
  }

  /** Records that a new object or array was written at a node. */
  from<Value extends object>({ pointer }: DocumentNode, value: Value): Value {
    return this.origins.set(value, this.file, pointer);
  }

  /** Remembers the variables that are left in a text. @returns whether there are any, those of Postman included */
  noteUnresolved(text: string, node: DocumentNode): boolean {
    let hasAny = false;
    for (const [, name = ''] of text.matchAll(/\{\{([^{}]*)\}\}/g)) {
      hasAny = true;
      const known =
        DYNAMIC.test(name) || this.#unresolved.has(name.trim()) || this.mask.variables.has(name.trim());
      if (!known) this.#unresolved.set(name.trim(), node);
    }
    return hasAny;
  }

  unresolved(): ReadonlyMap<string, DocumentNode> {
    return this.#unresolved;
  }
}

/** The members of a node; none if it is no object. */
export function membersAt(node: DocumentNode | undefined): JsonObject {
  return isObject(node?.value) ? node.value : {};
}

/** The items of a list that are objects, other than those that are disabled. */
export function enabledNodes(list: DocumentNode | undefined): DocumentNode[] {
  if (list === undefined || !Array.isArray(list.value)) return [];
  return [...list.value.keys()]
    .map(index => childNode(list, index) as DocumentNode)
    .filter(({ value }) => isObject(value) && value.disabled !== true);
}

/** The name of an item or a response in one line: long collections of generators have paragraphs there. */
export function nameAt(conversion: PostmanConversion, node: DocumentNode): string {
  const { name } = membersAt(node);
  // Without a name Postman shows the URL, which may have a key.
  return typeof name === 'string' ? conversion.mask.text(name.replace(/\s+/g, ' ').trim()) : '';
}

/** A name in a message. */
export function quoteName(name: string): string {
  return `"${truncate(name, 80)}"`;
}

/** A description is a text, or an object with one. */
export function descriptionOf({ description }: JsonObject): string | undefined {
  const text = isObject(description) ? description.content : description;
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}
