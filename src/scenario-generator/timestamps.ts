// Recognises recorded timestamps of the current time and writes them as templates in the same format.
import { HTTP_DATE } from '../exchange/value-formats.ts';

/** Milliseconds between a time and its exchange that may be put down to two clocks. */
const MAX_CLOCK_SKEW = 5000;

/** When an exchange took place: milliseconds since the epoch, 0 when the recording does not say, and how long it took. */
export interface ExchangeTime {
  readonly startedAt: number;
  readonly duration: number;
}

/** @returns a Liquid expression that gives the present in the form of the value; undefined when the value is none */
export function currentTimeExpression(value: string | number, time: ExchangeTime): string | undefined {
  if (time.startedAt <= 0) return undefined;
  return typeof value === 'number' ? numberExpression(value, time) : textExpression(value, time);
}

/** Whether a value, as sent, is the time it was sent at. */
export function isCurrentTime(value: unknown, time: ExchangeTime): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  return currentTimeExpression(value, time) !== undefined;
}

function isNear(time: number, { startedAt, duration }: ExchangeTime): boolean {
  return time >= startedAt - MAX_CLOCK_SKEW && time <= startedAt + duration + MAX_CLOCK_SKEW;
}

function numberExpression(value: number, time: ExchangeTime): string | undefined {
  if (!Number.isInteger(value)) return undefined;
  if (isNear(value * 1000, time)) return 'now | date: "%s" | plus: 0';
  return isNear(value, time) ? 'now | date: "%s%L" | plus: 0' : undefined;
}

const ISO = /^\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/;

function textExpression(text: string, time: ExchangeTime): string | undefined {
  if (/^\d{10}$/.test(text)) return isNear(Number(text) * 1000, time) ? 'now | date: "%s"' : undefined;
  if (/^\d{13}$/.test(text)) return isNear(Number(text), time) ? 'now | date: "%s%L"' : undefined;
  if (HTTP_DATE.test(text))
    return isNear(Date.parse(text), time) ? 'now | date: "%a, %d %b %Y %H:%M:%S GMT", 0' : undefined;
  const [, between, fraction = '', zone = ''] = ISO.exec(text) ?? [];
  if (between === undefined) return undefined;
  // A time without a zone is taken for UTC; where that is wrong it is hours away, and stays what it is.
  const offset = /^[+-]/.test(zone) ? zone.replace(/^(...):?(..)$/, '$1:$2') : 'Z';
  if (!isNear(Date.parse(`${text.slice(0, 19).replace(' ', 'T')}${fraction}${offset}`), time))
    return undefined;
  if (between === 'T' && zone === 'Z' && fraction.length === 4) return 'now';
  // Whole milliseconds are all that the clock gives: further digits are noughts.
  const digits = fraction === '' ? '' : `.%L${'0'.repeat(Math.max(0, fraction.length - 4))}`;
  const format = `%Y-%m-%d${between}%H:%M:%S${fraction.length > 1 && fraction.length < 4 ? '.000'.slice(0, fraction.length) : digits}${zone}`;
  return `now | date: "${format}", ${minutesWestOf(offset)}`;
}

/** As Liquid's date filter wants it: 120 minutes east of Greenwich are -120. */
function minutesWestOf(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  if (sign === undefined) return 0;
  const east = Number(hours) * 60 + Number(minutes);
  return sign === '+' ? 0 - east : east;
}
