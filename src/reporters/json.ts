// The report as JSON: all of it, in the order of its schema, so that equal reports are equal bytes.
import { z } from 'zod';
import type { Report } from '../check/report.ts';
import { reportSchema } from '../check/report-schema.ts';
import { byText, jsonText } from './safe.ts';

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly additionalProperties?: unknown;
}

export function reportJsonSchema(): object {
  return z.toJSONSchema(reportSchema, { io: 'output' });
}

let shape: Shape | undefined;

export function renderJson(report: Report): string {
  shape ??= reportJsonSchema() as Shape;
  return jsonText(arrange(report, shape));
}

/** Members as the schema lists them; of tables, by name. Nothing is checked here: a report is never held back. */
function arrange(value: unknown, shape: Shape | undefined): unknown {
  if (Array.isArray(value)) return value.map(item => arrange(item, shape?.items));
  if (typeof value !== 'object' || value === null) return value;
  const own = value as Readonly<Record<string, unknown>>;
  const fitting =
    shape?.anyOf?.find(branch => Object.keys(own).every(key => branch.properties?.[key])) ?? shape;
  const listed = Object.keys(fitting?.properties ?? {});
  const rank = (key: string): number => (listed.includes(key) ? listed.indexOf(key) : listed.length);
  const keys = Object.keys(own).sort((one, other) => rank(one) - rank(other) || byText(one, other));
  const table = fitting?.additionalProperties as Shape | undefined;
  return Object.fromEntries(
    keys
      .filter(key => own[key] !== undefined)
      .map(key => [key, arrange(own[key], fitting?.properties?.[key] ?? table)]),
  );
}
