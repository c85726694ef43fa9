// Finds the object of a response that shows what the request sent: the body, or the member that wraps it.

import type { DocumentNode } from '../../document/documents.ts';
import { jsonPointer, splitPointer } from '../../exchange/json-pointer.ts';
import type { Content, Operation } from '../../openapi/model.ts';
import type { StateSettings } from '../../openapi/state-settings.ts';
import { type OverlayTarget, overlayTarget } from './overlay-values.ts';
import {
  type IdRule,
  isNamedAs,
  namesByWords,
  type PathParameter,
  parameterPropertyOf,
  pathParametersOf,
} from './parameter-property.ts';
import { shapeOf, type ValueShape } from './value-shape.ts';

/** A property of the item that has the value of a path parameter. */
export interface IdMember {
  readonly parameter: string;
  readonly property: string;
  readonly rule: IdRule;
}

export interface RequestValuesPlace {
  readonly target: OverlayTarget;
  readonly ids: readonly IdMember[];
  /** The member of the request body that wraps the item; undefined: the body is the item. */
  readonly sentIn: string | undefined;
}

/** Members that wrap the item in an envelope. */
const WRAPPER = /^(?:data|result|item|payload|response|record|entity|body|content|object|resource|value)s?$/i;

/** Levels of members that may wrap the item. */
const MAX_LEVELS = 2;
/** Objects of a body that are compared. */
const MAX_PLACES = 50;

interface Candidate {
  readonly steps: readonly string[];
  readonly ids: readonly IdMember[];
  readonly sentIn: string | undefined;
  readonly score: number;
  /** True: the name of the member or of the schema says that it is the item. */
  readonly isItem: boolean;
}

/**
 * The object that declares most of the names in the request body, and the ids of the path.
 * @returns undefined if no object declares any
 */
export function requestValuesPlaceOf(operation: Operation, content: Content): RequestValuesPlace | undefined {
  const whole = overlayTarget(operation.api, content);
  if (whole === undefined) return undefined;
  const parameters = pathParametersOf(operation);
  const sent = sentNames(operation);
  const settings = operation.state === false ? {} : operation.state;
  const declared = settings.item;
  let best: Candidate | undefined;
  // Level by level, so that a body of many objects leaves room for those that wrap the item.
  const queue: { readonly shape: ValueShape; readonly steps: readonly string[] }[] = [
    { shape: whole.shape, steps: [] },
  ];
  for (const { shape, steps } of queue) {
    if (shape.names.size === 0 || shape.types.has('array')) continue;
    if (declared === undefined || declared === jsonPointer(...steps)) {
      const candidate = candidateAt(shape, steps, settings, parameters, sent);
      if (isBetter(candidate, best)) best = candidate;
    }
    // An envelope may wrap an envelope: "/data/customer".
    if (steps.length > 0 && (steps.length === MAX_LEVELS || !WRAPPER.test(steps.at(-1) ?? ''))) continue;
    for (const name of shape.names) {
      const member = shape.member(name);
      if (member !== undefined && member.names.size > 0 && queue.length < MAX_PLACES)
        queue.push({ shape: member, steps: [...steps, name] });
    }
  }
  // A body of any form may have what the item has.
  const isFreeForm =
    /^P/.test(operation.method) && sent.length > 0 && sent.every(({ names }) => names.size === 0);
  if (best === undefined || (best.score === 0 && !isFreeForm)) return undefined;
  const target = overlayTarget(operation.api, content, best.steps);
  return target && { target, ids: best.ids, sentIn: best.sentIn };
}

function isBetter(candidate: Candidate, best: Candidate | undefined): boolean {
  if (best === undefined || candidate.score > best.score) return true;
  // An envelope may have a member, such as a message, of the same name as the item in it.
  return candidate.score === best.score && candidate.isItem && !best.isItem;
}

function candidateAt(
  shape: ValueShape,
  steps: readonly string[],
  settings: StateSettings,
  parameters: readonly PathParameter[],
  sent: readonly Sent[],
): Candidate {
  const step = steps.at(-1);
  const names = [...shape.names];
  const byWords = namesByWords(names);
  const isScalar = (name: string): boolean => mayBeScalar(shape.member(name));
  const used = new Set<string>();
  const ids: IdMember[] = [];
  let isNamedItem = false;
  let certainty = 0;
  for (const parameter of parameters.toReversed()) {
    const isNamed = isNamedAfter(shape, step, parameter);
    isNamedItem ||= isNamed;
    const isItem = isNamed || (parameter.isLast && (steps.length === 0 || WRAPPER.test(step ?? '')));
    const isDeclared = parameter.isLast && settings.id !== undefined && shape.names.has(settings.id);
    const found = isDeclared
      ? ({ name: settings.id, rule: 'declared' } as const)
      : parameterPropertyOf(parameter, byWords, isScalar, isItem);
    if (found === undefined || used.has(found.name)) continue;
    used.add(found.name);
    // The last parameter identifies the item, another one what contains it.
    const weight = isItem || isDeclared ? (parameter.isLast ? 1.5 : 1) : 0.5;
    certainty = Math.max(certainty, weight);
    ids.push({ parameter: parameter.name, property: found.name, rule: found.rule });
  }
  let shared = 0;
  let sentIn: string | undefined;
  for (const each of sent) {
    const count = names.filter(name => each.names.has(name) && !used.has(name)).length;
    if (count > shared) [shared, sentIn] = [count, each.wrapper];
  }
  return {
    steps,
    ids,
    sentIn,
    score: shared + certainty,
    isItem: isNamedItem || (step !== undefined && WRAPPER.test(step)),
  };
}

function mayBeScalar(shape: ValueShape | undefined): boolean {
  return shape !== undefined && !shape.types.has('object') && !shape.types.has('array');
}

/** Whether the object has the name of the resource: as a member, or by its schema. */
function isNamedAfter(
  { nodes, schemas }: ValueShape,
  step: string | undefined,
  { resource }: PathParameter,
): boolean {
  if (step !== undefined && isNamedAs(step, resource)) return true;
  return [...schemas, ...nodes].some(node => {
    const name = componentName(node);
    return name !== undefined && isNamedAs(name, resource);
  });
}

/** The name of a schema under `components`. */
function componentName({ pointer }: DocumentNode): string | undefined {
  const [first, second, name, ...others] = splitPointer(pointer);
  return first === 'components' && second === 'schemas' && others.length === 0 ? name : undefined;
}

/** Names that a request may send: at the top of its body, or in the member that wraps them. */
interface Sent {
  readonly wrapper: string | undefined;
  readonly names: ReadonlySet<string>;
}

function sentNames({ api, requestBody }: Operation): readonly Sent[] {
  const sent: Sent[] = [];
  for (const { schema } of requestBody?.contents ?? []) {
    if (schema === undefined) continue;
    const { reader, schema: start } = api.schemas.reader(schema, 'request');
    const shape = shapeOf(reader, [start]);
    sent.push({ wrapper: undefined, names: shape.names });
    for (const wrapper of shape.names) {
      const names = shape.member(wrapper)?.names;
      if (names !== undefined && names.size > 0 && (shape.names.size === 1 || WRAPPER.test(wrapper)))
        sent.push({ wrapper, names });
    }
  }
  return sent;
}
