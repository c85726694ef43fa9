// Resolves the delivery of a response: delay in milliseconds (drawn from a range or distribution), rate and fault.
import type { Fault } from './fault.ts';
import { type DeliverySpec, milliseconds } from './scenario.ts';

export interface Delivery {
  /** Milliseconds before the first byte. */
  readonly delay: number;
  /** Rate of the body; undefined: unlimited. */
  readonly bytesPerSecond: number | undefined;
  readonly fault: Fault | undefined;
  /** Milliseconds between the items of a stream, such as events. Undefined: none. */
  readonly interval?: number;
}

export const IMMEDIATE_DELIVERY: Delivery = { delay: 0, bytesPerSecond: undefined, fault: undefined };

/** @param random numbers in [0, 1) */
export function resolveDelivery(deliver: DeliverySpec | undefined, random: () => number): Delivery {
  if (deliver === undefined) return IMMEDIATE_DELIVERY;
  return {
    delay: delayOf(deliver.delay, random),
    bytesPerSecond: deliver.drip,
    fault: deliver.fault,
    ...(deliver.interval !== undefined && { interval: milliseconds(deliver.interval) }),
  };
}

/** A body is sent in 20 parts per second. @returns the bytes of a part */
export function bytesPerPart(bytesPerSecond: number): number {
  return Math.max(1, Math.ceil(bytesPerSecond / 20));
}

/** Milliseconds until the last byte of a body is sent. With a fault: until it happens, since a client may wait for ever after it. */
export function deliveryTime(
  { delay, bytesPerSecond, fault, interval = 0 }: Delivery,
  bodyLength: number,
  /** The number of items of a stream. */
  items = 0,
): number {
  if (fault !== undefined || bodyLength === 0) return delay;
  if (bytesPerSecond === undefined) return delay + Math.max(0, items - 1) * interval;
  const part = bytesPerPart(bytesPerSecond);
  // The first part is sent at once.
  return delay + ((Math.ceil(bodyLength / part) - 1) * part * 1000) / bytesPerSecond;
}

/** Each of delay, rate and fault is the one of the first delivery that has it. */
export function combineDeliveries(
  first: DeliverySpec | undefined,
  second: DeliverySpec | undefined,
): DeliverySpec | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return { ...second, ...first };
}

/** Milliseconds. @param random numbers in [0, 1) */
export function delayOf(delay: DeliverySpec['delay'], random: () => number): number {
  if (delay === undefined) return 0;
  if (typeof delay !== 'object') return milliseconds(delay);
  if ('min' in delay) {
    const [min, max] = [milliseconds(delay.min), milliseconds(delay.max)];
    return min + (max - min) * random();
  }
  // Log-normal: the logarithm has mean ln(p50); the 99th percentile is 2.3263 standard deviations above the mean.
  const [p50, p99] = [milliseconds(delay.p50), milliseconds(delay.p99)];
  const sigma = Math.log(p99 / p50) / 2.3263478740408408;
  return p50 * Math.exp(sigma * drawNormal(random));
}

/** One standard normal number from two uniform ones (Box-Muller transform). */
function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
