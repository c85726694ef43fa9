// Prepares a recorded request for replay: whether it may be sent, which values it depends on, and the final request.

import { isRecorded, parsePairs, type Request } from '../exchange/exchange.ts';
import { splitScheme } from '../exchange/secrets.ts';
import type { EntryLocation, RecordedExchange } from '../recording/model.ts';
import type { MatchTarget } from '../routing/match-target.ts';
import { matchForOperation } from '../routing/path-values.ts';
import type { Scalar } from './body-values.ts';
import { type CaptureRegistry, CaptureSource } from './capture-registry.ts';
import { capturesIn, cookieKey, tokenKey } from './captures.ts';
import { type CredentialSlot, credentialSlots } from './credential-slots.ts';
import { fillRequest } from './fill-request.ts';
import { type VariableUse, variableUsesIn } from './identifiers.ts';
import { replayableHeaders } from './request-headers.ts';
import { type SecretStore, secretForms } from './secret-store.ts';
import { type ReplayTarget, type ResolveTarget, type SplitPath, splitServerPath } from './targets.ts';

export interface ReplayContext {
  readonly resolveTarget: ResolveTarget;
  readonly secretStore: SecretStore;
  readonly allowWrites: boolean;
  readonly captures: CaptureRegistry;
  /** Everything that was put into a request, in every form: to be taken out of whatever is shown. */
  readonly secrets: Set<string>;
}

/** What cannot be replayed, and why, in one sentence. */
export interface SkippedRequest {
  readonly kind: 'left';
  readonly reason:
    | 'host-not-named'
    | 'write'
    | 'body-not-recorded'
    | 'secret'
    | 'depends'
    | 'no-answer'
    | 'mock-error';
  readonly message: string;
}

export interface PreparedRequest {
  readonly kind: 'draft';
  readonly recorded: RecordedExchange;
  readonly matchTarget: MatchTarget;
  readonly replayTarget: ReplayTarget;
  readonly path: SplitPath;
  readonly source: CaptureSource;
  readonly request: Request;
  readonly slots: readonly {
    readonly slot: CredentialSlot;
    readonly key: string;
    readonly source: CaptureSource | undefined;
  }[];
  readonly variableUses: readonly { readonly use: VariableUse; readonly source: CaptureSource }[];
}

export interface ResolvedRequest {
  readonly kind: 'ready';
  readonly prepared: PreparedRequest;
  readonly origin: string;
  readonly request: Request;
  /** The subject, with the identifiers of now in its path. */
  readonly matchTarget: MatchTarget;
  /** Entries whose answers are needed to know the request; only where nobody is asked. */
  readonly dependsOn: readonly EntryLocation[];
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isWrite(request: Request): boolean {
  return !SAFE_METHODS.has(effectiveMethod(request));
}

const METHOD_OVERRIDE_HEADERS = ['x-http-method-override', 'x-http-method', 'x-method-override'];

/** Frameworks do as these say, where a proxy or a form lets no other method through; some of them for a GET as well. */
function effectiveMethod({ method, headers, query }: Request): string {
  const overrides = [
    ...METHOD_OVERRIDE_HEADERS.flatMap(name => headers[name] ?? []),
    ...parsePairs(query).flatMap(({ name, value }) => (/^_method$/i.test(name) ? [value] : [])),
  ].map(prepared => prepared.trim().toUpperCase());
  return overrides.find(prepared => !SAFE_METHODS.has(prepared)) ?? method;
}

/** To be called in the order of the recording: what is given and taken up is known by it. */
export function prepareRequest(
  recorded: RecordedExchange,
  matchTarget: MatchTarget,
  context: ReplayContext,
): PreparedRequest | SkippedRequest {
  const { exchange, origin, place } = recorded;
  const { captures: chain, secretStore } = context;
  const splitPath = splitServerPath(exchange.request.path, matchTarget);
  const replayTarget = context.resolveTarget(origin, matchTarget, splitPath);
  // Whoever gave a cookie or a token gets it back, and nobody else: placeholders of several may well be alike.
  const targetOrigin = typeof replayTarget === 'string' ? origin : replayTarget.origin;
  const operation = matchTarget.kind === 'operation' ? matchTarget.operation : undefined;
  const request: Request = {
    ...exchange.request,
    headers: replayableHeaders(exchange.request.headers, operation),
  };
  const slots = credentialSlots(request, exchange.redacted ?? [], matchTarget, secretStore).map(slot => {
    const key = slotKey(slot, origin, targetOrigin);
    return { slot, key, source: chain.findSource(key) };
  });
  const secret = new Set(slots.map(({ slot }) => slot.position));
  const variableUses = variableUsesIn(request, matchTarget)
    .filter(variableUse => !secret.has(variableUse.position))
    .flatMap(variableUse => {
      const source = chain.claimSource(variableUse.key);
      return source === undefined ? [] : [{ use: variableUse, source }];
    });
  const source = new CaptureSource(place, targetOrigin, isWrite(request));
  chain.register(source, capturesIn(exchange, matchTarget, { origin, home: targetOrigin }));
  const skipped = skipReason(request, replayTarget, context) ?? skipWithoutSecret(slots, secretStore);
  if (skipped !== undefined || typeof replayTarget === 'string') {
    source.settle(undefined);
    return skipped ?? { kind: 'left', reason: 'host-not-named', message: String(replayTarget) };
  }
  return {
    kind: 'draft',
    recorded,
    matchTarget,
    replayTarget,
    path: splitPath,
    source,
    request,
    slots,
    variableUses,
  };
}

function slotKey(
  { position: place, name, recorded }: CredentialSlot,
  origin: string,
  targetOrigin: string,
): string {
  return place.startsWith('/cookie/')
    ? cookieKey(origin, targetOrigin, name)
    : tokenKey(targetOrigin, recorded ?? '');
}

function skipReason(
  request: Request,
  replayTarget: ReplayTarget | string,
  { allowWrites }: ReplayContext,
): SkippedRequest | undefined {
  if (typeof replayTarget === 'string')
    return { kind: 'left', reason: 'host-not-named', message: replayTarget };
  if (isWrite(request) && !allowWrites)
    return {
      kind: 'left',
      reason: 'write',
      message: `${effectiveMethod(request)} may change data on the target; --allow-writes sends it`,
    };
  if (!isRecorded(request.body))
    return {
      kind: 'left',
      reason: 'body-not-recorded',
      message: `the request body was not recorded: ${request.body.notRecorded}`,
    };
  return undefined;
}

/** Placeholders that nobody can fill, whatever is answered before: all of them, so that they can be looked up in one go. */
function skipWithoutSecret(
  slots: PreparedRequest['slots'],
  secretStore: SecretStore,
): SkippedRequest | undefined {
  const empty = slots.filter(
    ({ slot, source }) => slot.isPlaceholder && !slot.isOptional && slot.value === undefined && !source,
  );
  if (empty.length === 0) return undefined;
  return skippedForSecret(
    empty.map(({ slot }) => slot),
    secretStore,
  );
}

function skippedForSecret(slots: readonly CredentialSlot[], secretStore: SecretStore): SkippedRequest {
  const message = [...new Set(slots.map(slot => missingSecretMessage(slot, secretStore)))].join('; ');
  return { kind: 'left', reason: 'secret', message };
}

function missingSecretMessage(
  { name, position: place, recorded }: CredentialSlot,
  secretStore: SecretStore,
): string {
  const state = recorded === undefined ? 'is not in the recording' : 'is a placeholder in the recording';
  // A path, or what stands in a body that is no JSON, has no place that could be filled.
  const remedy = place.startsWith('/request/') ? 'record again with --keep-secrets' : secretStore.hint(name);
  return `the secret "${name}" ${state}; ${remedy}`;
}

/** Waits for the answers that it depends on. */
export async function resolveRequest(
  prepared: PreparedRequest,
  { captures: chain, secretStore, secrets }: ReplayContext,
): Promise<ResolvedRequest | SkippedRequest> {
  const { recorded, matchTarget, replayTarget, path: splitPath, request, slots, variableUses } = prepared;
  const values = new Map<string, Scalar | undefined>();
  const dependsOn = new Map<CaptureSource, EntryLocation>();
  const needs = ({ place: { file, entry } }: CaptureSource, state: string): SkippedRequest => {
    const where = file === recorded.place.file ? `entry ${entry}` : `${file} entry ${entry}`;
    return { kind: 'left', reason: 'depends', message: `it needs a value from ${where}: ${state}` };
  };
  const missing = (source: CaptureSource): SkippedRequest =>
    needs(source, 'that exchange was skipped, or its response does not contain the value');
  for (const { use: variableUse, source } of variableUses) {
    await source.settled;
    const captured = source.valueOf(variableUse.key);
    if (captured === 'missing') return missing(source);
    if (source.targetOrigin !== replayTarget.origin) {
      // What a read gives is known there without it.
      if (!source.creates || (typeof captured === 'object' && captured.value === variableUse.value)) continue;
      return needs(source, `a value from ${source.targetOrigin} is not sent to another server`);
    }
    if (captured === 'planned') dependsOn.set(source, source.place);
    else if (typeof captured === 'object') {
      values.set(variableUse.position, captured.value);
      // A token is no identifier for standing in a path.
      if (chain.findSource(tokenKey(replayTarget.origin, String(variableUse.value))) !== undefined)
        rememberSecret(secrets, captured.value);
    }
  }
  for (const { slot, key, source } of slots) {
    if (slot.value !== undefined) {
      values.set(slot.position, slot.value);
      rememberSecret(secrets, slot.value);
      continue;
    }
    await source?.settled;
    const captured = source?.valueOf(key);
    if (captured === 'planned' && source !== undefined) dependsOn.set(source, source.place);
    else if (typeof captured === 'object') {
      const token = String(captured.value);
      values.set(slot.position, splitScheme(slot.recorded ?? '')[0] + token);
      rememberSecret(secrets, token);
    } else if (slot.isPlaceholder && slot.isOptional) values.set(slot.position, undefined);
    else if (source?.creates) return missing(source);
    else if (slot.isPlaceholder) return skippedForSecret([slot], secretStore);
  }
  const filled = fillRequest(request, values);
  return {
    kind: 'ready',
    prepared: prepared,
    origin: replayTarget.origin,
    request: { ...filled, path: `${replayTarget.base}${filled.path.slice(splitPath.base.length)}` || '/' },
    matchTarget: matchTargetAt(matchTarget, filled.path),
    dependsOn: [...dependsOn.values()],
  };
}

function rememberSecret(secrets: Set<string>, value: Scalar): void {
  for (const form of secretForms(String(value))) secrets.add(form);
}

function matchTargetAt(matchTarget: MatchTarget, path: string): MatchTarget {
  return (
    (matchTarget.kind === 'operation' ? matchForOperation(matchTarget.operation, path) : undefined) ??
    matchTarget
  );
}
