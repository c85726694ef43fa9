// The switches of a session: commands that change them, and the words and command lines for them.
import { control, hasToken, type Schema } from './client.ts';
import { shellWord } from './curl.ts';
import { formatDelay } from './parts/format.ts';
import { DEFAULT_SESSION } from './router.ts';
import { type Api, run, updateSession } from './state.ts';

export type Switch = Schema<'Switch'>;
export type SwitchPatch = Schema<'SwitchPatch'>;
type Fault = NonNullable<Schema<'Delivery'>['fault']>;

/** The target for all operations of all APIs. */
export const EVERYTHING = '*';

/** The faults in plain words, from the mildest for a client to the strangest. */
export const FAULTS: Readonly<Record<Fault, { readonly name: string; readonly meaning: string }>> = {
  reset: { name: 'Reset', meaning: 'the connection is reset instead of a response' },
  empty: { name: 'No response', meaning: 'the connection closes without a byte' },
  hang: { name: 'Hang', meaning: 'no byte comes, and the connection stays open' },
  'reset-mid-body': { name: 'Reset half-way', meaning: 'the connection is reset in the middle of the body' },
  truncate: { name: 'Cut off', meaning: 'the body ends early' },
  'wrong-length': { name: 'Wrong length', meaning: 'the body is shorter than Content-Length says' },
  garbage: { name: 'Garbage', meaning: 'bytes that are not HTTP' },
};

/** @param done said when it is done */
export async function changeSwitch(
  id: string,
  target: string,
  body: SwitchPatch,
  done?: string,
): Promise<boolean> {
  return await run(
    async () =>
      updateSession(
        await control('patch', '/sessions/{id}/switches/{target}', { path: { id, target }, body }),
      ),
    done,
  );
}

export async function removeSwitch(id: string, target: string): Promise<boolean> {
  return await run(async () =>
    updateSession(await control('delete', '/sessions/{id}/switches/{target}', { path: { id, target } })),
  );
}

/** "Everything", "petstore" or "petstore.getPet". */
export function targetName(target: string): string {
  return target === EVERYTHING ? 'Everything' : target;
}

/** The operations of a target. */
export function operationsOf(target: string, apis: readonly Api[]): Api['operations'] {
  return apis.flatMap(({ name, operations }) =>
    target === EVERYTHING || target === name
      ? operations
      : operations.filter(({ id }) => target === `${name}.${id}`),
  );
}

/** The API of a target, and its operation if the target is one; undefined: the target is everything, or unknown. */
export function findTarget(
  target: string,
  apis: readonly Api[],
): { readonly api: string; readonly operation: Api['operations'][number] | undefined } | undefined {
  for (const { name, operations } of apis) {
    if (name === target) return { api: name, operation: undefined };
    const operation = operations.find(({ id }) => target === `${name}.${id}`);
    if (operation !== undefined) return { api: name, operation };
  }
  return undefined;
}

export function isUsedUp({ state }: Switch): boolean {
  return state === 'used-up';
}

/** What the switch changes, in a few words: "503", "delay 2s". */
export function effectWords({
  status,
  example,
  deliver = {},
  rate,
}: Pick<Switch, 'status' | 'example' | 'deliver' | 'rate'>): readonly string[] {
  const { delay, drip, interval, fault, percent, times } = deliver;
  return [
    ...(status === undefined ? [] : [String(status)]),
    ...(example === undefined ? [] : [`example "${example}"`]),
    ...(delay === undefined ? [] : [`delay ${delayWords(delay)}`]),
    ...(drip === undefined ? [] : [`${drip.toLocaleString('en')} bytes per second`]),
    ...(interval === undefined ? [] : [`${delayWords(interval)} between items`]),
    ...(fault === undefined ? [] : [`broken connection: ${FAULTS[fault].name.toLowerCase()}`]),
    ...(percent === undefined ? [] : [`for ${percent} % of the calls`]),
    ...(times === undefined ? [] : [`delivered like this ${times} times`]),
    ...(rate === undefined ? [] : [RATE_WORDS.get(rate) ?? `at most ${rate}`]),
  ];
}

const RATE_WORDS: ReadonlyMap<string, string> = new Map([
  ['off', 'no rate limit'],
  ['on', 'rate limit as declared'],
]);

function delayWords(delay: NonNullable<Schema<'Delivery'>['delay']>): string {
  if (typeof delay === 'number') return formatDelay(delay);
  if (typeof delay === 'string') return delay;
  return Object.entries(delay)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? `${value} ms` : value}`)
    .join(', ');
}

/** When the switch applies, and how far it is: "0 of 1 call, 1 left, then 404". */
export function whenWords({ after = 0, times, calls, state, otherwise }: Switch): string {
  const others = otherwise === undefined ? 'normal' : effectWords(otherwise).join(', ');
  const counted = (count: number): string => `${count} ${count === 1 ? 'call' : 'calls'}`;
  if (state === 'waiting') {
    const then = times === undefined ? 'from then on' : `then for ${counted(times)}`;
    return `${others} for ${counted(after - calls)} more, ${then}`;
  }
  if (state === 'used-up') return `used up after ${counted(times ?? 0)}: normal again`;
  const applied = calls - after;
  if (times === undefined) return applied === 0 ? 'no call yet' : `${counted(applied)} so far`;
  const left = `${applied} of ${counted(times)}, ${times - applied} left`;
  return otherwise === undefined ? left : `${left}, then ${others}`;
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a delay that is a single time; undefined: a range or a distribution. */
export function delayMilliseconds(delay: Schema<'Delivery'>['delay']): number | undefined {
  if (delay === undefined) return 0;
  if (typeof delay === 'number') return delay;
  if (typeof delay !== 'string') return undefined;
  return [...delay.matchAll(/(?<![\d.])([\d.]+)(ms|s|m|h|d)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * UNITS[unit as keyof typeof UNITS],
    0,
  );
}

/** The settings without the counts: what sets the same switch again. */
export function settingsOf({ status, example, deliver, rate, after, times }: Switch): SwitchPatch {
  return JSON.parse(JSON.stringify({ status, example, deliver, rate, after, times })) as SwitchPatch;
}

/** The command that does the same; undefined: the command line cannot express the delay. @param settings undefined: remove */
export function commandLine(id: string, target: string, settings: Switch | undefined): string | undefined {
  const options: string[] = [];
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) options.push(`--${name} ${shellWord(String(value))}`);
  };
  if (settings === undefined) options.push('--off');
  const { status, example, deliver = {}, rate, after, times } = settings ?? {};
  const delay = delayMilliseconds(deliver.delay);
  if (delay === undefined || deliver.times !== undefined) return undefined;
  add('status', status);
  add('example', example);
  if (deliver.delay !== undefined) add('delay', delay === 0 ? '0' : `${delay}ms`);
  add('drip', deliver.drip);
  if (deliver.interval !== undefined)
    add('interval', typeof deliver.interval === 'number' ? `${deliver.interval}ms` : deliver.interval);
  add('fault', deliver.fault);
  add('percent', deliver.percent);
  add('rate', rate);
  add('after', after);
  add('times', times);
  if (target !== EVERYTHING || settings === undefined) add('on', target);
  if (id !== DEFAULT_SESSION) add('session', id);
  if (location.origin !== 'http://127.0.0.1:4010') add('server', location.origin);
  return `deadringer use ${options.join(' ')}`;
}

/** The request that does the same. The token stays in a variable of the shell. */
export function curlLine(id: string, target: string, settings: Switch | undefined): string {
  const path = `sessions/${encodeURIComponent(id)}/switches/${encodeURIComponent(target)}`;
  const words = [
    'curl',
    '-X',
    settings === undefined ? 'DELETE' : 'PATCH',
    shellWord(new URL(path, location.href.split('#')[0]).href),
    ...(hasToken() ? ['-H', '"authorization: Bearer $DEADRINGER_TOKEN"'] : []),
    ...(settings === undefined ? [] : ['-d', shellWord(JSON.stringify(settingsOf(settings)))]),
  ];
  return words.join(' ');
}
