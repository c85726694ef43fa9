// The documentation: the page of codes is complete, links lead to a place, and named files exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CODES_PAGE } from '../docs/generator/codes.ts';
import { SECTIONS } from '../site/pages.ts';
import { EXCHANGE_OUTCOMES, ISSUE_KINDS } from '../src/check/report-terms.ts';
import { EXIT_CODES } from '../src/cli/command.ts';
import { CATALOGUE } from '../src/finding/catalogue.ts';
import { PROBLEMS } from '../src/mock/problem.ts';

const PAGES = [
  ...readdirSync('.').filter(name => name.endsWith('.md')),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => path.join('docs', name)),
];

function textOf(page: string): string {
  return readFileSync(page, 'utf8');
}

/** The text without blocks of code, in which lines may begin like headings. */
function proseOf(page: string): string {
  return textOf(page).replace(/^( *)(`{3,}|~{3,}).*\n[\s\S]*?^\1\2$/gm, '');
}

/** The fragment that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

describe('docs/codes.md', () => {
  const listed = [...CODES_PAGE.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code]) => code as string);
  const known = [
    ...Object.keys(EXIT_CODES),
    ...ISSUE_KINDS,
    ...Object.keys(CATALOGUE),
    ...Object.keys(PROBLEMS),
    ...Object.keys(EXCHANGE_OUTCOMES),
  ];

  test('is what the generator writes', () => {
    expect(textOf('docs/codes.md')).toBe(CODES_PAGE);
  });

  test('lists every code of the catalogues', () => {
    expect(known.filter(code => !listed.includes(code))).toEqual([]);
  });

  test('lists no other code, and each code once', () => {
    expect(listed.toSorted()).toEqual(known.toSorted());
  });
});

describe('the site', () => {
  test('has a place for every page but single decisions', () => {
    const placed = new Set(SECTIONS.flatMap(({ pages }) => pages));
    const pages = PAGES.map(page => page.split(path.sep).join('/'));
    expect(pages.filter(page => !placed.has(page) && !/^docs\/decisions\/\d/.test(page))).toEqual([]);
  });
});

describe('every page', () => {
  test.each(PAGES)('%s links only to files and headings that exist', page => {
    const text = proseOf(page).replace(/`[^`\n]*`/g, '');
    const links = [
      ...text.matchAll(/\]\((?!https?:)<?([^)>\s]*)[^)]*\)/g),
      ...text.matchAll(/^\[[^\]]+\]: *(?!https?:)(\S+)/gm),
      ...text.matchAll(/<(?:a|img|source)[^>]* (?:href|src|srcset)="(?!https?:)([^"]*)"/g),
    ].map(([, link]) => link as string);
    const broken = links.filter(link => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.join(path.dirname(page), file);
      if (!existsSync(target)) return true;
      if (anchor === undefined) return false;
      const headings = [...proseOf(target).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading as string);
      return !headings.map(anchorOf).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('docs/node-api.md', () => {
  test('names everything that src/index.ts exports', () => {
    const page = textOf('docs/node-api.md');
    const source = textOf('src/index.ts') + textOf('src/client/entry.ts');
    const listed = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
      .flatMap(([, names]) => (names as string).split(','))
      .map(name => name.replace(/^\s*type\s|\s/g, ''))
      .filter(name => name !== '');
    const declared = [...source.matchAll(/^export (?:type|interface|const|(?:async )?function) (\w+)/gm)];
    const exported = [...listed, ...declared.map(([, name]) => name as string)];
    expect(exported.length).toBeGreaterThan(10);
    expect(exported.filter(name => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
  });
});

describe('README.md', () => {
  test('has at most 150 lines', () => {
    expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });
});

describe('docs/decisions', () => {
  const decisions = PAGES.filter(page => /^docs.decisions.\d/.test(page));

  test.each(decisions)('%s has context, decision, consequences and how to undo', page => {
    const headings = [...textOf(page).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Context', 'Decision', 'Consequences', 'How to undo']);
  });
});
