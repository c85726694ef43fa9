// Reads the files of examples: those of "externalValue", and of a "$ref" in the value of an example.

import { Buffer } from 'node:buffer';
import { visitObjects } from '../document/identifiers.ts';
import { isParseFailure, type ParsedFile, parseFile } from '../document/parse.ts';
import { resolveReference } from '../document/references.ts';
import { digitsOf, setDigits } from '../exchange/exact-json.ts';
import { isObject, type JsonObject, textOfValue } from '../exchange/json.ts';
import { jsonPointer, splitPointer, valueAt } from '../exchange/json-pointer.ts';
import type { Finding } from '../finding/finding.ts';
import { type ReadOptions, readExampleFile } from './read-files.ts';

const MAX_EXAMPLE_BYTES = 10 * 1024 * 1024;
/** Without the extension a text may be anything. */
const FILE_NAME = /^file:.*\/[^/]+\.\w{1,8}$/;
/** References in files that references lead to. */
const MAX_DEPTH = 20;
/** Values of an example with those that references lead to: references to references multiply them. */
const MAX_VALUES = 1_000_000;

/** A value of an example: a member of a media type, a parameter or a schema, or that of an Example Object. */
interface ExampleSlot {
  readonly uri: string;
  /** JSON Pointer of the holder. */
  readonly pointer: string;
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** A place inside of an example that is only a reference. */
interface ReferenceSlot {
  readonly holder: Record<string, unknown>;
  readonly key: string;
  readonly ref: string;
  readonly isWhole: boolean;
}

interface Budget {
  left: number;
}

/**
 * Puts the values that references in examples lead to in their places, and adds the files of "externalValue" to the files.
 * An example whose file cannot be used is removed, with a finding.
 * @returns the files of which the values were put in their places
 */
export async function readExamples(
  parsedFiles: Map<string, ParsedFile>,
  options: ReadOptions,
  findings: Finding[],
): Promise<ParsedFile[]> {
  const reader = new ExampleReader(parsedFiles, options, findings);
  for (const [uri, { value }] of [...parsedFiles]) {
    const slots: ExampleSlot[] = [];
    visitObjects(value, ({ value: object, pointer }) => slots.push(...slotsOf(uri, object, pointer)), false);
    for (const slot of slots) await reader.read(slot);
  }
  return reader.inserted();
}

function slotsOf(uri: string, object: JsonObject, pointer: () => string): ExampleSlot[] {
  const holder = object as Record<string, unknown>;
  const keys = ['example', 'value', 'dataValue', 'externalValue'].filter(key => object[key] !== undefined);
  const list = Array.isArray(object.examples)
    ? (object.examples as unknown as Record<string, unknown>)
    : undefined;
  if (keys.length === 0 && list === undefined) return [];
  const at = pointer();
  // Elsewhere these names are those of other things.
  const isExample = /\/examples\/[^/]+$/.test(at);
  const own = keys
    .filter(key => key === 'example' || isExample)
    .map(key => ({ uri, pointer: at, holder, key }));
  // The last one first: an item that is removed moves those after it.
  const listed = Object.keys(list ?? {})
    .toReversed()
    .map(key => ({
      ...{ uri, pointer: `${at}/examples`, key },
      holder: list as Record<string, unknown>,
    }));
  return [...own, ...listed];
}

class ExampleReader {
  readonly #parsedFiles: Map<string, ParsedFile>;
  readonly #options: ReadOptions;
  readonly #findings: Finding[];
  readonly #targets = new Map<string, ParsedFile | string>();

  constructor(parsedFiles: Map<string, ParsedFile>, options: ReadOptions, findings: Finding[]) {
    this.#parsedFiles = parsedFiles;
    this.#options = options;
    this.#findings = findings;
  }

  inserted(): ParsedFile[] {
    const used = new Set(this.#parsedFiles.values());
    return [...this.#targets.values()].filter(
      file => typeof file !== 'string' && !used.has(file),
    ) as ParsedFile[];
  }

  async read(slot: ExampleSlot): Promise<void> {
    const { holder, key, uri } = slot;
    if (key !== 'externalValue') {
      const budget = { left: MAX_VALUES };
      const problem = await this.#replace(uri, referencesIn(holder, key, budget), budget, 0);
      if (problem !== undefined) this.#remove(slot, problem);
      return;
    }
    const target = resolveReference(uri, textOfValue(holder.externalValue)).uri;
    // Remote values are not fetched: the document may have them for readers.
    if (!target.startsWith('file:') || holder.value !== undefined) return;
    const file = await this.#file(target, uri);
    if (typeof file === 'string') this.#report(slot, `externalValue: ${file}`);
    else this.#parsedFiles.set(target, file);
  }

  /** @returns what is wrong; undefined: nothing */
  async #replace(
    base: string,
    references: readonly ReferenceSlot[],
    budget: Budget,
    depth: number,
  ): Promise<string | undefined> {
    if (budget.left < 0) return `the example has more than ${MAX_VALUES} values`;
    for (const { holder, key, ref, isWhole } of references) {
      const { uri, pointer } = resolveReference(base, ref);
      const isOwn = ref.startsWith('#');
      // A pointer inside of a value, and a remote address, may be what the example is about.
      if ((isOwn && !isWhole) || !(isOwn || FILE_NAME.test(uri))) continue;
      if (depth > MAX_DEPTH) return `$ref "${ref}" is circular`;
      const file = await this.#file(uri, base);
      if (typeof file === 'string') return `$ref to ${file}`;
      const found = valueAt(file.value, pointer);
      if (found === undefined && isOwn) continue;
      if (found === undefined) return `$ref "${ref}" cannot be resolved`;
      const isExampleObject = /\/examples\/[^/]+$/.test(pointer) && isObject(found);
      const data = isExampleObject ? (found.dataValue ?? found.value) : undefined;
      const next: Record<string, unknown> = { value: data ?? found };
      const problem = await this.#replace(uri, referencesIn(next, 'value', budget), budget, depth + 1);
      if (problem !== undefined) return problem;
      holder[key] = next.value;
      const steps = splitPointer(pointer);
      const parent = valueAt(file.value, jsonPointer(...steps.slice(0, -1)));
      const digits = isObject(parent) ? digitsOf(parent, steps.at(-1) ?? '') : undefined;
      if (digits !== undefined) setDigits(holder, key, digits);
    }
    return undefined;
  }

  /** @param base the document that names the file */
  async #file(uri: string, base: string): Promise<ParsedFile | string> {
    const known = this.#parsedFiles.get(uri) ?? this.#targets.get(uri);
    if (known !== undefined) return known;
    const read = await readExampleFile(uri, base, this.#options, MAX_EXAMPLE_BYTES);
    const file = typeof read === 'string' ? read : fileOf(read.displayed, read.bytes);
    this.#targets.set(uri, file);
    return file;
  }

  #remove(slot: ExampleSlot, problem: string): void {
    this.#report(slot, problem);
    const { holder, key } = slot;
    // An Example Object without a value is one whose value is elsewhere.
    if (key === 'value' || key === 'dataValue') holder.externalValue ??= '';
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  }

  #report({ uri, pointer, key }: ExampleSlot, problem: string): void {
    const location = this.#parsedFiles.get(uri)?.locate(pointer + jsonPointer(key));
    const message = `${problem}; the example is not used`;
    this.#findings.push({ code: 'spec-reference', message, at: '', ...(location && { location }) });
  }
}

/** The references in a value that have no other members; those in their targets are not followed. */
function referencesIn(holder: Record<string, unknown>, key: string, budget: Budget): ReferenceSlot[] {
  const found: ReferenceSlot[] = [];
  const pending: Omit<ReferenceSlot, 'ref'>[] = [{ holder, key, isWhole: true }];
  for (let slot = pending.pop(); slot !== undefined && budget.left >= 0; slot = pending.pop()) {
    budget.left--;
    const value = slot.holder[slot.key];
    if (typeof value !== 'object' || value === null) continue;
    const keys = Object.keys(value);
    const ref: unknown = keys.length === 1 ? (value as JsonObject).$ref : undefined;
    if (typeof ref === 'string') found.push({ ...slot, ref });
    else
      for (const inner of keys)
        pending.push({ holder: value as Record<string, unknown>, key: inner, isWhole: false });
  }
  return found;
}

/** JSON and YAML by the name of the file; the value of other files is their text. */
function fileOf(displayed: string, bytes: Uint8Array): ParsedFile | string {
  const text = Buffer.from(bytes).toString('utf8');
  if (!/\.(?:json|ya?ml)$/i.test(displayed)) {
    const locate = (pointer: string): ReturnType<ParsedFile['locate']> => ({
      file: displayed,
      line: 1,
      column: 1,
      pointer,
    });
    return { file: displayed, value: text, bytes, locate, text: () => text };
  }
  const parsed = parseFile(displayed, text);
  if (!isParseFailure(parsed)) return { ...parsed, bytes };
  const { file, line, column } = parsed.location;
  return `${file}:${line}:${column}: ${parsed.message}`;
}
