// The report as JUnit XML, in the dialect shared by Jenkins, GitLab and the test reporters for GitHub.
import { XMLBuilder } from 'fast-xml-parser';
import type { Report } from '../check/report.ts';
import type { TestCase, TestSuite } from './junit-cases.ts';
import { RUN_CLASSNAME, testSuites } from './junit-run.ts';
import { utf8Length } from './safe-text.ts';

/** Cases beyond this size have a message and no text: dashboards reject files that are too large. */
const MAX_TEXT_BYTES = 2_500_000;
const OMITTED = 'omitted to limit the file size; see --format html or json';

export function renderJunit(report: Report): string {
  return renderSuites(testSuites(report));
}

export function renderSuites(all: readonly TestSuite[]): string {
  const suites = limitText(all);
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

/** Omits texts beyond the limit; the suite of the run is never shortened. */
function limitText(suites: readonly TestSuite[]): TestSuite[] {
  let size = 0;
  const limit = (text: string | undefined): string | undefined => {
    size += text === undefined ? 0 : utf8Length(text);
    return size > MAX_TEXT_BYTES && text !== undefined ? OMITTED : text;
  };
  return suites.map(suite => ({
    ...suite,
    cases: suite.cases.map(({ outcome, output, ...rest }) => {
      if (rest.classname === RUN_CLASSNAME)
        return { ...rest, ...(outcome && { outcome }), ...(output !== undefined && { output }) };
      const text = limit(outcome?.text);
      const limitedOutput = limit(output);
      return {
        ...rest,
        ...(outcome && { outcome: { ...outcome, ...(text !== undefined && { text }) } }),
        ...(limitedOutput !== undefined && { output: limitedOutput }),
      };
    }),
  }));
}

function counts(cases: readonly TestCase[]): Record<string, number> {
  const of = (kind: string): number => cases.filter(({ outcome }) => outcome?.kind === kind).length;
  return {
    '@tests': cases.length,
    '@failures': of('failure'),
    '@errors': of('error'),
    '@skipped': of('skipped'),
    '@time': 0,
  };
}

function suiteNode({ name, file, properties, cases }: TestSuite): object {
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

function caseNode({ name, classname, file, line, outcome, output }: TestCase): object {
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
        ...(outcome.text !== undefined && { '#': escapeDirectives(outcome.text) }),
      },
    }),
    ...(output !== undefined && { 'system-out': escapeDirectives(output) }),
  };
}

/** Dashboards read [[ATTACHMENT|...]] and [[PROPERTY|...]] in output; recorded text must not contain such directives. */
function escapeDirectives(text: string): string {
  return text.replace(/\[\[(?=ATTACHMENT|PROPERTY)/gi, '[ [');
}
