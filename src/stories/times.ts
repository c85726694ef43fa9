// Times that were the present when they were recorded, as templates that give the present again in the same written form.
import { HTTP_DATE } from '../exchange/forms.ts';

/** Milliseconds between a time and its exchange that may be put down to two clocks. */
const APART = 5000;

/** When an exchange took place: milliseconds since the epoch, 0 when the recording does not say, and how long it took. */
export interface Moment {
  readonly startedAt: number;
  readonly duration: number;
}

/** @returns a Liquid expression that gives the present in the form of the value; undefined when the value is none */
export function presentAs(value: string | number, moment: Moment): string | undefined {
  if (moment.startedAt <= 0) return undefined;
  return typeof value === 'number' ? asNumber(value, moment) : asText(value, moment);
}

/** Whether a value, as sent, is the time it was sent at. */
export function isPresent(value: unknown, moment: Moment): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  return presentAs(value, moment) !== undefined;
}

function isNear(time: number, { startedAt, duration }: Moment): boolean {
  return time >= startedAt - APART && time <= startedAt + duration + APART;
}

function asNumber(value: number, moment: Moment): string | undefined {
  if (!Number.isInteger(value)) return undefined;
  if (isNear(value * 1000, moment)) return 'now | date: "%s" | plus: 0';
  return isNear(value, moment) ? 'now | date: "%s%L" | plus: 0' : undefined;
}

const ISO = /^\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/;

function asText(text: string, moment: Moment): string | undefined {
  if (/^\d{10}$/.test(text)) return isNear(Number(text) * 1000, moment) ? 'now | date: "%s"' : undefined;
  if (/^\d{13}$/.test(text)) return isNear(Number(text), moment) ? 'now | date: "%s%L"' : undefined;
  if (HTTP_DATE.test(text))
    return isNear(Date.parse(text), moment) ? 'now | date: "%a, %d %b %Y %H:%M:%S GMT", 0' : undefined;
  const [, between, fraction = '', zone = ''] = ISO.exec(text) ?? [];
  if (between === undefined) return undefined;
  // A time without a zone is taken for UTC; where that is wrong it is hours away, and stays what it is.
  const offset = /^[+-]/.test(zone) ? zone.replace(/^(...):?(..)$/, '$1:$2') : 'Z';
  if (!isNear(Date.parse(`${text.slice(0, 19).replace(' ', 'T')}${fraction}${offset}`), moment))
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
