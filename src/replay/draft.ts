// A recorded request on its way to be asked again: whether it may be, what has to be known first, and what is sent then.
import type { RecordedExchange, Subject } from '../check/subject.ts';
import { matchOf } from '../contract/path-values.ts';
import { isRecorded, parsePairs, type Request } from '../exchange/exchange.ts';
import { splitScheme } from '../exchange/secrets.ts';
import type { Place } from '../recording/recorded.ts';
import type { Scalar } from './body-values.ts';
import { type Chain, Giver } from './chain.ts';
import { type Slot, slotsOf } from './credentials.ts';
import { fill } from './fill.ts';
import { cookieKey, giftsOf, tokenKey } from './gifts.ts';
import { type Mention, mentionsIn } from './identifiers.ts';
import { formsOf, type Wallet } from './secrets.ts';
import { withoutStale } from './stale.ts';
import { type Aim, type Aiming, type Below, belowServer } from './targets.ts';

export interface Means {
  readonly aim: Aiming;
  readonly wallet: Wallet;
  readonly allowWrites: boolean;
  readonly chain: Chain;
  /** Everything that was put into a request, in every form: to be taken out of whatever is shown. */
  readonly secrets: Set<string>;
}

/** What cannot be replayed, and why, in one sentence. */
export interface Left {
  readonly kind: 'left';
  readonly reason:
    | 'host-not-named'
    | 'write'
    | 'body-not-recorded'
    | 'secret'
    | 'depends'
    | 'no-answer'
    | 'mock-error';
  readonly why: string;
}

export interface Draft {
  readonly kind: 'draft';
  readonly recorded: RecordedExchange;
  readonly subject: Subject;
  readonly aim: Aim;
  readonly below: Below;
  readonly giver: Giver;
  readonly request: Request;
  readonly slots: readonly { readonly slot: Slot; readonly key: string; readonly giver: Giver | undefined }[];
  readonly mentions: readonly { readonly mention: Mention; readonly giver: Giver }[];
}

export interface Ready {
  readonly kind: 'ready';
  readonly draft: Draft;
  readonly origin: string;
  readonly request: Request;
  /** The subject, with the identifiers of now in its path. */
  readonly subject: Subject;
  /** Entries whose answers are needed to know the request; only where nobody is asked. */
  readonly awaits: readonly Place[];
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isWrite(request: Request): boolean {
  return !SAFE.has(methodOf(request));
}

const OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override'];

/** Frameworks do as these say, where a proxy or a form lets no other method through; some of them for a GET as well. */
function methodOf({ method, headers, query }: Request): string {
  const said = [
    ...OVERRIDES.flatMap(name => headers[name] ?? []),
    ...parsePairs(query).flatMap(({ name, value }) => (/^_method$/i.test(name) ? [value] : [])),
  ].map(each => each.trim().toUpperCase());
  return said.find(each => !SAFE.has(each)) ?? method;
}

/** To be called in the order of the recording: what is given and taken up is known by it. */
export function draft(recorded: RecordedExchange, subject: Subject, means: Means): Draft | Left {
  const { exchange, origin, place } = recorded;
  const { chain, wallet } = means;
  const below = belowServer(exchange.request.path, subject);
  const aim = means.aim(origin, subject, below);
  // Whoever gave a cookie or a token gets it back, and nobody else: placeholders of several may well be alike.
  const home = typeof aim === 'string' ? origin : aim.origin;
  const operation = subject.kind === 'operation' ? subject.operation : undefined;
  const request: Request = {
    ...exchange.request,
    headers: withoutStale(exchange.request.headers, operation),
  };
  const slots = slotsOf(request, exchange.redacted ?? [], subject, wallet).map(slot => {
    const key = keyOf(slot, origin, home);
    return { slot, key, giver: chain.known(key) };
  });
  const secret = new Set(slots.map(({ slot }) => slot.place));
  const mentions = mentionsIn(request, subject)
    .filter(mention => !secret.has(mention.place))
    .flatMap(mention => {
      const giver = chain.giverOf(mention.key);
      return giver === undefined ? [] : [{ mention, giver }];
    });
  const giver = new Giver(place, home, isWrite(request));
  chain.add(giver, giftsOf(exchange, subject, { origin, home }));
  const left = leave(request, aim, means) ?? withoutSecret(slots, wallet);
  if (left !== undefined || typeof aim === 'string') {
    giver.settle(undefined);
    return left ?? { kind: 'left', reason: 'host-not-named', why: String(aim) };
  }
  return { kind: 'draft', recorded, subject, aim, below, giver, request, slots, mentions };
}

function keyOf({ place, name, recorded }: Slot, origin: string, home: string): string {
  return place.startsWith('/cookie/') ? cookieKey(origin, home, name) : tokenKey(home, recorded ?? '');
}

function leave(request: Request, aim: Aim | string, { allowWrites }: Means): Left | undefined {
  if (typeof aim === 'string') return { kind: 'left', reason: 'host-not-named', why: aim };
  if (isWrite(request) && !allowWrites)
    return {
      kind: 'left',
      reason: 'write',
      why: `${methodOf(request)} may change something there; --allow-writes sends it`,
    };
  if (!isRecorded(request.body))
    return {
      kind: 'left',
      reason: 'body-not-recorded',
      why: `the body of the request was not recorded: ${request.body.notRecorded}`,
    };
  return undefined;
}

/** Placeholders that nobody can fill, whatever is answered before: all of them, so that they can be looked up in one go. */
function withoutSecret(slots: Draft['slots'], wallet: Wallet): Left | undefined {
  const empty = slots.filter(
    ({ slot, giver }) => slot.isPlaceholder && !slot.mayGo && slot.value === undefined && !giver,
  );
  if (empty.length === 0) return undefined;
  return secretLeft(
    empty.map(({ slot }) => slot),
    wallet,
  );
}

function secretLeft(slots: readonly Slot[], wallet: Wallet): Left {
  const why = [...new Set(slots.map(slot => missingSecret(slot, wallet)))].join('; ');
  return { kind: 'left', reason: 'secret', why };
}

function missingSecret({ name, place, recorded }: Slot, wallet: Wallet): string {
  const what = recorded === undefined ? 'is not in the recording' : 'is a placeholder in the recording';
  // A path, or what stands in a body that is no JSON, has no place that could be filled.
  const remedy = place.startsWith('/request/') ? 'record it with --keep-secrets' : wallet.hint(name);
  return `the secret "${name}" ${what}; ${remedy}`;
}

/** Waits for the answers that it depends on. */
export async function complete(each: Draft, { chain, wallet, secrets }: Means): Promise<Ready | Left> {
  const { recorded, subject, aim, below, request, slots, mentions } = each;
  const values = new Map<string, Scalar | undefined>();
  const awaits = new Map<Giver, Place>();
  const needs = ({ place: { file, entry } }: Giver, what: string): Left => {
    const where = file === recorded.place.file ? `entry ${entry}` : `${file} entry ${entry}`;
    return { kind: 'left', reason: 'depends', why: `it needs what ${where} ${what}` };
  };
  const missing = (giver: Giver): Left =>
    needs(giver, 'should have given, and that was not replayed or not answered as recorded');
  for (const { mention, giver } of mentions) {
    await giver.settled;
    const given = giver.give(mention.key);
    if (given === 'missing') return missing(giver);
    if (giver.home !== aim.origin) {
      // What a read gives is known there without it.
      if (!giver.makes || (typeof given === 'object' && given.value === mention.value)) continue;
      return needs(giver, `gave, and what ${giver.home} gives is sent to no other server`);
    }
    if (given === 'planned') awaits.set(giver, giver.place);
    else if (typeof given === 'object') {
      values.set(mention.place, given.value);
      // A token is no identifier for standing in a path.
      if (chain.known(tokenKey(aim.origin, String(mention.value))) !== undefined)
        remember(secrets, given.value);
    }
  }
  for (const { slot, key, giver } of slots) {
    if (slot.value !== undefined) {
      values.set(slot.place, slot.value);
      remember(secrets, slot.value);
      continue;
    }
    await giver?.settled;
    const given = giver?.give(key);
    if (given === 'planned' && giver !== undefined) awaits.set(giver, giver.place);
    else if (typeof given === 'object') {
      const token = String(given.value);
      values.set(slot.place, splitScheme(slot.recorded ?? '')[0] + token);
      remember(secrets, token);
    } else if (slot.isPlaceholder && slot.mayGo) values.set(slot.place, undefined);
    else if (giver?.makes) return missing(giver);
    else if (slot.isPlaceholder) return secretLeft([slot], wallet);
  }
  const filled = fill(request, values);
  return {
    kind: 'ready',
    draft: each,
    origin: aim.origin,
    request: { ...filled, path: `${aim.base}${filled.path.slice(below.base.length)}` || '/' },
    subject: subjectAt(subject, filled.path),
    awaits: [...awaits.values()],
  };
}

function remember(secrets: Set<string>, value: Scalar): void {
  for (const form of formsOf(String(value))) secrets.add(form);
}

function subjectAt(subject: Subject, path: string): Subject {
  return (subject.kind === 'operation' ? matchOf(subject.operation, path) : undefined) ?? subject;
}
