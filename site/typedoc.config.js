// Describes what the package exports, from its types and docstrings, as a page of the site.
import { OptionDefaults } from 'typedoc';

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: ['../src/index.ts'],
  tsconfig: 'typedoc.tsconfig.json',
  out: 'content/docs/reference/typescript',
  readme: 'none',
  name: 'TypeScript API',
  outputFileStrategy: 'modules',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  disableSources: true,
  excludeExternals: true,
  excludePrivate: true,
  // The generated types of the control API carry the descriptions of their document.
  blockTags: [...OptionDefaults.blockTags, '@description', '@constant'],
  validation: { invalidLink: true, notExported: false },
  treatWarningsAsErrors: true,
};
