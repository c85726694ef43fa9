// Validates a reply of a scenario against the document: it is declared, or has a reason.
import type { FindingCode } from '../finding/catalogue.ts';
import { formatLocation } from '../finding/finding.ts';
import { didYouMean } from '../finding/nearest-word.ts';
import { type Operation, responseFor } from '../openapi/model.ts';
import { stepStatus, withStatus } from './canned-response.ts';
import type { CompiledReply } from './compile.ts';
import { findViolations, sampleContext } from './reply-violations.ts';
import { TemplateError } from './template.ts';

/** Steps from the root of a scenario file. */
export type RulePath = readonly (string | number)[];
export type AddFinding = (code: FindingCode, at: RulePath, message: string) => void;

/** The reply with the status that its template gives for a sample request; undefined: that is not known. */
function withSampleStatus(
  operation: Operation,
  reply: CompiledReply,
  at: RulePath,
  report: AddFinding,
): CompiledReply | undefined {
  try {
    return withStatus(reply, sampleContext(operation));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    // Only a real request has what the template reads.
    if (!/\b(?:request|memory)\b/.test(String(reply.step.status)))
      report('scenario-template', [...at, 'status'], error.message);
    return undefined;
  }
}

/** A reply to copy into a scenario. */
function offContractReply(status: number): string {
  const body = [204, 205, 304].includes(status) ? 'null' : `{ message: "Status ${status}" }`;
  return `{ status: ${status}, body: ${body}, off-contract: "the reason" }`;
}

export function checkReply(
  operation: Operation,
  compiled: CompiledReply,
  at: RulePath,
  report: AddFinding,
): void {
  const reply = withSampleStatus(operation, compiled, at, report);
  if (reply === undefined) return;
  const { step } = reply;
  const status = stepStatus(operation, step);
  const declared = responseFor(operation, status);
  const hasReason = step['off-contract'] !== undefined;
  if (declared === undefined && step.body === undefined && reply.bodyFile === undefined) {
    const statuses = operation.responses.map(response => response.status).join(', ');
    const needs = hasReason
      ? ', so the reply needs a body'
      : `: give a body, and the reason as "off-contract": ${offContractReply(status)}`;
    report(
      'scenario-unknown',
      at,
      `${operation.id} declares no response ${status} (declared: ${statuses})${needs}`,
    );
    return;
  }
  const examples = declared?.contents.flatMap(content => content.examples) ?? [];
  if (step.example !== undefined && !examples.some(({ name }) => name === step.example)) {
    const names = examples.map(({ name }) => name);
    const hint = didYouMean(step.example, names) || `; it has ${names.join(', ') || 'none'}`;
    report(
      'scenario-unknown',
      [...at, 'example'],
      `response ${status} of ${operation.id} has no example "${step.example}"${hint}`,
    );
    return;
  }
  try {
    for (const finding of findViolations(operation, reply, false)) {
      if (hasReason) continue;
      const location = finding.location === undefined ? '' : ` (${formatLocation(finding.location)})`;
      const inBody = finding.at
        .replace(/^\/response\/body/, '')
        .split('/')
        .filter(name => name !== '');
      const path = step.body === undefined ? at : [...at, 'body', ...inBody];
      report(
        'scenario-off-contract',
        path,
        `${finding.message}${location}; fix it, or give the reason as "off-contract"`,
      );
    }
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    report('scenario-template', at, error.message);
  }
}
