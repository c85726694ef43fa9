// Replaces response values with templates: values of the request, the current time, new identifiers.
import { jsonPointer } from '../exchange/json-pointer.ts';
import { wordsOf } from '../exchange/names.ts';
import { escapeTemplates } from '../scenario/template.ts';
import { isMaskedValue, type RequestFeature } from './request-features.ts';
import { currentTimeExpression, type ExchangeTime } from './timestamps.ts';

export interface TemplatedBody {
  /** Equal for responses that differ only by the values of their requests. */
  readonly value: unknown;
  /** As `value`, but a template falls back to the recorded value if the request lacks it. */
  readonly valueWithDefaults: unknown;
  /** JSON Pointers of identifiers that become new ones if they are unique in the recording. */
  readonly generatedIds: readonly string[];
}

/** UUIDs of versions 1 to 8 (RFC 9562). Others, such as the nil UUID, are not replaced. */
export const GENERATED_UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/gi;
const ONLY_GENERATED_UUID = new RegExp(`^${GENERATED_UUID.source.replaceAll('\\b', '')}$`);

/**
 * Replaces the strings and numbers of a JSON body with templates where a template gives the recorded value.
 * @param redacted JSON Pointers into the exchange, such as "/response/body/token"; these values stay literal
 */
export function toTemplates(
  recorded: unknown,
  features: readonly RequestFeature[],
  time: ExchangeTime,
  redacted: readonly string[] = [],
): TemplatedBody {
  const isRedacted = (at: string): boolean =>
    redacted.some(pointer => `/response/body${at}/`.startsWith(`${pointer}/`));
  const echoes = collectEchoes(features);
  const ids: string[] = [];
  const renderLeaf = (value: string | number, at: string, name: string, withDefaults: boolean): unknown => {
    const isString = typeof value === 'string';
    if (isMaskedValue(value) || isRedacted(at)) return isString ? escapeTemplates(value) : value;
    const echo = findEcho(value, name, echoes);
    if (echo !== undefined) {
      const fallback = withDefaults && echo.location !== 'path' ? ` | default: ${JSON.stringify(value)}` : '';
      const filter =
        isString === (typeof echo.value === 'string') ? '' : isString ? ' | append: ""' : ' | plus: 0';
      // Liquid cannot parse some characters in a string literal: omit the default then.
      return `{{ ${echo.expression}${/[\\{}]|\\\\/.test(fallback) ? '' : fallback}${filter} }}`;
    }
    const currentTime = currentTimeExpression(value, time);
    if (currentTime !== undefined) return `{{ ${currentTime} }}`;
    if (isString && !withDefaults && ONLY_GENERATED_UUID.test(value)) ids.push(at);
    return isString ? escapeTemplates(value) : value;
  };
  const renderAll = (withDefaults: boolean): unknown =>
    mapLeaves(recorded, (value, at, name) => renderLeaf(value, at, name, withDefaults));
  return { value: renderAll(false), valueWithDefaults: renderAll(true), generatedIds: ids };
}

/**
 * Copies a JSON value, with each string and number replaced by the result of `edit`.
 * @param edit called with the value, its JSON Pointer, and the name of the member that contains it, also through arrays
 */
export function mapLeaves(
  value: unknown,
  edit: (leaf: string | number, at: string, name: string) => unknown,
  at = '',
  name = '',
): unknown {
  if (typeof value === 'string' || typeof value === 'number') return edit(value, at, name);
  if (Array.isArray(value)) return value.map((item, index) => mapLeaves(item, edit, `${at}/${index}`, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mapLeaves(inner, edit, at + jsonPointer(key), key)]),
  );
}

/** A value of the request that a response can repeat. */
interface Echo {
  readonly location: RequestFeature['location'];
  /** The name of the parameter or member, without array indexes. */
  readonly name: string;
  readonly value: string | number;
  readonly expression: string;
}

/** Groups the values of a request by their text. */
function collectEchoes(features: readonly RequestFeature[]): Map<string, Echo[]> {
  const echoes = new Map<string, Echo[]>();
  for (const { location, name, value, isSecret } of features) {
    if (isSecret || (typeof value !== 'string' && typeof value !== 'number') || value === '') continue;
    if (location !== 'path' && location !== 'query' && location !== 'body') continue;
    const steps = location === 'body' ? name.split('/').slice(1) : [name];
    const expression = templatePath(location, steps);
    if (expression === undefined) continue;
    const list = echoes.get(String(value)) ?? [];
    list.push({ location, name: steps.findLast(step => !/^\d+$/.test(step)) ?? '', value, expression });
    echoes.set(String(value), list);
  }
  return echoes;
}

function templatePath(location: string, steps: readonly string[]): string | undefined {
  let expression = `request.${location}`;
  for (const step of steps) {
    if (/^[A-Za-z_]\w*$/.test(step)) expression += `.${step}`;
    else if (/^\d+$/.test(step) && location === 'body') expression += `[${step}]`;
    else if (/^[^"\\{}~]*$/.test(step)) expression += `["${step}"]`;
    else return undefined;
  }
  return expression;
}

/** Values with this many characters are equal for a reason, not by coincidence. */
const MIN_DISTINCTIVE_LENGTH = 8;

/** A short value must also have the same name: a "limit" of 2 is not the "total" of 2. */
function findEcho(value: string | number, name: string, echoes: Map<string, Echo[]>): Echo | undefined {
  const text = String(value);
  const candidates = echoes.get(text);
  if (candidates === undefined) return undefined;
  const named = candidates.find(echo => isSameName(echo.name, name));
  if (named !== undefined) return isConvertible(value, named) ? named : undefined;
  return text.length >= MIN_DISTINCTIVE_LENGTH
    ? candidates.find(echo => isConvertible(value, echo))
    : undefined;
}

/** Compares the last words: "id" equals "petId", "device_id" equals "deviceId", "id" does not equal "paid". */
function isSameName(left: string, right: string): boolean {
  const [leftWords, rightWords] = [` ${wordsOf(left).join(' ')}`, ` ${wordsOf(right).join(' ')}`];
  if (leftWords === ' ' || rightWords === ' ') return false;
  return leftWords.endsWith(rightWords) || rightWords.endsWith(leftWords);
}

/** A string converts to a number only if it has the canonical form of the number. */
function isConvertible(value: string | number, echo: Echo): boolean {
  return (
    typeof value === 'string' || typeof echo.value === 'number' || String(Number(echo.value)) === echo.value
  );
}
