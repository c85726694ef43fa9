// Types for the part of @cfworker/json-schema that the corpus uses: the root is type-checked without it.
declare module '@cfworker/json-schema' {
  export type Lookup = Record<string, unknown>;

  export interface OutputUnit {
    readonly keyword: string;
    readonly keywordLocation: string;
    /** "#/items/0/id". */
    readonly instanceLocation: string;
    readonly error: string;
  }

  export function dereference(schema: unknown, lookup?: Lookup, baseURI?: URL): Lookup;

  export function validate(
    instance: unknown,
    schema: unknown,
    draft: '2020-12',
    lookup: Lookup,
    shortCircuit: boolean,
  ): { readonly valid: boolean; readonly errors: readonly OutputUnit[] };
}
