// Imports stub mappings of WireMock as one scenario, with its rules in the order in which WireMock tries the stubs.
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { escapeTemplates } from '../../scenario/template.ts';
import { type ImportInput, numberOfMember, placedObjects } from '../import-input.ts';
import { LossList } from '../loss-list.ts';
import type { Imported, ImportedRule, ImportedWhen, ImportPlace } from '../model.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { equalText, toCondition } from '../predicate.ts';
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
  const { scenarioName, requiredScenarioState: required, newScenarioState: next } = stub;
  const key = typeof scenarioName === 'string' ? stateKey(scenarioName, keys) : undefined;
  return {
    methods,
    path,
    when: key !== undefined && typeof required === 'string' ? inState(when, key, required) : when,
    reply,
    ...(key !== undefined && typeof next === 'string' && { remember: { [key]: escapeTemplates(next) } }),
    place,
  };
}

/** The name under which the session remembers the state of a scenario of WireMock. */
function stateKey(name: string, keys: Map<string, string>): string {
  const known = keys.get(name);
  if (known !== undefined) return known;
  const plain = name.replace(/[^\w -]+/g, '-').slice(0, 80);
  const key = `state of ${plain === name ? plain : `${plain} #${keys.size + 1}`}`;
  keys.set(name, key);
  return key;
}

/** Every scenario of WireMock begins in the state "Started". */
function inState(when: ImportedWhen, key: string, state: string): ImportedWhen {
  const condition = toCondition({ schema: equalText(state).schema, absent: state === 'Started' });
  return { ...when, memory: { ...when.memory, [key]: condition } };
}
