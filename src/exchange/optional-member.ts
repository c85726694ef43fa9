// An object with one member, or without it if the value is undefined, to be spread into another object.

/** @example { ...optionalMember('limit', limit) } */
export function optionalMember<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}
