// Texts that writers of YAML, readers of templates and servers get wrong: for random tests.
import { fc } from './random.ts';

const PIECES = [
  ...[' ', '  ', '\t', '\n', '\n\n', '\r\n', '\r', '\0', '\x01', '\x1b', '\x7f', '\x85', '\xa0'],
  ...['\u200b', '\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff', '🍵', '日', 'é', 'a', 'b c'],
  ...[
    '- ',
    '+ ',
    '? ',
    '---',
    '...',
    '\n---\n',
    '\n...\n',
    '@@ -1,3 +1,3 @@',
    '<<',
    '__proto__',
    'constructor',
  ],
  ...['{{', '}}', '{%', '%}', '{', '{{ "', '{{ "" }}', '{%- raw -%}', '{{ now }}', '$text', '$each'],
  ...[
    '#',
    ' #',
    ':',
    ': ',
    '"',
    "'",
    '\\',
    '\\n',
    '!',
    '&a',
    '*a',
    '|',
    '>',
    '%YAML 1.2',
    '@',
    '`',
    ',',
    '[',
    ']',
  ],
  ...[
    'yes',
    'no',
    'null',
    '~',
    'true',
    '1',
    '007',
    '1e3',
    '0x10',
    '1_0',
    '.inf',
    '-0',
    '2026-11-21',
    '=',
    '',
  ],
  ...['word '.repeat(60), 'y'.repeat(1100)],
];

/** @param more further pieces, such as lone surrogates, which text in UTF-8 cannot contain */
export function oddText(...more: readonly string[]): fc.Arbitrary<string> {
  const pieces = fc.array(fc.constantFrom(...PIECES, ...more), { maxLength: 8 });
  return fc.oneof(
    pieces.map(each => each.join('')),
    fc.string({ unit: more.length === 0 ? 'grapheme' : 'binary', maxLength: 12 }),
  );
}

export const LONE_SURROGATES = ['\ud800', '\udc00'] as const;
