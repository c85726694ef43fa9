// Writes a template of another tool in Liquid, and lists the parts that Liquid cannot say.
import { type TemplateDialect, toLiquid } from './liquid-writer.ts';
import type { LossList } from './loss-list.ts';
import type { ImportPlace } from './model.ts';

/** @param below pointer of the text below the place */
export function writeTemplate(
  text: string,
  dialect: TemplateDialect,
  losses: LossList,
  place: ImportPlace,
  below: string,
): string {
  const written = toLiquid(text, dialect);
  for (const source of written.missing)
    losses.add(
      place,
      below,
      source,
      'Liquid has no counterpart; nothing is written in its place',
      'write the template by hand, see docs/scenarios.md#templates',
    );
  return written.text;
}
