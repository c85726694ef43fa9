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

let reportShape: JsonSchema | undefined;

export function renderJson(report: Report): string {
  reportShape ??= reportJsonSchema() as JsonSchema;
  return jsonText(orderMembers(report, reportShape));
}

/** Members as the schema lists them; of tables, by name. Nothing is checked here: a report is never held back. */
function orderMembers(value: unknown, shape: JsonSchema | undefined): unknown {
  if (Array.isArray(value)) return value.map(item => orderMembers(item, shape?.items));
  if (typeof value !== 'object' || value === null) return value;
  const own = value as Readonly<Record<string, unknown>>;
  const fitting =
    shape?.anyOf?.find(branch => Object.keys(own).every(key => branch.properties?.[key])) ?? shape;
  const listed = Object.keys(fitting?.properties ?? {});
  const rank = (key: string): number => (listed.includes(key) ? listed.indexOf(key) : listed.length);
  const keys = Object.keys(own).sort((one, other) => rank(one) - rank(other) || compareText(one, other));
  const table = fitting?.additionalProperties as JsonSchema | undefined;
  return Object.fromEntries(
    keys
      .filter(key => own[key] !== undefined)
      .map(key => [key, orderMembers(own[key], fitting?.properties?.[key] ?? table)]),
  );
}
