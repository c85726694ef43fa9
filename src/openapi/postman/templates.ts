// Groups requests by method and path template: one operation for each.
import { singular, wordsOf } from '../../exchange/names.ts';
import { idStep, type PathStep, type PathVariable, type RequestAddress } from './address.ts';

/** A request with its address. */
export interface AddressedRequest {
  readonly method: string;
  readonly address: RequestAddress;
}

/** A method on a path template, and its requests. */
export interface OperationGroup<Request extends AddressedRequest> {
  readonly method: string;
  readonly path: string;
  readonly requests: readonly Request[];
  /** The variables of the path in order: of each request its own. */
  readonly variables: readonly (readonly PathVariable[])[];
}

/** What requests whose paths differ in values only have in the place of a number. */
interface NumberPlace {
  readonly numbers: Set<string>;
  hasVariable: boolean;
}

/** The groups in the order of their first requests. The names of the variables of a path are those of its first request. */
export function groupByTemplate<Request extends AddressedRequest>(
  requests: readonly Request[],
): OperationGroup<Request>[] {
  const places = numberPlaces(requests);
  const paths = new Map<string, string>();
  const groups = new Map<
    string,
    { method: string; path: string; requests: Request[]; variables: PathVariable[][] }
  >();
  for (const request of requests) {
    const steps = resolveNumbers(request.address, places);
    const shape = steps.map(shapeOf).join('/');
    const variables = steps.flatMap(step => (step.kind === 'variable' ? step.variables : []));
    const path = paths.get(shape) ?? templateOf(steps);
    paths.set(shape, path);
    const key = `${request.method} ${shape}`;
    const group = groups.get(key) ?? { method: request.method, path, requests: [], variables: [] };
    groups.set(key, group);
    group.requests.push(request);
    group.variables.push(variables);
  }
  return [...groups.values()];
}

/** The names of the variables of a path template. */
export function namesInTemplate(path: string): string[] {
  return [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
}

/** Every name occurs once. */
function templateOf(steps: readonly PathStep[]): string {
  const used = new Set<string>();
  const path = steps.map(({ text }) => `/${text}`).join('') || '/';
  return path.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    let unique = name;
    for (let count = 2; used.has(unique); count++) unique = `${name}${count}`;
    used.add(unique);
    return `{${unique}}`;
  });
}

function shapeOf({ kind, text }: PathStep): string {
  return kind === 'variable' ? text.replace(/\{[^{}]+\}/g, '{}') : text;
}

/** The shape of a path in which numbers are variables. */
function looseShape(steps: readonly PathStep[]): string {
  return steps.map(step => (step.kind === 'number' ? '{}' : shapeOf(step))).join('/');
}

function numberPlaces(requests: readonly AddressedRequest[]): ReadonlyMap<string, readonly NumberPlace[]> {
  const places = new Map<string, NumberPlace[]>();
  for (const { address } of requests) {
    const { steps } = address;
    const shape = looseShape(steps);
    const known = places.get(shape) ?? steps.map(() => ({ numbers: new Set<string>(), hasVariable: false }));
    places.set(shape, known);
    for (const [index, { kind, text }] of steps.entries()) {
      const place = known[index] as NumberPlace;
      if (kind === 'number') place.numbers.add(text);
      place.hasVariable ||= kind === 'variable';
    }
  }
  return places;
}

/** A number is a variable if another request has another value in its place, or if it follows a plural: "/users/7". */
function resolveNumbers(
  address: RequestAddress,
  places: ReadonlyMap<string, readonly NumberPlace[]>,
): readonly PathStep[] {
  const { steps } = address;
  if (steps.every(({ kind }) => kind !== 'number')) return steps;
  const known = places.get(looseShape(steps));
  return steps.map((step, index) => {
    const place = known?.[index];
    const before = steps[index - 1];
    if (step.kind !== 'number' || place === undefined) return step;
    const isValue = place.hasVariable || place.numbers.size > 1 || (before !== undefined && isPlural(before));
    return isValue ? idStep(step.text, before, address.node) : { kind: 'literal', text: step.text };
  });
}

function isPlural({ kind, text }: PathStep): boolean {
  const word = kind === 'literal' ? (wordsOf(text).at(-1) ?? '') : '';
  return word.length > 2 && singular(word) !== word;
}
