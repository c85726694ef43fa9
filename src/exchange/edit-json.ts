// Edits strings and numbers in a JSON text. White space, order, duplicate keys and long numbers are preserved.
import { isSecretLabel, isValueName, LABEL_IN_JSON } from './labelled-values.ts';

export interface JsonToken {
  readonly kind: 'name' | 'string' | 'number';
  /** The value of a string without escapes; a number as written. */
  readonly text: string;
  /** The name of the member that holds the value, or holds the array with it; undefined at the top level. */
  readonly name: string | undefined;
  /** True for a value below a member with a secret name. */
  readonly isSecret: boolean;
  /** The steps of the JSON Pointer of the value; for a name, that of its object. */
  path(): string[];
}

interface NestingLevel {
  readonly isList: boolean;
  readonly isSecret: boolean;
  /** Where the object or array begins in the text. */
  readonly from: number;
  readonly name: string | undefined;
  index: number;
  key: string | undefined;
  /** True for a pair in a list of pairs whose first item is a secret name: [["password", "..."]]. */
  isSecretPair: boolean;
}

/**
 * Calls `edit` for each name, string and number in the text, and replaces it by the result. Iterative, because bodies may be
 * nested to any depth.
 * @param text valid JSON, with or without a byte order mark
 * @param edit returns the replacement as JSON text; undefined: no change
 * @returns the edited text; undefined when nothing changed
 */
export function editJson(
  text: string,
  isSecret: (name: string) => boolean,
  edit: (token: JsonToken) => string | undefined,
): string | undefined {
  const labelled = new Set<number>();
  // A label may follow its value, so the labels are found before anything is replaced.
  if (LABEL_IN_JSON.test(text)) {
    walkJson(text, isSecret, labelled, ({ kind, text: value, key }, from) => {
      if (kind === 'string' && key !== undefined && isSecretLabel(key, value, isSecret)) labelled.add(from);
      return undefined;
    });
  }
  return walkJson(text, isSecret, labelled, edit);
}

/** @param labelled where the objects begin whose label is a secret name: their value is secret */
function walkJson(
  text: string,
  isSecret: (name: string) => boolean,
  labelled: ReadonlySet<number>,
  edit: (token: JsonToken & { readonly key: string | undefined }, from: number) => string | undefined,
): string | undefined {
  const levels: NestingLevel[] = [];
  const pieces: string[] = [];
  let copied = 0;
  let level: NestingLevel | undefined;

  const path = (): string[] => levels.map(({ isList, index, key }) => (isList ? String(index) : (key ?? '')));
  const isHidden = (): boolean =>
    level !== undefined &&
    (level.isSecret ||
      (level.isList
        ? level.isSecretPair && level.index === 1
        : isSecret(level.key ?? '') || (labelled.has(level.from) && isValueName(level.key ?? ''))));
  const visit = (kind: JsonToken['kind'], value: string, from: number, to: number): void => {
    const key = level?.isList === false ? level.key : undefined;
    const steps = kind === 'name' ? () => path().slice(0, -1) : path;
    const edited = edit(
      {
        kind,
        text: value,
        name: key ?? level?.name,
        key,
        isSecret: kind !== 'name' && isHidden(),
        path: steps,
      },
      level?.from ?? 0,
    );
    if (edited === undefined) return;
    pieces.push(text.slice(copied, from), edited);
    copied = to;
  };
  const open = (isList: boolean, from: number): void => {
    const name = level?.isList === false ? level.key : level?.name;
    level = { isList, isSecret: isHidden(), from, name, index: 0, key: undefined, isSecretPair: false };
    levels.push(level);
  };

  for (let at = 0; at < text.length; ) {
    const character = text[at];
    switch (character) {
      case '{':
      case '[':
        open(character === '[', at);
        at++;
        break;
      case '}':
      case ']':
        levels.pop();
        level = levels.at(-1);
        at++;
        break;
      case ',':
        if (level?.isList) level.index++;
        else if (level !== undefined) level.key = undefined;
        at++;
        break;
      case '"': {
        const end = endOfString(text, at);
        const value = JSON.parse(text.slice(at, end)) as string;
        if (level?.isList === false && level.key === undefined) {
          level.key = value;
          visit('name', value, at, end);
        } else {
          if (level?.isList && level.index === 0 && levels.at(-2)?.isList)
            level.isSecretPair = isSecretLabel('name', value, isSecret);
          visit('string', value, at, end);
        }
        at = end;
        break;
      }
      default: {
        let end = at + 1;
        if (character === '-' || (character !== undefined && character >= '0' && character <= '9')) {
          while (end < text.length && /[\d.eE+-]/.test(text[end] as string)) end++;
          visit('number', text.slice(at, end), at, end);
        }
        at = end;
      }
    }
  }
  return pieces.length === 0 ? undefined : pieces.join('') + text.slice(copied);
}

function endOfString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); ; quote = text.indexOf('"', quote + 1)) {
    if (quote < 0) return text.length;
    // A quote after an odd number of backslashes is escaped.
    let before = quote;
    while (text[before - 1] === '\\') before--;
    if ((quote - before) % 2 === 0) return quote + 1;
  }
}
