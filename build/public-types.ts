// Removes declarations from dist that no entry point of the package leads to: they are most of them, and nobody can import them.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, Target>;
};
const reached = new Set<string>();
for (const target of Object.values(exports))
  for (const types of declarationsOf(target)) visit(path.resolve(types));

for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  const declarations = path.resolve('dist', file);
  if (file.endsWith('.d.ts') && !reached.has(declarations)) rmSync(declarations);
}

/** What an entry point is for each condition, such as "types" or "require". */
type Target = string | { readonly [condition: string]: Target };

/** Those for require() are copies, see bundle-client.ts. */
function declarationsOf(target: Target): string[] {
  if (typeof target === 'string') return target.endsWith('.d.ts') ? [target] : [];
  return Object.values(target).flatMap(declarationsOf);
}

function visit(file: string): void {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(
    /\b(?:from |import\()['"](\.[^'"]+)['"]/g,
  ))
    visit(path.resolve(path.dirname(file), target.replace(/\.(?:ts|js)$/, '.d.ts')));
}
