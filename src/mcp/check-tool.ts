// The tool that checks a recording against the served documents, like deadringer check.
import path from 'node:path';
import { z } from 'zod';
import type { Issue, Report } from '../check/report.ts';
import { readRecording } from './read-recording.ts';
import { addTool, control, type ToolContext, UNTRUSTED } from './tool.ts';

export function addCheckTool(context: ToolContext): void {
  addTool(
    context,
    'check_recording',
    {
      title: 'Check a recording',
      description: `Validates a recording (HAR, NDJSON, WireMock, Postman, VCR; also .gz and .zip) against the documents of the server, like "deadringer check": verdict, counts, and each cause once with the line of the document. ${UNTRUSTED}`,
      input: z.strictObject({
        file: z
          .string()
          .describe('Path below the working folder of this server, such as "recordings/traffic.har".'),
        apis: z.array(z.string()).default([]).describe('Only these APIs; default: all.'),
        servers: z
          .array(z.string())
          .default([])
          .describe(
            'Where the traffic was recorded, if no document names it: "petstore=https://staging.example.com/v2".',
          ),
        side: z
          .enum(['both', 'client', 'provider'])
          .default('both')
          .describe('Whose violations fail the check.'),
        limit: z.int().min(1).max(100).default(20).describe('Findings in the result, the most severe first.'),
      }),
      readOnly: true,
    },
    async ({ file, apis, servers, side, limit }) => {
      const bytes = await readRecording(context.folder, file);
      const query = new URLSearchParams([
        ['name', path.basename(file)],
        ['side', side],
        ...apis.map((name): [string, string] => ['api', name]),
        ...servers.map((url): [string, string] => ['server', url]),
      ]);
      const report = await control<Report>(context, 'POST', `/check?${query}`, bytes);
      const { verdict, accounting, findings, coverage } = report;
      return {
        verdict,
        exchanges: accounting,
        operations: { declared: coverage.levels.operations.declared, seen: coverage.levels.operations.seen },
        findings: findings.length,
        ...(findings.length > limit && { notListed: findings.length - limit }),
        untrusted: { reasons: report.reasons, findings: findings.slice(0, limit).map(shortIssue) },
      };
    },
  );
}

function shortIssue({
  code,
  kind,
  side,
  api,
  operation,
  message,
  location,
  exchanges,
  places,
  sample,
}: Issue): object {
  return {
    code,
    kind,
    side,
    target: `${api}.${operation.id}`,
    message,
    ...(location !== undefined && { location: `${location.file}:${location.line}:${location.column}` }),
    exchanges,
    entries: places.map(({ entry }) => entry),
    ...(sample.expected !== undefined && { expected: sample.expected }),
    ...(sample.actual !== undefined && { actual: sample.actual }),
  };
}
