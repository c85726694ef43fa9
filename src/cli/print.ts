// Findings and verdicts as lines for people.
import { pathValuesOf } from '../contract/path-values.ts';
import { severityOf } from '../contract/policy.ts';
import { redactedPath } from '../exchange/redact.ts';
import { type Finding, showClause } from '../finding/finding.ts';
import type { Trouble } from '../http/app.ts';
import type { Served } from '../mock/stage.ts';
import { printable, type Style } from '../reporters/safe.ts';

export function printFinding({ code, message, clause }: Finding, style: Style): string {
  const severity = severityOf(code);
  const mark =
    severity === 'error'
      ? style('red', 'error')
      : severity === 'warning'
        ? style('yellow', 'warning')
        : style('dim', 'note');
  const place = clause === undefined ? '' : `${clause.file}:${clause.line}:${clause.column} `;
  return `${place}${mark} ${printable(message)} ${style('dim', `(${code})`)}`;
}

/** The path as a log may show it: without the tokens that it may hold. */
export function shownPath({ operation }: Served, path: string): string {
  return redactedPath(path, operation && pathValuesOf(operation, path));
}

/** "PUT /petstore/pets/7 updatePet 400 1.2ms request body /name must be ... (specs/petstore.yaml:46)" */
export function printServed(served: Served, style: Style): string {
  const { exchange, operation, refusedFor, problem, findings, upstream } = served;
  const status = exchange.response?.status ?? 0;
  const colour = status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green';
  const words = [
    exchange.request.method.padEnd(7),
    printable(shownPath(served, exchange.request.path)),
    style('cyan', printable(operation?.id ?? '-')),
    style(colour, String(status)),
    style('dim', `${exchange.duration.toFixed(1)}ms`),
  ];
  if (problem !== undefined) words.push(style('red', `deadringer: ${problem}`));
  if (refusedFor !== undefined) words.push(reason(refusedFor));
  if (upstream !== undefined) words.push(style('dim', `by ${upstream.origin}`));
  if (upstream?.broke !== undefined) words.push(style('red', printable(upstream.broke)));
  const lines = [words.join(' ')];
  // The mock did not answer: what is wrong on either side is between the client and the service.
  if (upstream !== undefined && upstream.broke === undefined)
    return [...lines, ...findings.map(finding => `  ${printFinding(finding, style)}`)].join('\n');
  // What is wrong with the mock's own answer is a fault of the document, and is never passed over.
  for (const finding of findings) {
    if (finding.code.startsWith('response-') || finding.code === 'status-undocumented') {
      lines.push(`  ${style('red', 'own answer:')} ${reason(finding)}`);
    }
  }
  return lines.join('\n');
}

function reason({ message, clause }: Finding): string {
  return printable(clause === undefined ? message : `${message} (${showClause(clause)})`);
}

/** One object a line, for machines. No value of a header, a query or a body is in it; names are, in findings about them. */
export function jsonServed(served: Served): string {
  const { exchange, operation, refusedFor, problem, findings, upstream } = served;
  return JSON.stringify({
    time: new Date(exchange.startedAt).toISOString(),
    id: exchange.id,
    method: exchange.request.method,
    path: shownPath(served, exchange.request.path),
    api: operation?.api.name,
    operation: operation?.id,
    status: exchange.response?.status,
    milliseconds: Number(exchange.duration.toFixed(3)),
    refusedFor: refusedFor?.code,
    problem,
    upstream: upstream && { ...upstream, path: shownPath(served, upstream.path) },
    findings: findings.map(({ code, message, at, clause }) => ({
      code,
      message,
      at,
      clause: clause && showClause(clause),
    })),
  });
}

export function printTrouble(trouble: Trouble, style: Style): string {
  switch (trouble.kind) {
    case 'bug':
      return `${style('red', 'deadringer failed')} at ${trouble.request}: ${trouble.error instanceof Error ? trouble.error.stack : String(trouble.error)}`;
    case 'client-gone':
      return `${trouble.request} ${style('yellow', 'the client left before its request was complete')}`;
    case 'bad-http':
      return style('yellow', `something that is not HTTP was answered with an error (${trouble.code})`);
  }
}
