// The order of the pages on the site: sections of the sidebar, each with its pages.

interface Section {
  readonly title: string;
  /** Paths in the repository. */
  readonly pages: readonly string[];
}

/** TypeDoc writes this page when the site is built. */
export const TYPESCRIPT_API = 'docs/reference/typescript/README.md';

export const SECTIONS: readonly Section[] = [
  { title: 'Begin', pages: ['README.md', 'docs/install.md'] },
  {
    title: 'Five minutes',
    pages: ['docs/guides/frontend.md', 'docs/guides/ci.md', 'docs/guides/qa.md'],
  },
  {
    title: 'Mock',
    pages: [
      'docs/mock.md',
      'docs/scenarios.md',
      'docs/state.md',
      'docs/sessions.md',
      'docs/callbacks.md',
      'docs/tls.md',
      'docs/console.md',
      'docs/control-api.md',
    ],
  },
  {
    title: 'Contract',
    pages: ['docs/check.md', 'docs/record-and-replay.md', 'docs/recordings.md', 'docs/documents.md'],
  },
  {
    title: 'Tests and pipelines',
    pages: [
      'docs/testing-your-app.md',
      'docs/playwright.md',
      'docs/node-api.md',
      'docs/ci.md',
      'docs/github-action.md',
      'docs/container.md',
      'docs/scale.md',
      'docs/mcp.md',
      'docs/telemetry.md',
    ],
  },
  {
    title: 'Come from another tool',
    pages: [
      'docs/comparison.md',
      'docs/prism.md',
      'docs/postman.md',
      'docs/from-wiremock.md',
      'docs/from-mockoon.md',
      'docs/from-mockserver.md',
      'docs/from-mocks-server.md',
    ],
  },
  {
    title: 'Reference',
    pages: [
      'docs/reference/commands.md',
      'docs/reference/scenario-files.md',
      'docs/reference/control-api.md',
      TYPESCRIPT_API,
      'docs/codes.md',
      'docs/benchmark.md',
    ],
  },
  {
    title: 'Development',
    pages: [
      'ARCHITECTURE.md',
      'docs/decisions/README.md',
      'docs/testing.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'SECURITY.md',
    ],
  },
];
