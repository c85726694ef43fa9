// Finds the regular expression literals of a TypeScript source file.
import { readFileSync } from 'node:fs';

export interface Expression {
  /** "src/exchange/secrets.ts:12". */
  readonly at: string;
  readonly source: string;
  readonly flags: string;
}

/** After one of these, a slash begins a regular expression and does not divide. */
const BEFORE =
  /(?:[=(,:;!&|?{}[+~^<>*%-]|=>|\b(?:return|typeof|case|in|of|void|yield|await|else|do))\s*$|^\s*$/;

/** Finds each literal outside comments, strings and templates. */
export function expressionsOf(file: string): readonly Expression[] {
  const text = readFileSync(file, 'utf8');
  const found: Expression[] = [];
  /** Open braces of each template expression around the current place. */
  const templates: number[] = [];
  let at = 0;
  const skipTo = (end: string): void => {
    for (at++; at < text.length && text[at] !== end; at++) if (text[at] === '\\') at++;
    at++;
  };
  const skipTemplate = (): void => {
    for (; at < text.length && text[at] !== '`'; at++) {
      if (text[at] === '\\') at++;
      else if (text.startsWith('${', at)) {
        templates.push(0);
        at += 2;
        return;
      }
    }
    at++;
  };
  while (at < text.length) {
    const character = text[at];
    const open = templates.at(-1);
    if (text.startsWith('//', at)) at = text.indexOf('\n', at);
    else if (text.startsWith('/*', at)) at = text.indexOf('*/', at) + 2;
    else if (character === '"' || character === "'") skipTo(character);
    else if (character === '`') {
      at++;
      skipTemplate();
    } else if (open !== undefined && character === '{') {
      templates[templates.length - 1] = open + 1;
      at++;
    } else if (open !== undefined && character === '}') {
      at++;
      if (open > 0) templates[templates.length - 1] = open - 1;
      else {
        templates.pop();
        skipTemplate();
      }
    } else if (character === '/' && BEFORE.test(text.slice(Math.max(0, at - 200), at))) {
      const [literal, source = '', flags = ''] = LITERAL.exec(text.slice(at)) ?? [];
      if (literal === undefined) throw new Error(`${file}: a slash at ${at} begins no literal`);
      found.push({ at: `${file}:${text.slice(0, at).split('\n').length}`, source, flags });
      at += literal.length;
    } else at++;
  }
  return found;
}

const LITERAL = /^\/((?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/;
