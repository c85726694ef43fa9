// The data buckets of a Mockoon environment: JSON, or templates that Mockoon renders once, when it starts.
import type { JsonObject } from '../../exchange/json.ts';
import { randomFrom } from '../../exchange/seeded-random.ts';
import { type FakerLibrary, REFERENCE_TIME } from '../../openapi/faker-library.ts';
import { stringOf } from '../../recording/json-values.ts';
import type { Call } from '../../scenario/call.ts';
import { isTemplate, parseTemplate, TemplateError } from '../../scenario/template.ts';
import { TemplateContext, templateScope } from '../../scenario/template-context.ts';
import { placedObjects } from '../import-input.ts';
import { toLiquid } from '../liquid-writer.ts';
import type { LossList } from '../loss-list.ts';
import type { ImportPlace } from '../model.ts';
import { mockoonDialect } from './templates.ts';

export interface Buckets {
  /** The JSON value of a bucket, by id or name; undefined: there is none, or it is no JSON. */
  readonly value: (name: string) => unknown;
  /** What a reply with the bucket sends; undefined: there is none. */
  readonly body: (name: string) => BucketBody | undefined;
}

interface BucketBody {
  readonly text: string;
  /** True: the text is no JSON, and may have templates for each request. */
  readonly isRaw: boolean;
}

export function readBuckets(
  environment: JsonObject,
  place: ImportPlace,
  losses: LossList,
  faker: FakerLibrary,
): Buckets {
  const buckets = placedObjects(environment.data, { ...place, pointer: `${place.pointer}/data` });
  const values = new Map<JsonObject, unknown>();
  const find = (name: string): (typeof buckets)[number] | undefined =>
    buckets.find(([{ id }]) => id === name) ?? buckets.find(([each]) => each.name === name);
  const known = ([bucket, at]: (typeof buckets)[number]): unknown => {
    if (!values.has(bucket)) {
      // A bucket that shows itself has no value.
      values.set(bucket, undefined);
      values.set(bucket, read(stringOf(bucket.value) ?? '', at));
    }
    return values.get(bucket);
  };
  const read = (text: string, at: ImportPlace): unknown => {
    return parsed(text.includes('{{') ? rendered(text, at) : text);
  };
  const rendered = (text: string, at: ImportPlace): string | undefined => {
    const random = randomFrom(`mockoon ${at.pointer}`);
    const makers: (() => string)[] = [];
    const dialect = mockoonDialect({
      names: [],
      bucket: name => value(name),
      faker,
      random,
      note: () => {},
      // What a template makes anew each time is a mark until the template is rendered.
      once: make => `"\uE002${makers.push(make) - 1}\uE003"`,
    });
    const written = toLiquid(text, dialect);
    for (const missing of written.missing)
      losses.add(at, '/value', missing, 'the value is not known before a request', 'write the value as JSON');
    losses.add(
      at,
      '/value',
      'templates of a data bucket',
      'their values are made by the import, and are the same at each start',
      'none is needed, or import again',
    );
    try {
      const result = isTemplate(written.text) ? render(written.text, random) : written.text;
      return result.replace(/\uE002(\d+)\uE003/g, (_, index: string) => makers[Number(index)]?.() ?? '');
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      losses.add(at, '/value', 'data bucket', error.message, 'write the value as JSON');
      return undefined;
    }
  };
  const value = (name: string): unknown => {
    const found = find(name);
    return found && known(found);
  };
  return {
    value,
    body: name => {
      const found = find(name);
      if (found === undefined) return undefined;
      const json = known(found);
      return json === undefined
        ? { text: stringOf(found[0].value) ?? '', isRaw: true }
        : { text: JSON.stringify(json), isRaw: false };
    },
  };
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    // It has templates.
    return undefined;
  }
}

/** @throws TemplateError */
function render(text: string, random: () => number): string {
  // No helper of a bucket reads the request.
  const noCall = undefined as unknown as Call;
  return String(parseTemplate(text)(templateScope(new TemplateContext(noCall, {}, REFERENCE_TIME, random))));
}
