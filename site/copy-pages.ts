// Copies the pages of the site and their images into site/content, in the folders that they have in the repository.
import { cpSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SECTIONS, TYPESCRIPT_API } from './pages.ts';

const root = path.resolve(import.meta.dirname, '..');
const content = path.join(import.meta.dirname, 'content');

const listed = SECTIONS.flatMap(({ pages }) => pages).filter(page => page !== TYPESCRIPT_API);
const written = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.md'))
  .map(name => path.posix.join('docs', name));
const decisions = written.filter(page => /^docs\/decisions\/\d/.test(page));
const unlisted = written.filter(page => !listed.includes(page) && !decisions.includes(page));
if (unlisted.length > 0) {
  console.error(`${unlisted.join(', ')}: add these pages to a section in site/pages.ts`);
  process.exit(1);
}

rmSync(content, { recursive: true, force: true });
for (const page of [...listed, ...decisions, 'docs/images'])
  cpSync(path.join(root, page), path.join(content, page), { recursive: true });
