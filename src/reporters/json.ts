// The report as JSON, with members in schema order so that equal reports are equal bytes.
import { z } from 'zod';
import type { Report } from '../check/report.ts';
import { reportSchema } from '../check/report-schema.ts';
import { compareText } from '../check/tally.ts';
import { jsonText } from './safe-text.ts';

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: unknown;
}

export function reportJsonSchema(): object {
  return z.toJSONSchema(reportSchema, { io: 'output' });
}

let reportJsonShape: JsonSchema | undefined;

export function renderJson(report: Report): string {
  reportJsonShape ??= reportJsonSchema() as JsonSchema;
  return jsonText(orderMembers(report, reportJsonShape));
}

/** Orders members as in the schema, and keys of tables by name. Does not validate: an invalid report is still written. */
function orderMembers(value: unknown, shape: JsonSchema | undefined): unknown {
  if (Array.isArray(value)) return value.map(item => orderMembers(item, shape?.items));
  if (typeof value !== 'object' || value === null) return value;
  const members = value as Readonly<Record<string, unknown>>;
  const objectShape =
    shape?.anyOf?.find(branch => Object.keys(members).every(key => branch.properties?.[key])) ?? shape;
  const listed = Object.keys(objectShape?.properties ?? {});
  const rank = (key: string): number => (listed.includes(key) ? listed.indexOf(key) : listed.length);
  const keys = Object.keys(members).sort((one, other) => rank(one) - rank(other) || compareText(one, other));
  const table = objectShape?.additionalProperties as JsonSchema | undefined;
  return Object.fromEntries(
    keys
      .filter(key => members[key] !== undefined)
      .map(key => [key, orderMembers(members[key], objectShape?.properties?.[key] ?? table)]),
  );
}
