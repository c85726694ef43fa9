// The options of "use" that set a switch, and the settings that they stand for.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { DURATION } from '../finding/duration.ts';
import type { SwitchSettings } from '../mock/session/switch-settings.ts';
import { parseRate } from '../openapi/rate-limit.ts';
import { FAULTS, type Fault } from '../scenario/fault.ts';
import { parseSize } from './options.ts';

export interface SwitchOptions {
  on?: string[];
  status?: number;
  example?: string;
  delay?: string;
  drip?: number;
  interval?: string;
  fault?: Fault;
  percent?: number;
  rate?: string;
  after?: number;
  times?: number;
}

export function addSwitchOptions(command: Command): void {
  command
    .option(
      '--on <target>',
      'what to switch: an API ("petstore") or an operation ("petstore.getPet"); repeatable (default: everything)',
      (target: string, targets: string[] = []) => [...targets, target],
    )
    .option('--status <code>', 'reply with this status, declared or not', parseStatus)
    .option('--example <name>', 'reply with this declared example')
    .option('--delay <time>', 'delay each response, such as 2s or 250ms; 0 for none', parseDelay)
    .option('--drip <size>', 'send bodies slowly: bytes per second, such as 500 or 10kb', parseSize)
    .option('--interval <time>', 'time between the items of a stream, such as events', parseDelay)
    .addOption(new Option('--fault <kind>', 'break the connection').choices(FAULTS))
    .option('--percent <number>', 'percentage of the responses that are delayed or broken', parsePercent)
    .option(
      '--rate <rate>',
      'limit the requests of each credential, such as 5/1m; "on" as the document declares, "off" for none',
      parseRateOption,
    )
    .option('--after <calls>', 'number of calls that are normal before the change', parseCalls)
    .option('--times <calls>', 'number of calls to change; later ones are as before', parseCalls);
}

/** @returns undefined if no option sets anything */
export function switchSettings({
  status,
  example,
  delay,
  drip,
  interval,
  fault,
  percent,
  rate,
  after,
  times,
}: SwitchOptions): SwitchSettings | undefined {
  const deliver = defined({ delay, drip, interval, fault, percent });
  return defined({ status, example, deliver, rate, after, times });
}

function defined<T extends object>(members: T): Partial<T> | undefined {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : (Object.fromEntries(given) as Partial<T>);
}

function parseStatus(text: string): number {
  if (!/^[2-5]\d\d$/.test(text)) throw new InvalidArgumentError('Must be a status from 200 to 599.');
  return Number(text);
}

/** The units of scenario files. A number without a unit is ambiguous. */
function parseDelay(text: string): string {
  if (text === '0') return '0ms';
  if (!DURATION.test(text)) throw new InvalidArgumentError('Write a time such as 250ms, 2s or 1m.');
  return text;
}

function parseRateOption(text: string): string {
  if (text !== 'on' && text !== 'off' && parseRate(text) === undefined)
    throw new InvalidArgumentError(
      'Write a number of requests and a time, such as 5/1m or 1000/1d, or on, or off.',
    );
  return text;
}

function parsePercent(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) > 100)
    throw new InvalidArgumentError('Must be a number from 0 to 100.');
  return Number(text);
}

function parseCalls(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Must be a number of calls, 1 or more.');
  return Number(text);
}
