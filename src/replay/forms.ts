// Values that differ from one answer to the next and mean the same: equal by their form, and not by their letters.
import { isVolatile } from '../check/group.ts';
import { HTTP_DATE, ULID, UUID } from '../exchange/forms.ts';

const FORMS: readonly (readonly [string, RegExp])[] = [
  ['uuid', UUID],
  ['date-time', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/i],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['time', /^\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?$/i],
  ['http-date', HTTP_DATE],
  ['jwt', /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/],
  ['ulid', ULID],
];

const MOMENT = /(?:at|on|time|date|stamp|ts|expires|expiry|exp|iat|nbf|created|updated|modified)$/i;
/** Seconds since 1970 have ten digits from 2001 on. */
const FIRST_SECOND = 1e9;

/**
 * @param name of the member that holds them
 * @returns whether two values are of one volatile form: both a date-time, both a UUID, both a moment in seconds ...
 */
export function isSameForm(then: unknown, now: unknown, name: string): boolean {
  if (typeof then === 'number' && typeof now === 'number')
    return MOMENT.test(name) && isMoment(then) && isMoment(now);
  if (typeof then !== 'string' || typeof now !== 'string') return false;
  const form = formOf(then);
  return (form !== undefined && form === formOf(now)) || isSameUrl(then, now);
}

function isMoment(number: number): boolean {
  return Number.isFinite(number) && number >= FIRST_SECOND;
}

function formOf(text: string): string | undefined {
  const named = FORMS.find(([, pattern]) => pattern.test(text))?.[0];
  if (named !== undefined) return named;
  // Letters and digits without a rule: a key, a hash, a cursor.
  return /^[\w~+/=-]{12,}$/.test(text) && isVolatile(text) ? 'opaque' : undefined;
}

/** Of one form: as many steps, each the same or volatile, and the same names in the query. Hosts may differ. */
function isSameUrl(then: string, now: string): boolean {
  const [left, right] = [readUrl(then), readUrl(now)];
  if (left === undefined || right === undefined) return false;
  return (
    left.steps.length === right.steps.length &&
    left.steps.every((step, index) => {
      const other = right.steps[index] ?? '';
      return step === other || (isVolatileStep(step) && isVolatileStep(other));
    }) &&
    left.names === right.names
  );
}

function isVolatileStep(step: string): boolean {
  return isVolatile(step) || formOf(step) !== undefined;
}

function readUrl(text: string): { steps: string[]; names: string } | undefined {
  if (!/^(?:https?:\/)?\/[^\s/]/i.test(text)) return undefined;
  const url = URL.parse(text, 'http://some-host.invalid');
  if (url === null) return undefined;
  return { steps: url.pathname.split('/'), names: [...url.searchParams.keys()].sort().join() };
}
