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
    return MOMENT.test(name) && unitOf(then) !== undefined && unitOf(then) === unitOf(now);
  if (typeof then !== 'string' || typeof now !== 'string') return false;
  const form = formOf(then);
  return (form !== undefined && form === formOf(now)) || isSameUrl(then, now);
}

/** Of the years from 2001 to 5138 those in seconds have ten or eleven digits, and each unit has three more than the one before. */
function unitOf(number: number): number | undefined {
  if (!Number.isFinite(number) || number < FIRST_SECOND) return undefined;
  return Math.floor((Math.log10(number) - 8) / 3);
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
  return { steps: url.pathname.split('/'), names: namesIn(url) };
}

/** Names of the query, in an order of their own. */
export function namesIn({ searchParams }: URL): string {
  return [...searchParams.keys()].sort().join();
}
