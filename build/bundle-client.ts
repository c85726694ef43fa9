// Writes deadringer/client a second time, for require() in programs that cannot load ES modules, such as tests of Jest.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

const ENTRY = path.resolve('dist', 'client', 'entry');

const bundle = await rolldown({ input: `${ENTRY}.js`, platform: 'node' });
await bundle.write({ file: `${ENTRY}.cjs`, format: 'cjs' });

// Declarations of a CommonJS module are those of modules that it can require.
const written = new Set<string>();
writeDeclarations(ENTRY);

function writeDeclarations(file: string): void {
  if (written.has(file)) return;
  written.add(file);
  const text = readFileSync(`${file}.d.ts`, 'utf8').replace(
    /\b(from |import\()(['"])(\.[^'"]+)\.(?:ts|js)\2/g,
    (_all, before: string, quote: string, target: string) => {
      writeDeclarations(path.resolve(path.dirname(file), target));
      return `${before}${quote}${target}.cjs${quote}`;
    },
  );
  writeFileSync(`${file}.d.cts`, text);
}
