// Regular expressions that match letters in both cases, since conditions have no flags.

const isLetter = (character: string): boolean => character.toLowerCase() !== character.toUpperCase();

function otherCase(character: string): string {
  return character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase();
}

/** The expression without regard to case. Escapes stay, and ranges in classes get their other case. */
export function inAnyCase(source: string): string {
  return source.replace(
    /\\(?:[pPk][{<][^}>]*(?:[}>]|$)|u\{[^}]*(?:\}|$)|u.{4}|x.{2}|c.|.)|\[(?:\\.|[^\]\\])*(?:\]|\\?$)|\(\?<(?![=!])[^>]*(?:>|$)|\{[\d,]*\}|./gsu,
    token => {
      if (token.startsWith('[') && token.endsWith(']')) {
        const inner = token.slice(1, -1);
        const letters = inner.replace(/\\./gs, '').match(/[A-Za-z]-[A-Za-z]|[A-Za-z]/g) ?? [];
        return `[${inner}${letters.map(each => Array.from(each, otherCase).join('')).join('')}]`;
      }
      return token.length === 1 && isLetter(token) ? `[${token}${otherCase(token)}]` : token;
    },
  );
}
