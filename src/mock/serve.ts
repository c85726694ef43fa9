// One live request, top to bottom: match it, judge it, refuse it or answer it, judge the answer, record the verdict.
import type { Contract, Operation } from '../contract/contract.ts';
import { judgeRequest } from '../contract/judge.ts';
import { createMatcher, type Matcher } from '../contract/match.ts';
import { refusalFor } from '../contract/refusals.ts';
import { UnusableSchema } from '../contract/schemas.ts';
import { EMPTY_BODY, header, type Request, type Response } from '../exchange/exchange.ts';
import { type Finding, showClause } from '../finding/finding.ts';
import type { Wish } from './answer.ts';
import { readPreferences } from './preferences.ts';
import { prepare } from './prepared.ts';
import { type Problem, problemResponse } from './problem.ts';
import { allowField, declaredRefusal, refuseUnmatched, undeclaredRefusal } from './refuse.ts';
import type { Served, Stage } from './stage.ts';

/** A contract ready to be served. */
export interface World {
  readonly contract: Contract;
  readonly match: Matcher;
}

export function createWorld(contract: Contract): World {
  return { contract, match: createMatcher(contract) };
}

/** Answers a request and records the verdict. Never throws for what a client or a document did. */
export async function serve(
  world: World,
  stage: Stage,
  asked: Request,
): Promise<Served & { response: Response }> {
  const id = stage.nextId();
  const startedAt = stage.now();
  const begun = stage.tick();
  const { wish, request } = readPreferences(asked);

  const finish = (outcome: Outcome): Served & { response: Response } => {
    const { operation, findings, refusedFor, problem } = outcome;
    const response = 'response' in outcome ? outcome.response : problemResponse(outcome.problem);
    const exchange = { id, startedAt, duration: stage.tick() - begun, request, response };
    const served = { exchange, operation, findings, refusedFor, problem: problem?.code, response };
    stage.record(served);
    return served;
  };

  const host = header(request.headers, 'host');
  const matched = world.match({ method: request.method, path: request.path, host });
  if (matched.kind !== 'operation') {
    if (matched.kind === 'method' && request.method === 'OPTIONS') {
      const response = { status: 204, headers: { allow: [allowField(matched.allow)] }, body: EMPTY_BODY };
      return finish({
        operation: undefined,
        findings: [],
        refusedFor: undefined,
        response,
        problem: undefined,
      });
    }
    const problem = refuseUnmatched(matched, request, `http://${host ?? 'localhost'}`);
    return finish({ operation: undefined, findings: [], refusedFor: undefined, problem });
  }
  const { operation } = matched;
  if ('complaint' in wish) {
    const problem: Problem = { code: 'bad-preference', detail: wish.complaint };
    return finish({ operation, findings: [], refusedFor: undefined, problem });
  }
  try {
    const findings = judgeRequest(matched, request);
    const refusal = refusalFor(operation.refusals, findings);
    const refusedFor = refusal?.finding;
    const turnedAway = refusal && declaredRefusal(operation, refusal);
    if (refusal !== undefined && turnedAway === undefined) {
      return finish({
        operation,
        findings,
        refusedFor,
        problem: undeclaredRefusal(operation, refusal, findings),
      });
    }
    // An error is sent whatever the client accepts: it is better read than hidden (RFC 9110 section 15.5.7).
    const { answer, findings: ofAnswer } = await prepare(
      operation,
      turnedAway
        ? { status: turnedAway.status, example: turnedAway.example, accept: undefined, seed: undefined }
        : wishOf(operation, request, wish, stage),
    );
    const all = ofAnswer.length === 0 ? findings : [...findings, ...ofAnswer];
    if ('problem' in answer) return finish({ operation, findings: all, refusedFor, problem: answer.problem });
    return finish({ operation, findings: all, refusedFor, response: answer.response, problem: undefined });
  } catch (error) {
    if (!(error instanceof UnusableSchema)) throw error;
    const { clause, message } = error.finding;
    const detail = clause === undefined ? message : `${showClause(clause)}: ${message}`;
    return finish({
      operation,
      findings: [error.finding],
      refusedFor: undefined,
      problem: { code: 'unusable-schema', detail },
    });
  }
}

type Outcome = {
  readonly operation: Operation | undefined;
  readonly findings: readonly Finding[];
  readonly refusedFor: Finding | undefined;
} & ({ readonly problem: Problem } | { readonly response: Response; readonly problem: undefined });

function wishOf(
  operation: Operation,
  request: Request,
  asked: {
    code: number | undefined;
    example: string | undefined;
    dynamic: boolean | undefined;
    seed: string | undefined;
  },
  stage: Stage,
): Wish {
  const dynamic =
    asked.dynamic ?? (asked.seed !== undefined || (stage.dynamic && asked.example === undefined));
  const seed = `${asked.seed ?? stage.seed} ${operation.api.name} ${operation.id} ${request.path}?${request.query}`;
  return {
    status: asked.code,
    example: asked.example,
    accept: header(request.headers, 'accept'),
    seed: dynamic ? seed : undefined,
  };
}
