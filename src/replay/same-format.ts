// Formats of volatile values (UUID, date-time, token, URL): two values of the same format count as equal.
import { HTTP_DATE, isVolatileName, ULID, UUID } from '../exchange/value-formats.ts';

const VALUE_FORMATS: readonly (readonly [string, RegExp])[] = [
  ['uuid', UUID],
  ['date-time', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/i],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['time', /^\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?$/i],
  ['http-date', HTTP_DATE],
  ['jwt', /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/],
  ['ulid', ULID],
];

const TIME_NAME = /(?:at|on|time|date|stamp|ts|expires|expiry|exp|iat|nbf|created|updated|modified)$/i;
/** 2001-09-09: from then on, seconds since 1970 have ten digits. */
const MIN_UNIX_SECONDS = 1e9;

/**
 * Whether two values have the same volatile format: both a date-time, both a UUID, both a time in seconds ...
 * @param name of the member
 */
export function haveSameFormat(recorded: unknown, current: unknown, name: string): boolean {
  if (typeof recorded === 'number' && typeof current === 'number')
    return (
      TIME_NAME.test(name) && timeUnit(recorded) !== undefined && timeUnit(recorded) === timeUnit(current)
    );
  if (typeof recorded !== 'string' || typeof current !== 'string') return false;
  const format = formatOfText(recorded);
  return (format !== undefined && format === formatOfText(current)) || haveSameUrlFormat(recorded, current);
}

/** 0: seconds (ten or eleven digits from 2001 to 5138), 1: milliseconds, 2: microseconds ...: three digits more per unit. */
function timeUnit(number: number): number | undefined {
  if (!Number.isFinite(number) || number < MIN_UNIX_SECONDS) return undefined;
  return Math.floor((Math.log10(number) - 8) / 3);
}

function formatOfText(text: string): string | undefined {
  const named = VALUE_FORMATS.find(([, pattern]) => pattern.test(text))?.[0];
  if (named !== undefined) return named;
  // Letters and digits without a known format: a key, a hash, a cursor.
  return /^[\w~+/=-]{12,}$/.test(text) && isVolatileName(text) ? 'opaque' : undefined;
}

/** Equal number of segments, each equal or volatile, and equal query names. Hosts may differ. */
function haveSameUrlFormat(recorded: string, current: string): boolean {
  const [left, right] = [readUrl(recorded), readUrl(current)];
  if (left === undefined || right === undefined) return false;
  return (
    left.steps.length === right.steps.length &&
    left.steps.every((step, index) => {
      const other = right.steps[index] ?? '';
      return step === other || (isVolatileSegment(step) && isVolatileSegment(other));
    }) &&
    left.names === right.names
  );
}

function isVolatileSegment(step: string): boolean {
  return isVolatileName(step) || formatOfText(step) !== undefined;
}

function readUrl(text: string): { steps: string[]; names: string } | undefined {
  if (!/^(?:https?:\/)?\/[^\s/]/i.test(text)) return undefined;
  const url = URL.parse(text, 'http://some-host.invalid');
  if (url === null) return undefined;
  return { steps: url.pathname.split('/'), names: queryNames(url) };
}

/** Sorted names of the query parameters. */
export function queryNames({ searchParams }: URL): string {
  return [...searchParams.keys()].sort().join();
}
