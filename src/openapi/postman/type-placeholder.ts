// Texts such as "<integer>": collections that were generated from OpenAPI documents have them in place of values.

export interface PlaceholderType {
  /** Undefined: values of any type. */
  readonly type?: 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: string;
}

const TYPES = new Map<string, PlaceholderType>([
  ['string', { type: 'string' }],
  ['password', { type: 'string' }],
  ['byte', { type: 'string' }],
  ['binary', { type: 'string' }],
  ['date', { type: 'string', format: 'date' }],
  ['dateTime', { type: 'string', format: 'date-time' }],
  ['uuid', { type: 'string', format: 'uuid' }],
  ['email', { type: 'string', format: 'email' }],
  ['uri', { type: 'string', format: 'uri' }],
  ['url', { type: 'string', format: 'uri' }],
  ['integer', { type: 'integer' }],
  ['int32', { type: 'integer' }],
  ['int64', { type: 'integer' }],
  ['long', { type: 'integer' }],
  ['number', { type: 'number' }],
  ['float', { type: 'number' }],
  ['double', { type: 'number' }],
  ['boolean', { type: 'boolean' }],
  ['object', {}],
  ['array', {}],
  ['any', {}],
]);

/** @returns undefined if the text is no placeholder */
export function placeholderType(text: string): PlaceholderType | undefined {
  return text.startsWith('<') && text.endsWith('>') ? TYPES.get(text.slice(1, -1)) : undefined;
}

const IN_JSON = new RegExp(`"<(?:${[...TYPES.keys()].join('|')})>"`);

/** Whether a JSON text has a placeholder. */
export function hasPlaceholder(json: string): boolean {
  return IN_JSON.test(json);
}
