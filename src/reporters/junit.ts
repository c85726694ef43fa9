// The report as JUnit XML, in the dialect that Jenkins, GitLab and the test reporters for GitHub have in common.
import { XMLBuilder } from 'fast-xml-parser';
import type { Report } from '../check/report.ts';
import { type Case, type Suite, suitesOf } from './junit-cases.ts';

export function renderJunit(report: Report): string {
  const suites = suitesOf(report);
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
        ...(outcome.text !== undefined && { '#': outcome.text }),
      },
    }),
    ...(out !== undefined && { 'system-out': out }),
  };
}
