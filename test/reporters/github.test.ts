// Workflow commands as a GitHub runner parses them: within the limits of a step, escaped, most severe first.
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/check/report.ts';
import { renderGithub } from '../../src/reporters/github.ts';
import {
  failedReport,
  HUGE,
  hostile,
  huge,
  incomplete,
  issue,
  passedReport,
  SAMPLES,
} from './sample-reports.ts';

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Decodes the escapes of a workflow command as the runner does: "%25" last. */
function decode(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

function commandsOf(report: Report): Command[] {
  return renderGithub(report)
    .trimEnd()
    .split('\n')
    .map(line => {
      const [, name = '', properties = '', message = ''] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [];
      return {
        name,
        properties: Object.fromEntries(
          properties.split(',').map(pair => {
            const [key = '', value = ''] = pair.split(/=(.*)/s);
            return [key, decode(value)];
          }),
        ),
        message: decode(message),
      };
    });
}

test.each([...SAMPLES, HUGE])(
  'a report that is %s contains only commands, at most ten of each kind',
  (_name, make) => {
    const commands = commandsOf(make());
    for (const kind of ['error', 'warning', 'notice']) {
      expect(commands.filter(({ name }) => name === kind).length).toBeLessThanOrEqual(10);
    }
    for (const { name, properties } of commands) {
      expect(['error', 'warning', 'notice']).toContain(name);
      expect(Object.keys(properties).filter(key => !['file', 'line', 'col', 'title'].includes(key))).toEqual(
        [],
      );
    }
  },
);

describe('a finding', () => {
  test('is an annotation at its line of the document', () => {
    const command = commandsOf(failedReport()).find(({ message }) => message.includes('/tags/1/name'));
    expect(command).toMatchObject({
      name: 'error',
      properties: { file: 'specs/petshop.yaml', line: '46', col: '11', title: 'response-body-schema getPet' },
    });
    expect(command?.message.split('\n')[0]).toBe('response body /tags/1/name must be a string, is a number');
  });

  test('escapes percent signs, commas and line breaks', () => {
    const unusual = issue('response-body-schema', {
      message: '100% wrong\n::error::x',
      location: { file: 'specs/a,b:c%0A.yaml', line: 2, column: 3, pointer: '' },
    });
    const [, command] = commandsOf({ ...failedReport(), findings: [unusual] });
    expect(command?.properties).toMatchObject({ file: 'specs/a,b:c%0A.yaml', line: '2', col: '3' });
    expect(command?.message).toMatch(/^100% wrong\\u000a::error::x\n/);
  });

  test('is an error if it fails the run, and no annotation if accepted', () => {
    const commandName = (report: Report, text: string): string | undefined =>
      commandsOf(report).find(({ message }) => message.includes(text))?.name;
    expect(commandName(failedReport(), '/owner/city')).toBe('warning');
    const strict: Report = {
      ...failedReport(),
      settings: { ...failedReport().settings, failOn: ['violation', 'undocumented'] },
    };
    expect(commandName(strict, '/owner/city')).toBe('error');
    expect(commandName(failedReport(), 'query parameter "limit"')).toBeUndefined();
  });
});

describe('with many findings', () => {
  test('the most frequent ones are shown, the rest is counted', () => {
    const findings = Array.from({ length: 30 }, (_, index) =>
      issue('response-body-schema', {
        fingerprintOf: `few ${index}`,
        exchanges: index + 1,
        message: `number ${index + 1}.`,
      }),
    );
    const commands = commandsOf({
      ...failedReport(),
      settings: { ...failedReport().settings, minCoverage: {} },
      findings,
    });
    expect(
      commands.filter(({ name }) => name === 'error').map(({ message }) => message.split('.')[0]),
    ).toEqual(Array.from({ length: 10 }, (_, index) => `number ${30 - index}`));
    expect(commands.some(({ message }) => message.startsWith('and 20 more findings'))).toBe(true);
  });

  test('errors of the run itself are always shown', () => {
    const commands = commandsOf({ ...huge(), verdict: 'incomplete', exitCode: 3 });
    expect(commands[0]).toMatchObject({ name: 'error', properties: { title: 'deadringer: incomplete' } });
  });
});

test('an incomplete run is an error, a passed one a notice', () => {
  expect(commandsOf(incomplete()).map(({ name }) => name)).toEqual(['error', 'notice']);
  expect(commandsOf(passedReport()).map(({ name }) => name)).toEqual(['notice']);
});

test('recorded text cannot contain workflow commands', () => {
  for (const line of renderGithub(hostile()).trimEnd().split('\n')) {
    expect(line).toMatch(/^::(error|warning|notice) /);
    expect(line).not.toMatch(/##\[|##vso\[|\r/);
  }
});
