// Finds the response that the next valid request of a session gets from an operation, and why, without a request at hand.

import type { DocumentNode } from '../../document/documents.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { perObject } from '../../exchange/per-object.ts';
import { formatLocation, type SourceLocation } from '../../finding/finding.ts';
import { type Operation, responseFor } from '../../openapi/model.ts';
import { stepStatus } from '../../scenario/canned-response.ts';
import { type PossibleReply, possibleReplies } from '../../scenario/possible-replies.ts';
import { chooseContent } from '../respond/choose-content.ts';
import { offContractReason } from '../respond/forced-response.ts';
import { activeScenariosFor, isStateOn } from '../served-config.ts';
import type { ServerState } from '../server-state.ts';
import { resourcesOf } from '../state/infer-resources.ts';
import { EVERYTHING } from '../target.ts';
import { rateInForce } from './rate-limits.ts';
import type { Session } from './session-store.ts';
import { nextRate, nextReply, switchesFor } from './switches.ts';

/** A response, and what decides on it. */
interface DecidedResponse {
  /** Undefined: it is not known beforehand, or it is an error of the mock. */
  readonly status?: number;
  readonly by: 'rate-limit' | 'switch' | 'scenario' | 'upstream' | 'document';
  /** What decides, in words that follow a status. */
  readonly text: string;
  /** Id of the scenario. */
  readonly scenario?: string;
  /** Target of the switch. */
  readonly target?: string;
  /** Why the status is off-contract; absent: the document declares it. */
  readonly offContract?: string;
  /** Where it is written, as "file:line". */
  readonly location?: string;
}

export interface ResponseInForce extends DecidedResponse {
  /** What a request gets instead if it meets the conditions of a scenario or exceeds a rate limit, the first that is tried first. */
  readonly conditional?: readonly DecidedResponse[];
}

/** The response of one source, and those that depend on the request; undefined: the next source decides. */
interface Decision {
  readonly decided: DecidedResponse | undefined;
  readonly conditional?: readonly DecidedResponse[];
}

type Source = (state: ServerState, session: Session, operation: Operation) => Decision;

/** In order of precedence, which is that of handleMatched in src/mock/handle.ts. */
const SOURCES: readonly Source[] = [fromRateLimit, fromSwitches, fromScenarios, fromUpstream];

/** What the mock decides for a request that is valid and prefers nothing. */
export function findResponseInForce(
  state: ServerState,
  session: Session,
  operation: Operation,
): ResponseInForce {
  if (operation.unusable !== undefined) return unusable(operation);
  const conditional: DecidedResponse[] = [];
  let decided: DecidedResponse | undefined;
  for (const source of SOURCES) {
    const decision = source(state, session, operation);
    conditional.push(...(decision.conditional ?? []));
    decided = decision.decided;
    if (decided !== undefined) break;
  }
  decided ??= fromDocument(state, session, operation);
  return conditional.length === 0 ? decided : { ...decided, conditional };
}

/** Which request exceeds the limit is not known: each credential has a count of its own. */
function fromRateLimit(_state: ServerState, session: Session, operation: Operation): Decision {
  const inForce = rateInForce(operation, nextRate(switchesFor(session.switches, operation)));
  if (inForce === undefined) return { decided: undefined };
  const { rate, setBy } = inForce;
  const declared = responseFor(operation, 429);
  const offContract = offContractReason(operation, 429);
  const by = 'node' in setBy ? 'the document' : `the switch of ${targetText(setBy.target)}`;
  const conditional: DecidedResponse = {
    status: 429,
    by: 'rate-limit',
    text: `the rate limit ${rate.text} of ${by}, if the request exceeds it`,
    ...('target' in setBy && { target: setBy.target }),
    ...(offContract !== undefined && { offContract }),
    ...(declared !== undefined && { location: formatLocation(locateResponse(operation, declared)) }),
  };
  return { decided: undefined, conditional: [conditional] };
}

function targetText(target: string): string {
  return target === EVERYTHING ? 'everything' : target;
}

function fromSwitches(_state: ServerState, session: Session, operation: Operation): Decision {
  const reply = nextReply(switchesFor(session.switches, operation), operation);
  if (reply === undefined) return { decided: undefined };
  const { target, example } = reply;
  const status = reply.status ?? stepStatus(operation, {});
  const offContract = offContractReason(operation, status);
  const declared = offContract === undefined ? responseFor(operation, status) : undefined;
  return {
    decided: {
      status,
      by: 'switch',
      text: `the switch of ${targetText(target)}${example === undefined ? '' : `, with the example "${example}"`}`,
      target,
      ...(offContract !== undefined && { offContract }),
      ...(declared !== undefined && { location: formatLocation(locateResponse(operation, declared)) }),
    },
  };
}

function fromScenarios(state: ServerState, session: Session, operation: Operation): Decision {
  const proxied = isProxied(state, operation);
  const scenarios = activeScenariosFor(state.config, session, operation, proxied);
  const replies = possibleReplies(scenarios, session.memory, operation);
  const responses = replies.map(reply => describeReply(reply, operation));
  const last = replies.at(-1);
  return last === undefined || last.conditional
    ? { decided: undefined, conditional: responses }
    : { decided: responses.at(-1), conditional: responses.slice(0, -1) };
}

function describeReply(
  { scenario, rule, step, position, conditional }: PossibleReply,
  operation: Operation,
): DecidedResponse {
  const { id, source } = scenario;
  // The request decides what a template gives.
  const status =
    typeof step === 'object' && step.statusTemplate === undefined
      ? stepStatus(operation, step.step)
      : undefined;
  // A built-in scenario has no file: it is a declared response.
  const location =
    source?.locate(jsonPointer('rules', rule)) ??
    locateResponse(operation, responseFor(operation, status ?? 0));
  const where = scenario.rules.length > 1 ? `, rule ${rule + 1}` : '';
  const which = position === undefined ? '' : `, reply ${position.number} of ${position.count}`;
  const what =
    step === 'upstream'
      ? 'the upstream service, by '
      : step === 'exhausted'
        ? 'an error, because the replies are used up: '
        : '';
  const condition = conditional ? ', if the request meets the conditions' : '';
  return {
    ...(status !== undefined && { status }),
    by: 'scenario',
    text: `${what}scenario ${id}${where}${which}${condition}`,
    scenario: id,
    location: formatLocation(location),
  };
}

function fromUpstream(state: ServerState, _session: Session, operation: Operation): Decision {
  if (!isProxied(state, operation)) return { decided: undefined };
  const upstream = state.upstreams.upstreamFor(operation.api.name, operation.id);
  return { decided: { by: 'upstream', text: `the upstream service ${upstream?.origin}` } };
}

function isProxied({ upstreams }: ServerState, operation: Operation): boolean {
  const upstream = upstreams.upstreamFor(operation.api.name, operation.id);
  return upstream !== undefined && upstream.mode !== 'on-request';
}

function fromDocument(
  { dynamic, config }: ServerState,
  session: Session,
  operation: Operation,
): DecidedResponse {
  const { api } = operation;
  const resource = isStateOn(config, session, api)
    ? resourcesOf(api).roleOf(operation)?.resource.name
    : undefined;
  const { successResponse: declared } = operation;
  const location = formatLocation(locateResponse(operation, declared));
  if (declared === undefined)
    return { by: 'document', text: 'an error, because the document declares no response', location };
  if (declared.unusable !== undefined) return unusable(operation);
  return {
    status: stepStatus(operation, {}),
    by: 'document',
    text: `the document, ${resource === undefined ? (dynamic ? generatedBody(operation) : declaredBody(operation)) : `with stored items of ${resource}`}`,
    location,
  };
}

function locateResponse(
  { api, node }: Operation,
  declared: { readonly node: DocumentNode } | undefined,
): SourceLocation {
  return api.documents.locate(declared?.node ?? node);
}

function generatedBody({ successResponse }: Operation): string {
  return successResponse?.contents.some(({ schema }) => schema !== undefined)
    ? 'with a random body'
    : 'without a body';
}

const declaredBody = perObject(describeDeclaredBody);

function describeDeclaredBody(operation: Operation): string {
  const { successResponse: declared } = operation;
  // Clients that prefer no media type send this.
  const selection = { accept: '*/*', example: undefined };
  const content = declared && chooseContent(operation, declared, selection)?.content;
  if (content === undefined) return 'without a body';
  const [example] = content.examples;
  if (example === undefined) return 'with a body made from the schema';
  return example.name === '' ? 'with its example' : `with the example "${example.name}"`;
}

function unusable({ unusable: ofOperation, successResponse }: Operation): DecidedResponse {
  const finding = ofOperation ?? successResponse?.unusable;
  return {
    by: 'document',
    text: `an error, because the document cannot be read here: ${finding?.message}`,
    ...(finding?.location && { location: formatLocation(finding.location) }),
  };
}
