// docs/reference/scenario-files.md: every member of a scenario file, from its JSON Schema.
import { scenarioJsonSchema } from '../../src/scenario/scenario.ts';
import { origin, table } from './markdown.ts';
import { type JsonSchema, memberRows } from './schema-members.ts';

export function scenarioFilesPage(): string {
  const schema = scenarioJsonSchema() as JsonSchema;
  return `# Members of scenario files

${origin('the schema in src/scenario/scenario.ts')}

The [page about scenarios](../scenarios.md) explains them. The same as a JSON Schema: \`scenarios/scenario.schema.json\` in the
package, and \`GET /__deadringer/scenarios/schema.json\` of a running server. \`[]\` stands for an entry of a list, \`*\` for a name
of your choice.

${table(
  ['member', 'type', 'meaning'],
  memberRows(schema).filter(([name]) => name !== '`$schema`'),
)}
`;
}
