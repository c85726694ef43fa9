// SARIF against its published schema, and against the rules that GitHub documents for code scanning.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/check/report.ts';
import { renderLintSarif } from '../../src/reporters/lint/lint-sarif.ts';
import { artifactLocation, renderSarif } from '../../src/reporters/sarif.ts';
import { lintReport } from './lint-sample.ts';
import { failedReport, HUGE, huge, incomplete, issue, passedReport, SAMPLES } from './sample-reports.ts';

interface Text {
  text: string;
}
interface Location {
  id?: number;
  message?: Text;
  physicalLocation: {
    artifactLocation: { uri: string; uriBaseId?: string };
    region: { startLine: number; startColumn?: number; endLine?: number; endColumn?: number };
  };
}
interface Result {
  ruleId: string;
  ruleIndex: number;
  level: string;
  message: Text;
  locations: Location[];
  relatedLocations?: Location[];
  partialFingerprints: Record<string, string>;
  suppressions: { kind: string; justification: string }[];
}
interface Run {
  tool: {
    driver: {
      name: string;
      version: string;
      semanticVersion?: string;
      informationUri: string;
      rules: {
        id: string;
        name: string;
        shortDescription: Text;
        fullDescription: Text;
        help: Text & { markdown: string };
        defaultConfiguration: { level: string };
        properties: Record<string, unknown> & { tags: string[] };
      }[];
    };
  };
  automationDetails: { id: string };
  invocations: {
    executionSuccessful: boolean;
    toolExecutionNotifications: { level: string; message: Text }[];
  }[];
  results: Result[];
}

function runOf(report: Report): Run {
  const { runs } = JSON.parse(renderSarif(report)) as { runs: [Run] };
  return runs[0];
}

// From the npm package @microsoft/jest-sarif 1.0.0-beta.0 (MIT): sarif-2.1.0-rtm.5, the schema at json.schemastore.org.
const {
  $schema: _draft,
  id: _id,
  ...schema
} = JSON.parse(readFileSync('test/reporters/sarif-schema-2.1.0.json', 'utf8')) as Record<string, unknown>;
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

test('a report of lint matches the SARIF 2.1.0 schema, and names lines and remedies', () => {
  const sarif = JSON.parse(renderLintSarif(lintReport()));
  validate(sarif);
  expect(validate.errors).toBeNull();
  const [{ results, tool }] = sarif.runs as [Run];
  expect(
    results.map(({ level, locations }) => [level, locations[0]?.physicalLocation.region.startLine]),
  ).toEqual([
    ['error', 12],
    ['error', 1],
    ['warning', 4],
  ]);
  expect(JSON.stringify(tool.driver.rules)).not.toMatch(/traffic|baseline/i);
});

describe.each([...SAMPLES, HUGE])('a report that is %s', (_name, make) => {
  const text = renderSarif(make());
  const run = runOf(make());
  const { rules } = run.tool.driver;

  test('matches the SARIF 2.1.0 schema', () => {
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
  });

  test('names schema and version, and has one run', () => {
    expect(JSON.parse(text)).toMatchObject({
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [{}],
    });
  });

  test('has a driver with name, version and rules', () => {
    expect(run.tool.driver).toMatchObject({ name: 'deadringer', version: '1.2.3', semanticVersion: '1.2.3' });
    expect(URL.canParse(run.tool.driver.informationUri)).toBe(true);
  });

  test("describes every rule within GitHub's length limits", () => {
    for (const rule of rules) {
      expect(rule.name.length).toBeLessThanOrEqual(255);
      expect(rule.name).toMatch(/^([A-Z][a-z]+)+$/);
      for (const { text: description } of [rule.shortDescription, rule.fullDescription]) {
        expect(description.length).toBeGreaterThan(0);
        expect(description.length).toBeLessThanOrEqual(1024);
      }
      expect(rule.help.text).not.toBe('');
      expect(rule.help.markdown).not.toBe('');
      expect(['note', 'warning', 'error']).toContain(rule.defaultConfiguration.level);
      expect(['very-high', 'high', 'medium', 'low']).toContain(rule.properties.precision);
      expect(['error', 'warning', 'recommendation']).toContain(rule.properties['problem.severity']);
      expect(rule.properties.tags.length).toBeLessThanOrEqual(10);
    }
  });

  test('has a rule for each result, and no other', () => {
    expect(run.results.filter(result => rules[result.ruleIndex]?.id !== result.ruleId)).toEqual([]);
    expect(new Set(run.results.map(({ ruleId }) => ruleId))).toEqual(new Set(rules.map(({ id }) => id)));
  });

  test('gives each result one location with a complete region', () => {
    for (const { locations } of run.results) {
      expect(locations).toHaveLength(1);
      const { region } = (locations[0] as Location).physicalLocation;
      expect(region.startLine).toBeGreaterThan(0);
      expect(region.startColumn).toBeGreaterThan(0);
      expect(region.endLine).toBe(region.startLine);
      expect(region.endColumn).toBeGreaterThan(region.startColumn ?? 0);
    }
  });

  test('names files by URIs with forward slashes, from the root where they are relative', () => {
    for (const { locations, relatedLocations = [] } of run.results) {
      for (const { physicalLocation } of [...locations, ...relatedLocations]) {
        const { uri, uriBaseId } = physicalLocation.artifactLocation;
        expect(uri).toMatch(/^(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9A-F]{2})+$/);
        expect(uriBaseId).toBe('%SRCROOT%');
      }
    }
  });

  test("has messages within GitHub's length limit and without links", () => {
    for (const { message } of run.results) {
      expect(message.text.length).toBeGreaterThan(0);
      expect(message.text.length).toBeLessThanOrEqual(1024);
      expect(message.text).not.toMatch(/[^\\]\]\(/);
    }
  });

  test('has fingerprints, except those that GitHub computes', () => {
    for (const { partialFingerprints } of run.results) {
      expect(Object.keys(partialFingerprints)).toEqual(['deadringer/v2']);
      expect(partialFingerprints['deadringer/v2']).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  test('stays within the limits of an upload', () => {
    expect(run.results.length).toBeLessThanOrEqual(5000);
    expect(rules.length).toBeLessThanOrEqual(25_000);
  });
});

describe('a result', () => {
  const { results } = runOf(failedReport());
  const of = (code: string): Result => results.find(({ ruleId }) => ruleId === code) as Result;

  test('is at the line of the document, with the traffic as related location', () => {
    const result = of('response-body-schema');
    expect(result.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'specs/petshop.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 46, startColumn: 11, endLine: 46, endColumn: 12 },
    });
    expect(result.relatedLocations?.map(({ physicalLocation }) => physicalLocation)).toEqual([
      {
        artifactLocation: { uri: 'recordings/staging.har', uriBaseId: '%SRCROOT%' },
        region: { startLine: 1 },
      },
      {
        artifactLocation: { uri: 'recordings/staging.har', uriBaseId: '%SRCROOT%' },
        region: { startLine: 1 },
      },
      {
        artifactLocation: { uri: 'recordings/nightly.ndjson', uriBaseId: '%SRCROOT%' },
        region: { startLine: 4 },
      },
    ]);
  });

  test('without a source location is at the start of the document', () => {
    expect(of('status-undocumented').locations[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: 'specs/petshop.yaml' },
      region: { startLine: 1, startColumn: 1 },
    });
  });

  test('has the level of its severity', () => {
    expect(of('response-body-schema').level).toBe('error');
    expect(of('status-undocumented').level).toBe('warning');
    expect(of('response-body-not-checkable').level).toBe('note');
    const strict = {
      ...failedReport(),
      settings: { ...failedReport().settings, failOn: ['undocumented' as const] },
    };
    const level = (code: string): string | undefined =>
      runOf(strict).results.find(({ ruleId }) => ruleId === code)?.level;
    expect([level('status-undocumented'), level('response-body-schema')]).toEqual(['error', 'warning']);
  });

  test('that is accepted is a suppressed note with its reason', () => {
    expect(of('parameter-missing')).toMatchObject({
      level: 'note',
      suppressions: [{ kind: 'external', justification: 'the old app, until it is gone' }],
    });
    expect(of('response-body-schema').suppressions).toEqual([]);
  });

  test('from standard input has no file to be related to', () => {
    const piped = issue('response-body-schema', { places: [{ file: '-', entry: 1 }] });
    expect(runOf({ ...failedReport(), findings: [piped] }).results[0]?.relatedLocations).toBeUndefined();
  });
});

describe('a run', () => {
  test('was successful unless the input is incomplete; the reason is given', () => {
    expect(runOf(failedReport()).invocations[0]?.executionSuccessful).toBe(true);
    const [invocation] = runOf(incomplete()).invocations;
    expect(invocation?.executionSuccessful).toBe(false);
    expect(
      invocation?.toolExecutionNotifications.filter(({ level }) => level === 'error').length,
    ).toBeGreaterThan(1);
  });

  test('counts omitted results', () => {
    const report = huge();
    const run = runOf({ ...report, findings: [...report.findings, ...report.findings] });
    expect(run.results).toHaveLength(5000);
    expect(JSON.stringify(run.invocations)).toContain('5000 more findings omitted');
  });

  test('of a shard has its own category', () => {
    expect(runOf(passedReport()).automationDetails.id).toBe('deadringer/');
    expect(runOf({ ...passedReport(), shard: { index: 2, of: 4 } }).automationDetails.id).toBe(
      'deadringer/2-of-4/',
    );
  });
});

test.each([
  ['specs/pet shop.yaml', { uri: 'specs/pet%20shop.yaml', uriBaseId: '%SRCROOT%' }],
  ['./specs/a#b?.yaml', { uri: 'specs/a%23b%3F.yaml', uriBaseId: '%SRCROOT%' }],
  ['specs\\petshop.yaml', { uri: 'specs/petshop.yaml', uriBaseId: '%SRCROOT%' }],
  ['../specs/petshop.yaml', { uri: '../specs/petshop.yaml' }],
  ['/home/x/petshop.yaml', { uri: 'file:///home/x/petshop.yaml' }],
  ['C:\\x\\petshop.yaml', { uri: 'file:///C:/x/petshop.yaml' }],
  ['https://petshop.example/a b.yaml', { uri: 'https://petshop.example/a%20b.yaml' }],
])('%s is a URI', (file, uri) => {
  expect(artifactLocation(file)).toEqual(uri);
});
