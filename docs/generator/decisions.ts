// docs/decisions/README.md: the list of decisions, from their headings.
import { readdirSync, readFileSync } from 'node:fs';
import { origin } from './markdown.ts';

export function decisionsPage(): string {
  const folder = new URL('../decisions/', import.meta.url);
  const files = readdirSync(folder)
    .filter(name => /^\d+-.*\.md$/.test(name))
    .sort();
  const items = files.map(name => {
    const [, title = name] = /^# (.+)$/m.exec(readFileSync(new URL(name, folder), 'utf8')) ?? [];
    return `- [${title}](${name})`;
  });
  return `# Decisions

${origin('the decisions in this folder')}

Why the program is as it is: the context of each decision, what was decided, what follows from it, and how to undo it.

${items.join('\n')}
`;
}
