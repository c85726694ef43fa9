// Replaces response values that change per call with templates: request values, the current time, new identifiers.
import { jsonPointer } from '../exchange/json-pointer.ts';
import { isMaskedValue, type RequestFeature } from './request-features.ts';
import { currentTimeExpression, type ExchangeTime } from './timestamps.ts';

export interface TemplatedBody {
  /** The same for answers that say the same of different requests. */
  readonly value: unknown;
  /** The same, and where a request lacks what is to come back, what was recorded comes instead. */
  readonly valueWithDefaults: unknown;
  /** Places, as JSON Pointers, of identifiers that are made anew if they occur nowhere else. */
  readonly generatedIds: readonly string[];
}

/** Of a version that is made by chance or by time: what has none, such as all noughts, is not made anew. */
export const GENERATED_UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/gi;
const ONLY_GENERATED_UUID = new RegExp(`^${GENERATED_UUID.source.replaceAll('\\b', '')}$`);

/** A text that is not a template comes out as it was recorded. */
export function escapeTemplates(text: string): string {
  if (!text.includes('{{') && !text.includes('{%')) return text;
  // The empty one at the end keeps it from being one template alone, which would lose the white space around it.
  return `${text.replace(/\{\{|\{%/g, mark => `{{ "${mark}" }}`)}{{ "" }}`;
}

/** @param redacted where placeholders stand, as an exchange names such places: they stay what they are */
export function toTemplates(
  recorded: unknown,
  features: readonly RequestFeature[],
  time: ExchangeTime,
  redacted: readonly string[] = [],
): TemplatedBody {
  const isRedacted = (at: string): boolean =>
    redacted.some(where => `/response/body${at}/`.startsWith(`${where}/`));
  const echoes = collectEchoes(features);
  const ids: string[] = [];
  const leaf = (value: string | number, at: string, name: string, withDefaults: boolean): unknown => {
    const text = typeof value === 'string';
    if (isMaskedValue(value) || isRedacted(at)) return text ? escapeTemplates(value) : value;
    const echo = findEcho(value, name, echoes);
    if (echo !== undefined) {
      const absent = withDefaults && echo.location !== 'path' ? ` | default: ${JSON.stringify(value)}` : '';
      const filter = text === (typeof echo.value === 'string') ? '' : text ? ' | append: ""' : ' | plus: 0';
      // A default that Liquid could not read would be worse than none.
      return `{{ ${echo.expression}${/[\\{}]|\\\\/.test(absent) ? '' : absent}${filter} }}`;
    }
    const present = currentTimeExpression(value, time);
    if (present !== undefined) return `{{ ${present} }}`;
    if (text && !withDefaults && ONLY_GENERATED_UUID.test(value)) ids.push(at);
    return text ? escapeTemplates(value) : value;
  };
  const render = (withDefaults: boolean): unknown =>
    mapLeaves(recorded, (value, at, name) => leaf(value, at, name, withDefaults));
  return { value: render(false), valueWithDefaults: render(true), generatedIds: ids };
}

/**
 * A copy with other strings and numbers.
 * @param edit told where each stands, as a JSON Pointer, and the name of the member that it is or is listed in
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

interface Echo {
  readonly location: RequestFeature['location'];
  /** The last step of the name. */
  readonly name: string;
  readonly value: string | number;
  readonly expression: string;
}

/** By the text of their values. */
function collectEchoes(features: readonly RequestFeature[]): Map<string, Echo[]> {
  const echoes = new Map<string, Echo[]>();
  for (const { location, name, value, isSecret: isSecret } of features) {
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

/** Texts this long, and numbers of this many digits, are not the same by chance. */
const MIN_DISTINCTIVE_LENGTH = 8;

/** Short values come back only where their names say so, too: a "limit" of 2 is not the "total" of 2. */
function findEcho(value: string | number, name: string, echoes: Map<string, Echo[]>): Echo | undefined {
  const text = String(value);
  const found = echoes.get(text);
  if (found === undefined) return undefined;
  const named = found.find(echo => isSameName(echo.name, name));
  if (named !== undefined) return isConvertible(value, named) ? named : undefined;
  return text.length >= MIN_DISTINCTIVE_LENGTH ? found.find(echo => isConvertible(value, echo)) : undefined;
}

/** "id" and "petId", "device_id" and "deviceId"; but not "id" and "paid". */
function isSameName(left: string, right: string): boolean {
  const [one, other] = [` ${splitName(left)}`, ` ${splitName(right)}`];
  return one !== ' ' && other !== ' ' && (one.endsWith(other) || other.endsWith(one));
}

/** "device id" for "deviceId" and "DEVICE_ID". */
function splitName(name: string): string {
  return name
    .replace(/([a-z\d])(?=[A-Z])/g, '$1 ')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, ' ')
    .trim();
}

/** A text becomes the number that it was only where it is written as numbers are. */
function isConvertible(value: string | number, echo: Echo): boolean {
  return (
    typeof value === 'string' || typeof echo.value === 'number' || String(Number(echo.value)) === echo.value
  );
}
