// What `record` does with each exchange: redacts it, writes it, puts it into one class, and says so.
import { isUnjudged, isViolation } from '../check/judge-exchange.ts';
import { type Placeholders, redactKeeping } from '../check/redacted.ts';
import { isOwnError } from '../check/subject.ts';
import { secretNames } from '../contract/contract.ts';
import { matchOf } from '../contract/path-values.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { askedAt, isOwnAnswer } from '../mock/asked.ts';
import type { Served } from '../mock/stage.ts';
import type { World } from '../mock/world.ts';
import type { Recording } from '../recording/append.ts';

export const CLASSES = ['kept', 'broken', 'not checkable', 'out of scope'] as const;
export type RecordedClass = (typeof CLASSES)[number];

export interface Recorder {
  /** @returns undefined when it was not for a real service */
  take(served: Served, world: World): Taken | undefined;
  /** How many of each class were asked of real services. */
  readonly counts: Readonly<Record<RecordedClass, number>>;
  /** Exchanges that are not in the recording. */
  lost(): number;
}

export interface Taken {
  readonly kind: RecordedClass;
  /** False: it is not in the recording. */
  readonly written: boolean;
  /** Why it was not even tried. */
  readonly why?: string;
}

/** @param keepSecrets true: everything is written as it was */
export function createRecorder(recording: Recording, keepSecrets: boolean): Recorder {
  const counts = { kept: 0, broken: 0, 'not checkable': 0, 'out of scope': 0 };
  const learned: Placeholders = new Map();
  let refused = 0;

  const clean = ({ operation, upstream }: Served, exchange: Exchange, world: World): Exchange | undefined => {
    if (keepSecrets) return exchange;
    const match = operation && upstream && matchOf(operation, upstream.path);
    return redactKeeping(match, exchange, namesOf(world), learned);
  };

  return {
    counts,
    lost: () => recording.stats.lost + refused,
    take(served, world) {
      const { upstream } = served;
      if (upstream === undefined) return undefined;
      const kind = classOf(served);
      counts[kind]++;
      const exchange = clean(served, asked(served, upstream), world);
      if (exchange === undefined) {
        refused++;
        return { kind, written: false, why: 'its secrets cannot be taken out without changing its verdict' };
      }
      const written = recording.write(exchange, upstream.origin, upstream.broke);
      return { kind, written };
    },
  };
}

/** What the mock said in its own name is no answer of the service. */
function asked(served: Served, upstream: NonNullable<Served['upstream']>): Exchange {
  const exchange = askedAt(upstream, served.exchange);
  if (!isOwnAnswer(served)) return exchange;
  const { response: _, ...unanswered } = exchange;
  return unanswered;
}

const NAMES = new WeakMap<World, ReadonlySet<string>>();

/** A key of one API is secret in a call that no document knows, too. */
function namesOf(world: World): ReadonlySet<string> {
  let names = NAMES.get(world);
  if (names === undefined) {
    names = new Set(world.contract.apis.flatMap(api => [...secretNames(api)]));
    NAMES.set(world, names);
  }
  return names;
}

/** As `check` will count it: see check/examine.ts. */
function classOf(served: Served): RecordedClass {
  const { exchange, operation, findings } = served;
  if (isOwnAnswer(served) || exchange.response === undefined) return 'out of scope';
  // The service may be a mock itself, and not know.
  if (isOwnError(exchange.response)) return 'out of scope';
  if (findings.some(isViolation)) return 'broken';
  if (operation === undefined) return findings.length > 0 ? 'not checkable' : 'out of scope';
  return findings.some(isUnjudged) ? 'not checkable' : 'kept';
}
