// The report as JUnit XML, in the dialect that Jenkins, GitLab and the test reporters for GitHub have in common.
import { XMLBuilder } from 'fast-xml-parser';
import type { Report } from '../check/report.ts';
import type { Case, Suite } from './junit-cases.ts';
import { RUN, suitesOf } from './junit-run.ts';
import { bytesOf } from './safe.ts';

/** Above that, cases keep their message and lose their text: dashboards refuse files that are too large. */
const TEXT_BYTES = 2_500_000;
const LEFT_OUT = 'left out to keep this file small; see --format html or json';

export function renderJunit(report: Report): string {
  const suites = shortened(suitesOf(report));
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    textNodeName: '#',
    format: true,
    suppressEmptyNode: true,
  });
  const tree = {
    testsuites: {
      '@name': 'deadringer',
      ...counts(suites.flatMap(({ cases }) => cases)),
      testsuite: suites.map(suiteNode),
    },
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(tree)}`;
}

/** The run itself comes last and is never shortened. */
function shortened(suites: readonly Suite[]): Suite[] {
  let size = 0;
  const within = (text: string | undefined): string | undefined => {
    size += text === undefined ? 0 : bytesOf(text);
    return size > TEXT_BYTES && text !== undefined ? LEFT_OUT : text;
  };
  return suites.map(suite => ({
    ...suite,
    cases: suite.cases.map(({ outcome, out, ...rest }) => {
      if (rest.classname === RUN)
        return { ...rest, ...(outcome && { outcome }), ...(out !== undefined && { out }) };
      const text = within(outcome?.text);
      const said = within(out);
      return {
        ...rest,
        ...(outcome && { outcome: { ...outcome, ...(text !== undefined && { text }) } }),
        ...(said !== undefined && { out: said }),
      };
    }),
  }));
}

function counts(cases: readonly Case[]): Record<string, number> {
  const of = (kind: string): number => cases.filter(({ outcome }) => outcome?.kind === kind).length;
  return {
    '@tests': cases.length,
    '@failures': of('failure'),
    '@errors': of('error'),
    '@skipped': of('skipped'),
    '@time': 0,
  };
}

function suiteNode({ name, file, properties, cases }: Suite): object {
  return {
    '@name': name,
    ...counts(cases),
    ...(file !== undefined && { '@file': file }),
    ...(properties.length > 0 && {
      properties: { property: properties.map(([key, value]) => ({ '@name': key, '@value': value })) },
    }),
    testcase: cases.map(caseNode),
  };
}

function caseNode({ name, classname, file, line, outcome, out }: Case): object {
  return {
    '@name': name,
    '@classname': classname,
    '@time': 0,
    ...(file !== undefined && { '@file': file }),
    ...(line !== undefined && { '@line': line }),
    ...(outcome !== undefined && {
      [outcome.kind]: {
        '@message': outcome.message,
        ...(outcome.type !== undefined && { '@type': outcome.type }),
        ...(outcome.text !== undefined && { '#': inert(outcome.text) }),
      },
    }),
    ...(out !== undefined && { 'system-out': inert(out) }),
  };
}

/** Dashboards read output for files to attach and properties to set; recorded text may not name any. */
function inert(text: string): string {
  return text.replace(/\[\[(?=ATTACHMENT|PROPERTY)/gi, '[ [');
}
