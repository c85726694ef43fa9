// The keywords of JSON Schema 2020-12 that ajv implements.

/**
 * The keywords of 2020-12 in the order of Ajv2020, which is the order of the errors. Of keywords that share a definition the
 * first is listed. They are added to an Ajv, because Ajv2020 always tracks evaluated properties, which makes compiling a
 * tenth slower.
 */
export const STANDARD_KEYWORDS = [
  // The meta-schemas need these two. In documents SchemaCompiler resolves them.
  ...['$dynamicAnchor', '$dynamicRef'],
  ...['id', '$ref', 'type', 'not', 'anyOf', 'oneOf', 'allOf', 'if', 'then'],
  ...['maximum', 'format', 'maxLength', 'pattern'],
  ...['maxItems', 'prefixItems', 'items', 'contains', 'maxContains', 'unevaluatedItems'],
  ...['maxProperties', 'required', 'propertyNames', 'additionalProperties', 'dependencies'],
  ...['properties', 'patternProperties', 'dependentRequired', 'dependentSchemas', 'unevaluatedProperties'],
];
