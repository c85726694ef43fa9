// Values that a name beside them describes: { "name": "password", "value": "..." }, or name=password&value=... in a form.

const LABELS = 'name|key|id|field|header|label|param|parameter|property|variable|attribute';
const LABEL = new RegExp(`^(?:${LABELS})$`, 'i');

/** The name of a label as a member in a JSON text. */
export const LABEL_IN_JSON = new RegExp(`"(?:${LABELS})"\\s{0,20}:`, 'i');
const VALUE = /^(?:value|values|val|(?:string|text|default|current|secret)[-_]?value)$/i;

/** A label is a name, or a few words: a sentence with "token" in it is neither. */
const LABEL_TEXT = /^\S{1,64}(?: \S{1,20}){0,2}$/;

/** True for a member that says that the value beside it is secret: "name": "password". */
export function isSecretLabel(name: string, value: string, isSecret: (name: string) => boolean): boolean {
  return LABEL.test(name) && LABEL_TEXT.test(value) && isSecret(value);
}

/** True for the name of a member that has the value of a label beside it. */
export function isValueName(name: string): boolean {
  return VALUE.test(name);
}

/**
 * The names of the pairs whose label is secret: "fields[0][value]" beside "fields[0][name]=password".
 * @param isSecret the test of a name
 */
export function labelledPairs(
  pairs: readonly { readonly name: string; readonly value: string }[],
  isSecret: (name: string) => boolean,
): ReadonlySet<string> {
  const prefixes = new Set<string>();
  const split = (name: string): readonly [prefix: string, word: string] => {
    const end = name.endsWith(']') ? name.length - 1 : name.length;
    const from = Math.max(name.lastIndexOf('[', end), name.lastIndexOf('.', end)) + 1;
    return [name.slice(0, from), name.slice(from, end)];
  };
  for (const { name, value } of pairs) {
    const [prefix, word] = split(name);
    if (isSecretLabel(word, value, isSecret)) prefixes.add(prefix);
  }
  if (prefixes.size === 0) return NONE;
  return new Set(
    pairs.flatMap(({ name }) => {
      const [prefix, word] = split(name);
      return prefixes.has(prefix) && isValueName(word) ? [name] : [];
    }),
  );
}

const NONE: ReadonlySet<string> = new Set();
