// Recognizes timestamps of the time of their exchange and writes them as templates in the same format.
import { HTTP_DATE } from '../exchange/value-formats.ts';

/** Accepted difference between the clocks of server and recorder, in milliseconds. */
const MAX_CLOCK_SKEW = 5000;

/** Start of an exchange in milliseconds since the Unix epoch (0: unknown), and its duration in milliseconds. */
export interface ExchangeTime {
  readonly startedAt: number;
  readonly duration: number;
}

/** @returns a Liquid expression for the current time in the format of the value; undefined if the value is not the time of its exchange */
export function currentTimeExpression(value: string | number, time: ExchangeTime): string | undefined {
  if (time.startedAt <= 0) return undefined;
  return typeof value === 'number' ? numberExpression(value, time) : textExpression(value, time);
}

/** Whether a value is the time of its exchange, in any supported format. */
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
  const [, separator, fraction = '', zone = ''] = ISO.exec(text) ?? [];
  if (separator === undefined) return undefined;
  // A time without zone is read as UTC. If that is wrong, it is hours away from the exchange and stays literal.
  const offset = /^[+-]/.test(zone) ? zone.replace(/^(...):?(..)$/, '$1:$2') : 'Z';
  if (!isNear(Date.parse(`${text.slice(0, 19).replace(' ', 'T')}${fraction}${offset}`), time))
    return undefined;
  if (separator === 'T' && zone === 'Z' && fraction.length === 4) return 'now';
  // The clock has millisecond precision: further digits are zeros.
  const digits = fraction === '' ? '' : `.%L${'0'.repeat(Math.max(0, fraction.length - 4))}`;
  const format = `%Y-%m-%d${separator}%H:%M:%S${fraction.length > 1 && fraction.length < 4 ? '.000'.slice(0, fraction.length) : digits}${zone}`;
  return `now | date: "${format}", ${minutesWestOf(offset)}`;
}

/** Offset in minutes west of UTC, as Liquid's date filter expects it: -120 for +02:00. */
function minutesWestOf(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  if (sign === undefined) return 0;
  const east = Number(hours) * 60 + Number(minutes);
  return sign === '+' ? 0 - east : east;
}
