// One line about an exchange of a journal: what happened, without headers and bodies.

import { type Body, isRecorded } from '../../exchange/exchange.ts';
import { isViolation } from '../../validate/exchange.ts';
import type { SentRequest, ServeEvent } from '../serve-event.ts';
import { type JournaledEvent, redactedTarget, withExchangeId } from './journaled-event.ts';

/**
 * failed: the request or the response violates the document. problem: the response is an error of the mock, for another
 * reason. passed: neither; there can be findings that are not violations.
 */
export const VERDICTS = ['passed', 'failed', 'problem'] as const;
export type ExchangeVerdict = (typeof VERDICTS)[number];

/** Redacted. */
export interface ExchangeSummary {
  /** Counts the entries of the session from 1. */
  readonly sequence: number;
  readonly id: string;
  readonly session: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly milliseconds: number;
  readonly api?: string;
  readonly operation?: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Undefined: there is no response. */
  readonly status?: number;
  readonly verdict: ExchangeVerdict;
  /** Number of findings. */
  readonly findings: number;
  readonly offContract?: string;
  readonly rules: readonly string[];
  /** Targets of the switches that changed the response. */
  readonly switches: readonly string[];
  /** Code of the finding because of which the mock rejected the request. */
  readonly refusedFor?: string;
  /** Code of the error of the mock. */
  readonly problem?: string;
  /** Set if the mock sent the request. */
  readonly sent?: SentRequest;
  /** Undefined: the body was not recorded. */
  readonly requestBytes?: number;
  readonly responseBytes?: number;
}

export function verdictOf({
  problem,
  refusedFor,
  findings,
  sent,
}: Pick<ServeEvent, 'problem' | 'refusedFor' | 'findings' | 'sent'>): ExchangeVerdict {
  // A rejected request is at fault itself, also if the document declares no response for that case.
  if (problem !== undefined && refusedFor === undefined) return 'problem';
  // The document declares how a receiver accepts a callback: another status says that it did not.
  if (sent !== undefined && findings.some(({ code }) => code === 'status-undocumented')) return 'failed';
  return refusedFor !== undefined || findings.some(isViolation) ? 'failed' : 'passed';
}

export function toExchangeSummary(event: JournaledEvent, sequence: number): ExchangeSummary {
  const { exchange, operation, session, offContract, rules, switches, refusedFor, problem, findings } = event;
  const { sent } = event;
  const { id, startedAt, duration, request } = exchange;
  const { response } = withExchangeId(event);
  const requestBytes = sizeOf(request.body);
  const responseBytes = response && sizeOf(response.body);
  return {
    sequence,
    id,
    session,
    startedAt: new Date(startedAt).toISOString(),
    milliseconds: Number(duration.toFixed(3)),
    ...(operation !== undefined && { api: operation.api.name, operation: operation.id }),
    method: request.method,
    ...redactedTarget(event),
    ...(response !== undefined && { status: response.status }),
    verdict: verdictOf(event),
    findings: findings.length,
    ...(offContract !== undefined && { offContract }),
    rules: rules.map(({ key }) => key),
    switches,
    ...(refusedFor !== undefined && { refusedFor: refusedFor.code }),
    ...(problem !== undefined && { problem }),
    ...(sent !== undefined && { sent }),
    ...(requestBytes !== undefined && { requestBytes }),
    ...(responseBytes !== undefined && { responseBytes }),
  };
}

function sizeOf(body: Body): number | undefined {
  return isRecorded(body) ? body.length : undefined;
}
