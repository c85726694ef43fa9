// Imports expectations of MockServer as one scenario: the highest priority first, then in the order of the file.
import { isObject, type JsonObject, textOfValue } from '../../exchange/json.ts';
import { type ImportInput, numberOfMember, placedObjects } from '../import-input.ts';
import { LossList } from '../loss-list.ts';
import type { Imported, ImportedReply, ImportedRule, ImportPlace } from '../model.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { stateRule } from '../state-keys.ts';
import { readExpectedRequest } from './request.ts';
import { type ResponseSource, readError, readResponse, readTemplate } from './response.ts';

/** Whether a file has expectations: one, or a list. */
export function isMockServer(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(isExpectation);
  return isExpectation(value);
}

function isExpectation(value: unknown): boolean {
  return isObject(value) && Object.keys(value).some(name => /^http[A-Z]/.test(name));
}

/** Replies of a list that are written out. */
const MAX_TIMES = 100;

export function importMockServer(input: ImportInput): Imported {
  const losses = new LossList();
  const expectations = input.files.flatMap((source): (readonly [JsonObject, ImportPlace])[] => {
    const place: ImportPlace = { source, pointer: '' };
    if (Array.isArray(source.value)) return [...placedObjects(source.value, place)];
    return isObject(source.value) ? [[source.value, place]] : [];
  });
  const priorityOf = ({ priority }: JsonObject): number => numberOfMember(priority) ?? 0;
  const ordered = expectations.toSorted(([left], [right]) => priorityOf(right) - priorityOf(left));
  const keys = new Map<string, string>();
  const rules = ordered.flatMap(([expectation, place]) => {
    const rule = losses.attempt(place, () => readExpectation(expectation, place, input, losses, keys));
    return rule === undefined ? [] : [rule];
  });
  return {
    format: 'mockserver',
    scenarios: [
      { name: 'mockserver', title: 'Replies as the expectations of MockServer do', onByDefault: true, rules },
    ],
    losses: losses.losses,
    resources: [],
  };
}

function readExpectation(
  expectation: JsonObject,
  place: ImportPlace,
  input: ImportInput,
  losses: LossList,
  keys: Map<string, string>,
): ImportedRule {
  for (const [name, remedy] of Object.entries(CONDITIONS))
    if (expectation[name] !== undefined)
      throw new NotCarriedOver(name, 'rules have no such condition', remedy, `/${name}`);
  const request = readExpectedRequest(isObject(expectation.httpRequest) ? expectation.httpRequest : {});
  const source: ResponseSource = { place, path: request.path, input, losses };
  const { scenarioName, scenarioState, newScenarioState } = expectation;
  const state = stateRule(scenarioName, scenarioState, newScenarioState, keys);
  const rule = { ...request, ...state, when: { ...request.when, ...state.when }, place };
  const reply = readActions(expectation, source);
  addLostSettings(expectation, place, losses);
  const times = readTimes(expectation.times, place, losses);
  if ('upstream' in reply || (times === undefined && reply.length === 1)) return { ...rule, reply };
  const replies =
    times === undefined ? reply : Array.from({ length: times }, (_, index) => reply[index % reply.length]);
  return {
    ...rule,
    reply: replies.filter(each => each !== undefined),
    // biome-ignore lint/suspicious/noThenProperty: a key of the file format; its value is a string, so it is no thenable
    then: times === undefined ? 'loop' : 'pass-on',
  };
}

/** Settings of an expectation that decide to which requests it replies. */
const CONDITIONS: Readonly<Record<string, string>> = {
  percentage: 'use "deliver: { percent }" for a delay or a fault, see docs/scenarios.md',
  namespace: 'use a session for each tenant, see docs/sessions.md',
  steps: 'write a list of replies, see docs/scenarios.md',
  capture: 'use "remember", see docs/scenarios.md',
};

function readActions(expectation: JsonObject, source: ResponseSource): ImportedRule['reply'] {
  const { httpResponses, responseMode = 'SEQUENTIAL' } = expectation;
  if (!Array.isArray(httpResponses)) {
    const reply = readAction(expectation, source);
    return 'upstream' in reply ? reply : [reply];
  }
  if (responseMode !== 'SEQUENTIAL')
    throw new NotCarriedOver(
      `responseMode ${textOfValue(responseMode)}`,
      'the replies of a list follow one another',
      'write a list of replies, see docs/scenarios.md',
      '/responseMode',
    );
  return httpResponses
    .filter(isObject)
    .map((each, index) => readResponse(each, source, `/httpResponses/${index}`));
}

function readAction(
  expectation: JsonObject,
  source: ResponseSource,
): ImportedReply | { readonly upstream: string } {
  const { httpResponse, httpResponseTemplate, httpError, httpForward } = expectation;
  if (isObject(httpResponse)) return readResponse(httpResponse, source, '/httpResponse');
  if (isObject(httpResponseTemplate)) return readTemplate(httpResponseTemplate, source);
  if (isObject(httpError)) return readError(httpError, source);
  if (isObject(httpForward)) {
    source.losses.add(
      source.place,
      '/httpForward',
      'httpForward',
      'the address of a real service belongs to the command, not to a scenario',
      'start the server with the --upstream that this command prints',
    );
    const scheme = textOfValue(httpForward.scheme ?? 'HTTP').toLowerCase();
    const port = numberOfMember(httpForward.port);
    return {
      upstream: `${scheme}://${textOfValue(httpForward.host)}${port === undefined ? '' : `:${port}`}`,
    };
  }
  const action =
    Object.keys(expectation).find(name => /^(?:http(?!Request$)|grpc|binary|dns)[A-Z]/.test(name)) ??
    'action';
  throw new NotCarriedOver(
    action,
    /Callback/.test(action) ? 'it is code, and code of others is never run' : 'rules have no such reply',
    'write the reply by hand, see docs/scenarios.md',
    action === 'action' ? '' : `/${action}`,
  );
}

const KNOWN = new Set([
  ...['id', 'priority', 'times', 'timeToLive', 'type', 'timestamp', 'responseMode'],
  ...['scenarioName', 'scenarioState', 'newScenarioState'],
]);

function addLostSettings(expectation: JsonObject, place: ImportPlace, losses: LossList): void {
  const { timeToLive } = expectation;
  if (isObject(timeToLive) && timeToLive.unlimited !== true && timeToLive.timeToLive !== undefined)
    losses.add(
      place,
      '/timeToLive',
      'timeToLive',
      'rules do not expire',
      'turn the scenario off with "deadringer use --off"',
    );
  for (const name of Object.keys(expectation))
    if (!KNOWN.has(name) && !/^http[A-Z]/.test(name))
      losses.add(
        place,
        `/${name}`,
        name,
        'rules have no such setting',
        'write it by hand, see docs/scenarios.md',
      );
}

/** @returns undefined: any number */
function readTimes(times: unknown, place: ImportPlace, losses: LossList): number | undefined {
  if (!isObject(times) || times.unlimited === true) return undefined;
  const count = numberOfMember(times.remainingTimes);
  if (count === undefined || count < 1) return undefined;
  if (count <= MAX_TIMES) return Math.floor(count);
  losses.add(
    place,
    '/times',
    'times',
    `a list of more than ${MAX_TIMES} replies is not written`,
    'use "deliver: { times }"',
  );
  return undefined;
}
