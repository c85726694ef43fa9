// Date formats of Java (yyyy-MM-dd) and moment-like ones (YYYY-MM-DD) as formats of strftime, which Liquid uses.

const LETTERS: Readonly<Record<string, string>> = {
  yyyy: '%Y',
  YYYY: '%Y',
  yy: '%y',
  YY: '%y',
  MMMM: '%B',
  MMM: '%b',
  MM: '%m',
  M: '%-m',
  dd: '%d',
  DD: '%d',
  d: '%-d',
  D: '%-d',
  EEEE: '%A',
  dddd: '%A',
  EEE: '%a',
  E: '%a',
  HH: '%H',
  H: '%-H',
  hh: '%I',
  h: '%-I',
  mm: '%M',
  m: '%-M',
  ss: '%S',
  s: '%-S',
  SSS: '%L',
  a: '%p',
  A: '%p',
  X: '%s',
  xxx: '+00:00',
  XXX: 'Z',
  Z: '+0000',
};

/** @returns undefined if the format has letters that are not known */
export function strftimeFormat(format: string): string | undefined {
  let isKnown = true;
  const text = format.replace(
    /'((?:[^']|'')*)'|([A-Za-z])\2*|%/g,
    (run: string, quoted: string | undefined) => {
      if (quoted !== undefined) return quoted === '' ? "'" : quoted.replaceAll('%', '%%');
      if (run === '%') return '%%';
      const directive = LETTERS[run];
      if (directive === undefined) isKnown = false;
      return directive ?? '';
    },
  );
  return isKnown ? text : undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
};

/** "3 days", "-1 hours" in seconds; undefined: the unit has no fixed length. */
export function offsetSeconds(offset: string): number | undefined {
  const [, count, unit] = /^\s*([+-]?\d+)\s+([a-z]+?)s?\s*$/i.exec(offset) ?? [];
  const seconds = UNITS[unit?.toLowerCase() ?? ''];
  return count === undefined || seconds === undefined ? undefined : Number(count) * seconds;
}
