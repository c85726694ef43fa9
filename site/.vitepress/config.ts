// Builds the site from the Markdown of the repository: the pages are where they are on GitHub, and so are their links.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitepress';
import { SECTIONS } from '../pages.ts';

const content = path.resolve(import.meta.dirname, '../content');

/** The first heading of a page, without what is code in it. */
function titleOf(page: string): string {
  const [, title] = /^# (.+)$/m.exec(readFileSync(path.join(content, page), 'utf8')) ?? [];
  if (title === undefined) throw new Error(`${page} has no heading`);
  return title.replaceAll('`', '');
}

function addressOf(page: string): string {
  return `/${page.replace(/(?:README)?\.md$/, '')}`;
}

export default defineConfig({
  title: 'deadringer',
  description: 'A mock server and contract checker for OpenAPI documents',
  lang: 'en',
  base: process.env.SITE_BASE ?? '/',
  srcDir: content,
  outDir: path.resolve(content, '../dist'),
  cacheDir: path.resolve(content, '../cache'),
  rewrites: {
    'README.md': 'index.md',
    'docs/decisions/README.md': 'docs/decisions/index.md',
    'docs/reference/typescript/README.md': 'docs/reference/typescript/index.md',
  },
  cleanUrls: true,
  markdown: {
    // The pages are Markdown for GitHub as well: braces in their text are no expressions of Vue.
    config: ({ renderer, utils }) => {
      const plain = (text = ''): string => utils.escapeHtml(text).replaceAll('{{', '&#123;&#123;');
      renderer.rules.text = (tokens, index) => plain(tokens[index]?.content);
      // A name in angle brackets, such as <api>, is text: only these elements are in the pages.
      const html = (text = ''): string => (/^\s*<(?:!--|\/?(?:a|br)\b)/.test(text) ? text : plain(text));
      renderer.rules.html_inline = (tokens, index) => html(tokens[index]?.content);
      renderer.rules.html_block = (tokens, index) => html(tokens[index]?.content);
      renderer.rules.code_inline = (tokens, index) => `<code>${plain(tokens[index]?.content)}</code>`;
    },
  },
  // Nothing is fetched from another host: no fonts, no analytics.
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: 'https://github.com/deadringer/deadringer' }],
    sidebar: SECTIONS.map(({ title, pages }) => ({
      text: title,
      items: pages.map(page => ({ text: titleOf(page), link: addressOf(page) })),
    })),
  },
});
