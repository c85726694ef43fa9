// The settings of a switch: their format, and whether a target can have them.

import { z } from 'zod';
import { InputError } from '../../finding/input-error.ts';
import type { Contract, Operation } from '../../openapi/model.ts';
import { parseRate, RATE_MESSAGE } from '../../openapi/rate-limit.ts';
import { type DeliverySpec, deliverSchema } from '../../scenario/scenario.ts';
import { declaresExample } from '../respond/forced-response.ts';
import { EVERYTHING, operationTarget } from '../target.ts';

/** The settings of a switch. An absent one stays as it is without the switch. */
export const switchSchema = z.strictObject({
  status: z.int().min(200).max(599).optional(),
  example: z.string().min(1).optional(),
  deliver: deliverSchema.optional(),
  rate: z
    .string()
    .refine(
      text => text === 'on' || text === 'off' || parseRate(text) !== undefined,
      `${RATE_MESSAGE}, or on, or off`,
    )
    .optional(),
  after: z.int().min(1).optional(),
  times: z.int().min(1).optional(),
});

export type SwitchSettings = Readonly<z.infer<typeof switchSchema>>;

/** Empty for a target that a reload has removed. */
export function operationsOf(target: string, { apis }: Contract): readonly Operation[] {
  if (target === EVERYTHING) return apis.flatMap(({ operations }) => operations);
  const api = apis.find(({ name }) => name === target);
  if (api !== undefined) return api.operations;
  return apis.flatMap(({ operations }) => operations).filter(each => operationTarget(each) === target);
}

/**
 * The settings without an empty delivery; undefined: they change nothing, so there is no switch.
 * @throws InputError if no operation of the target has the example
 */
export function normalizeSettings(
  target: string,
  settings: SwitchSettings,
  contract: Contract,
): SwitchSettings | undefined {
  const { deliver, ...others } = settings;
  const normalized: SwitchSettings = isDelivering(deliver) ? { ...others, deliver } : others;
  const { status, example, rate } = normalized;
  if (example !== undefined) requireExample(target, status, example, contract);
  if (rate === 'on') requireRateLimit(target, contract);
  const isEmpty = [status, example, rate, normalized.deliver].every(setting => setting === undefined);
  return isEmpty ? undefined : normalized;
}

function isDelivering(deliver: DeliverySpec | undefined): deliver is DeliverySpec {
  const { delay, drip, interval, fault } = deliver ?? {};
  return [delay, drip, interval, fault].some(setting => setting !== undefined);
}

function requireExample(
  target: string,
  status: number | undefined,
  example: string,
  contract: Contract,
): void {
  const operations = operationsOf(target, contract);
  if (operations.some(operation => declaresExample(operation, status, example))) return;
  const declared = operations.flatMap(({ id, responses }) =>
    responses.flatMap(({ status: key, contents }) =>
      contents.flatMap(({ examples }) => examples.map(({ name }) => ({ id, key, name }))),
    ),
  );
  const named = declared.filter(({ name }) => name !== '');
  const elsewhere = named.find(({ name }) => name === example);
  const names = [...new Set(named.map(({ name }) => `"${name}"`))];
  const remedy =
    elsewhere !== undefined
      ? `it belongs to response ${elsewhere.key} of ${elsewhere.id}; set the status as well`
      : names.length === 0
        ? 'no operation of the target has a named example'
        : `known examples: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ' ...' : ''}`;
  const place = status === undefined ? 'the success response' : `response ${status}`;
  throw new InputError(`${place} of ${targetLabel(target)} has no example "${example}"; ${remedy}`);
}

function requireRateLimit(target: string, contract: Contract): void {
  if (operationsOf(target, contract).some(({ rateLimit }) => rateLimit.rate !== undefined)) return;
  throw new InputError(
    `the document declares no rate limit for ${targetLabel(target)}: set one such as 5/1m, or declare x-deadringer.rate-limit`,
  );
}

function targetLabel(target: string): string {
  return target === EVERYTHING ? 'any operation' : target;
}
