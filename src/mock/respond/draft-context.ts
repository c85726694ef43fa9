// What the parts of the body generator share: options, limits, random numbers and the place of a value.

import type { DocumentNode } from '../../document/documents.ts';
import { randomFrom } from '../../exchange/seeded-random.ts';
import type { FakerLibrary } from '../../openapi/faker-library.ts';
import type { ApiSpec } from '../../openapi/model.ts';
import type { SchemaReader } from '../../schema/annotations.ts';
import type { Direction } from '../../schema/dialect.ts';
import { minimalSize } from '../../schema/minimal-size.ts';
import type { CombinedSchema } from './combine-schemas.ts';
import type { Candidate } from './schema-examples.ts';
import type { Faker } from './string-patterns.ts';
import type { Subject } from './values/subject.ts';

export interface DraftOptions {
  readonly api: ApiSpec;
  readonly reader: SchemaReader;
  readonly direction: Direction;
  readonly seed: string;
  /** True: examples of the schemas are used only if nothing else is valid. */
  readonly dynamic: boolean;
  /** The status of the response if it is an error. */
  readonly errorStatus: number | undefined;
  /** True: objects have members that their schemas allow without naming them. */
  readonly fillProperties: boolean;
  readonly generate: Faker;
  /** Undefined: not loaded. */
  readonly library: FakerLibrary | undefined;
}

/** What the next draft does otherwise, because earlier drafts were invalid. */
export interface DraftCorrections {
  /** How often the value at a pointer was invalid. */
  readonly attempts: Map<string, number>;
  /** The pointers of members and items to leave out. */
  readonly omitted: Set<string>;
}

export interface DraftContext extends DraftOptions, DraftCorrections {
  /** The schema objects that each value was made for, by its JSON Pointer. */
  readonly applied: Map<string, ReadonlySet<unknown>>;
  /** The pointers of values that are examples of the document. */
  readonly copied: Set<string>;
  /** The pointers of members that may be left out. */
  readonly optional: Set<string>;
  /** The number of values so far. */
  size: number;
  /** True: a value needs the library, which is not loaded. */
  needsLibrary: boolean;
  readonly generateValue: (schemas: readonly DocumentNode[], place: Place) => Generated;
}

export interface Place {
  readonly at: string;
  readonly depth: number;
  /** The number of values that may be spent here. */
  readonly budget: number;
  /** The schemas around the value, and how often each contains itself. */
  readonly path: ReadonlyMap<unknown, number>;
  /** The part of an example that stands here. */
  readonly hint: Candidate | undefined;
  /** The name of the member, or of the list of which this is an item. */
  readonly name: string;
  /** The object around it. */
  readonly subject: Subject;
  /** Set for an item of a list. */
  readonly item: ListItem | undefined;
  /** The number of lists around it. */
  readonly lists: number;
}

export interface ListItem {
  /** JSON Pointer of the list. */
  readonly list: string;
  readonly index: number;
}

/** A value; `digits` are written for it if it is an integer that a JavaScript number cannot hold. */
export interface Generated {
  readonly value: unknown;
  readonly digits?: string | undefined;
}

/** An object or array whose members or items are generated. */
export interface ContainerContext {
  readonly context: DraftContext;
  readonly place: Place;
  readonly combined: CombinedSchema;
  /** The combined schema with more schemas. */
  readonly extend: (schemas: readonly DocumentNode[]) => CombinedSchema;
  readonly attempt: number;
  readonly random: () => number;
  /** True: only what is required. */
  readonly isMinimal: boolean;
}

/** How often a schema may contain itself before optional members are left out. */
const MAX_RECURSION = 2;

/** The most values of a body. */
export const MAX_VALUES = 10_000;

/** The least number of values for all of the schemas; infinite if it is larger than a body may be. */
export function minimalSizeOfAll({ reader }: DraftOptions, schemas: readonly DocumentNode[]): number {
  const size = schemas.reduce((sum, schema) => sum + minimalSize(reader, schema), 0);
  return size > MAX_VALUES ? Number.POSITIVE_INFINITY : size;
}

/** Whether a schema has contained itself often enough. */
export function isTooRecursive(
  { reader }: DraftContext,
  { path }: Place,
  schemas: readonly DocumentNode[],
): boolean {
  return schemas.some(schema => {
    let at: DocumentNode | undefined = schema;
    for (let hops = 0; at !== undefined && hops < 100; hops++) {
      if ((path.get(at.value) ?? 0) >= MAX_RECURSION) return true;
      const ref: unknown = (at.value as { readonly $ref?: unknown } | null)?.$ref;
      at = typeof ref === 'string' ? reader.resolve(at, ref) : undefined;
    }
    return false;
  });
}

/** Each value has random numbers of its own, so that another attempt at one value leaves the others as they are. */
export function randomFor({ seed }: DraftContext, at: string, attempt: number): () => number {
  return randomFrom(`${seed} ${attempt} ${at}`);
}
