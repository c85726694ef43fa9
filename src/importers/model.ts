// What an importer makes of a file of another mock server: rules that are not yet bound to operations, and what is lost.
import type { ParsedFile } from '../document/parse.ts';
import type { JsonObject } from '../exchange/json.ts';
import type { DeliverySpec } from '../scenario/scenario.ts';
import type { Condition } from '../scenario/when.ts';
import type { PathPattern } from './path-pattern.ts';
import type { Predicate } from './predicate.ts';

/** The tools whose files can be imported, by the names of --from. */
export const IMPORT_FORMATS = ['wiremock', 'mockoon', 'mockserver', 'mocks-server'] as const;

/** Rules of one scenario. Those for any path and method apply to each operation. */
export const MAX_RULES = 50_000;

export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** Something that could not be carried over, or not exactly. */
export interface Loss {
  readonly file: string;
  readonly line: number;
  /** The construct, as the other tool names it: "bodyPatterns.equalToXml". */
  readonly construct: string;
  readonly reason: string;
  /** What the user can do about it. */
  readonly remedy: string;
}

export type Conditions = Readonly<Record<string, Condition>>;

export interface ImportedWhen {
  /** By the index of the segment. */
  readonly path?: ReadonlyMap<number, Predicate>;
  readonly query?: Conditions;
  readonly headers?: Conditions;
  readonly cookies?: Conditions;
  readonly body?: Conditions;
  readonly memory?: Conditions;
  readonly text?: Condition;
}

export interface ImportedReply {
  readonly status: number | string;
  /** Names as written. Null: the field is not sent, which matters for Content-Type. */
  readonly headers: Readonly<Record<string, string | readonly string[] | null>>;
  /** The text of the body, with templates; undefined: no body. */
  readonly text?: string;
  /** The bytes of the body, in place of a text. */
  readonly bytes?: Uint8Array;
  /** The name of the file that has these bytes in the other tool. */
  readonly fileName?: string;
  readonly deliver?: DeliverySpec;
}

/** A rule for a path. Its texts may contain the marks of path-marks.ts. */
export interface ImportedRule {
  /** Upper case. Empty: any method. */
  readonly methods: readonly string[];
  readonly path: PathPattern;
  readonly when: ImportedWhen;
  /** The origin of another server that answers; else one reply, or one for each request. Empty: the rule only remembers. */
  readonly reply: readonly ImportedReply[] | { readonly upstream: string };
  readonly then?: 'repeat-last' | 'loop' | 'pass-on';
  readonly remember?: Readonly<Record<string, string>>;
  readonly place: ImportPlace;
}

/** Where something was written. */
export interface ImportPlace {
  readonly source: ParsedFile;
  readonly pointer: string;
}

export interface ImportedScenario {
  /** The name of the file, without extension. */
  readonly name: string;
  readonly title: string;
  readonly onByDefault: boolean;
  readonly rules: readonly ImportedRule[];
}

export interface Imported {
  readonly format: ImportFormat;
  readonly scenarios: readonly ImportedScenario[];
  readonly losses: readonly Loss[];
  /** Resources with items that clients can read and change, by their path: "/users". */
  readonly resources: readonly ImportedResource[];
}

/** A list of items with create, read, update and delete. */
export interface ImportedResource {
  readonly path: string;
  readonly idName: string;
  /** Each has an id of its own. */
  readonly items: readonly JsonObject[];
  readonly place: ImportPlace;
}

export interface ImportFile {
  /** Below the folder of scenarios: "shop/wiremock.yaml". */
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Of a scenario file. */
  readonly rules?: number;
  /** Of a state file. */
  readonly items?: number;
}
