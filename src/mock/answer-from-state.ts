// What the stored items of a session answer: in the step that applies its scenarios, else in one of its own.

import { fixedStatus } from '../scenario/canned-response.ts';
import type { CompiledReply } from '../scenario/compile.ts';
import { type AppliedScenarios, isRequested } from './apply-scenarios.ts';
import type { DeclaredAnswer, DeclaredRequest } from './declared-request.ts';
import type { ResponseSelection } from './respond/create-response.ts';
import { answeredSelection, selectAsPrism, successSelection } from './select-response.ts';
import type { Maybe } from './session/session-journal.ts';
import type { Session } from './session/session-store.ts';
import {
  askState,
  type StateAnswer,
  type StateCall,
  type StateOutcome,
  toStateAnswer,
  updateState,
} from './state/respond-from-state.ts';

/**
 * Asks the stored items inside of the update that applies scenarios, if they answer the request.
 * @param isProxied true: an upstream answers what no scenario does
 * @returns undefined if they do not, or if a response of the document is not cached yet
 */
export function askStateInStep(
  request: DeclaredRequest,
  applied: AppliedScenarios,
  session: Session,
  isProxied: boolean,
): StateOutcome | undefined {
  const { rateLimit, forced, selection } = applied;
  if (rateLimit?.isExceeded === true || forced !== undefined || selection.exhausted) return undefined;
  if (selection.response === 'upstream' || (selection.response === undefined && isProxied)) return undefined;
  const shown =
    selection.response === undefined
      ? storedSelection(request, applied)
      : repliedSelection(request, applied, selection.response);
  return shown && askState(toStateCall(request, applied, shown), session);
}

/** @returns undefined if the document answers */
export function answerFromState(
  request: DeclaredRequest,
  applied: AppliedScenarios,
): Maybe<DeclaredAnswer | undefined> {
  return answerWith(request, applied, () => storedSelection(request, applied));
}

/**
 * What the state answers, for a reply that changes it: with the status of the reply, else a success.
 * @returns undefined if the reply changes the response of the document
 */
export function storedAnswer(
  request: DeclaredRequest,
  applied: AppliedScenarios,
  reply: CompiledReply,
): Maybe<DeclaredAnswer | undefined> {
  const status = fixedStatus(reply.step);
  const withStatus = (answer: DeclaredAnswer | undefined): DeclaredAnswer | undefined => {
    if (answer === undefined || !('status' in answer.response)) return undefined;
    const found = answer.response.status;
    return found === (status ?? found) && isSuccess(found) ? answer : undefined;
  };
  const stored = answerWith(request, applied, () => repliedSelection(request, applied, reply));
  return stored instanceof Promise ? stored.then(withStatus) : withStatus(stored);
}

/** Selects the success that shows stored items; undefined: the document answers. */
function storedSelection(
  request: DeclaredRequest,
  { isStateful, seed }: AppliedScenarios,
): ResponseSelection | undefined {
  const { state, preferences, isRefused } = request;
  // A status or an example that the client requests is sent as the document has it.
  if (!isStateful || isRefused || isRequested(preferences)) return undefined;
  if (state.prism === undefined) return answeredSelection(request, seed);
  const selected = selectAsPrism(request, state.prism, seed);
  return 'problem' in selected ? undefined : selected.selection;
}

/** As storedSelection, for a request to which a scenario replies. */
function repliedSelection(
  { state, preferences, call }: DeclaredRequest,
  { isStateful, seed }: AppliedScenarios,
  { body, bodyFile, patch, statusTemplate, step }: CompiledReply,
): ResponseSelection | undefined {
  if (!isStateful || patch === undefined || body !== undefined || bodyFile !== undefined) return undefined;
  const status = fixedStatus(step);
  const isOfDocument =
    statusTemplate !== undefined ||
    step.example !== undefined ||
    (status !== undefined && !isSuccess(status));
  return isOfDocument || !call.valid ? undefined : successSelection(state, preferences, call, seed);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function answerWith(
  request: DeclaredRequest,
  applied: AppliedScenarios,
  select: () => ResponseSelection | undefined,
): Maybe<DeclaredAnswer | undefined> {
  const { state, session, call } = request;
  const finish = (outcome: StateOutcome): Maybe<DeclaredAnswer | undefined> => {
    const answer = toStateAnswer(outcome, call.operation);
    return answer instanceof Promise ? answer.then(toDeclared) : toDeclared(answer);
  };
  if (applied.stored !== undefined) return finish(applied.stored);
  const shown = select();
  if (shown === undefined) return undefined;
  return updateState(toStateCall(request, applied, shown), state.sessions, session, state.now()).then(finish);
}

function toStateCall(
  { context, exchange, call, findings }: DeclaredRequest,
  { templateContext }: AppliedScenarios,
  selection: ResponseSelection,
): StateCall {
  const { byPrefix } = context.sessionNames;
  return {
    call,
    selection,
    findings,
    exchange,
    at: templateContext.startedAt,
    urlPrefix: byPrefix === undefined ? '' : `/~${byPrefix}`,
  };
}

function toDeclared(answer: StateAnswer | undefined): DeclaredAnswer | undefined {
  if (answer === undefined) return undefined;
  const { effect, ...response } = answer;
  return { ...response, stateEffect: effect };
}
