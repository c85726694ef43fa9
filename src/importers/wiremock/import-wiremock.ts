// Imports stub mappings of WireMock as one scenario, with its rules in the order in which WireMock tries the stubs.
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { type ImportInput, numberOfMember, placedObjects } from '../import-input.ts';
import { LossList } from '../loss-list.ts';
import type { Imported, ImportedRule, ImportPlace } from '../model.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { stateRule } from '../state-keys.ts';
import { readStubRequest } from './request.ts';
import { readStubResponse } from './response.ts';

/** Whether a file has stub mappings: one, or several below "mappings". */
export function isWireMock(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (Array.isArray(value.mappings))
    return value.mappings.length === 0 || value.mappings.some(each => isObject(each) && isStub(each));
  return isStub(value);
}

/** Each of its parts may be left out. */
function isStub({ request, response }: JsonObject): boolean {
  if (!isObject(request ?? {}) || !isObject(response ?? {})) return false;
  return isObject(response) ? response.statusCode === undefined : request !== undefined;
}

/** WireMock's default; 1 comes first. */
const DEFAULT_PRIORITY = 5;

export function importWireMock(input: ImportInput): Imported {
  const losses = new LossList();
  const stubs = input.files.flatMap(source => {
    const place: ImportPlace = { source, pointer: '' };
    if (!isObject(source.value)) return [];
    return Array.isArray(source.value.mappings)
      ? placedObjects(source.value.mappings, { source, pointer: '/mappings' })
      : [[source.value, place] as const];
  });
  const priorityOf = ({ priority }: JsonObject): number => numberOfMember(priority) ?? DEFAULT_PRIORITY;
  // Of stubs with one priority, the last one that was read is tried first.
  const ordered = stubs.toReversed().sort(([left], [right]) => priorityOf(left) - priorityOf(right));
  const keys = new Map<string, string>();
  const rules = ordered.flatMap(([stub, place]) => {
    const rule = losses.attempt(place, () => {
      if (isStub(stub)) return readStub(stub, place, input, losses, keys);
      throw new NotCarriedOver('mapping', 'it has neither a request nor a response', 'correct the mapping');
    });
    return rule === undefined ? [] : [rule];
  });
  return {
    format: 'wiremock',
    scenarios: [{ name: 'wiremock', title: 'Replies as the stubs of WireMock do', onByDefault: true, rules }],
    losses: losses.losses,
    resources: [],
  };
}

function readStub(
  stub: JsonObject,
  place: ImportPlace,
  input: ImportInput,
  losses: LossList,
  keys: Map<string, string>,
): ImportedRule {
  const { methods, path, when } = readStubRequest(isObject(stub.request) ? stub.request : {}, place, losses);
  const reply = readStubResponse(isObject(stub.response) ? stub.response : {}, path, place, input, losses);
  for (const name of ['postServeActions', 'serveEventListeners'])
    if (isObject(stub[name]) || (Array.isArray(stub[name]) && stub[name].length > 0))
      losses.add(
        place,
        `/${name}`,
        name,
        'requests after a response are callbacks, which the document declares',
        'declare the callback in the document, see docs/callbacks.md',
      );
  const { scenarioName, requiredScenarioState, newScenarioState } = stub;
  const { when: inState, remember } = stateRule(scenarioName, requiredScenarioState, newScenarioState, keys);
  return {
    ...{ methods, path, reply, place, when: { ...when, ...inState } },
    ...(remember !== undefined && { remember }),
  };
}
