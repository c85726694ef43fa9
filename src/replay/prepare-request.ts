// Prepares a recorded request for replay: whether it may be sent, which values it depends on, and the final request.

import type { Request } from '../exchange/exchange.ts';
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
import { isWrite, type SkippedRequest, skippedForSecret, skipReason } from './skip-request.ts';
import {
  apiOfTarget,
  type ReplayTarget,
  type ResolveTarget,
  type SplitPath,
  splitServerPath,
} from './targets.ts';
import type { UnreplayedWrites } from './unreplayed-writes.ts';

/** State and settings of one replay run. */
export interface ReplayContext {
  readonly resolveTarget: ResolveTarget;
  readonly secretStore: SecretStore;
  readonly allowWrites: boolean;
  readonly captures: CaptureRegistry;
  readonly unreplayedWrites: UnreplayedWrites;
  /** All encoded forms of every secret that was put into a request: reports redact them. */
  readonly secrets: Set<string>;
}

/** A recorded request that may be sent once its dependencies are settled. */
export interface PreparedRequest {
  readonly kind: 'prepared';
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

/** The final request. */
export interface ResolvedRequest {
  readonly kind: 'resolved';
  readonly prepared: PreparedRequest;
  readonly origin: string;
  readonly request: Request;
  /** The match target for the path of the final request. */
  readonly matchTarget: MatchTarget;
  /** Entries whose responses the request depends on; only in a plan, which sends nothing. */
  readonly dependsOn: readonly EntryLocation[];
}

/**
 * Decides whether a recorded request may be sent, and which captures it uses and provides.
 * Call it in the order of the recording: a request uses captures of earlier responses only.
 */
export function prepareRequest(
  recorded: RecordedExchange,
  matchTarget: MatchTarget,
  context: ReplayContext,
): PreparedRequest | SkippedRequest {
  const { exchange, origin, place } = recorded;
  const { captures, secretStore } = context;
  const splitPath = splitServerPath(exchange.request.path, matchTarget);
  const replayTarget = context.resolveTarget(origin, matchTarget, splitPath);
  // A cookie or token is sent only to the server that issued it: placeholders of several servers may be equal.
  const targetOrigin = typeof replayTarget === 'string' ? origin : replayTarget.origin;
  const operation = matchTarget.kind === 'operation' ? matchTarget.operation : undefined;
  const request: Request = {
    ...exchange.request,
    headers: replayableHeaders(exchange.request.headers, operation),
  };
  const slots = credentialSlots(request, exchange.redacted ?? [], matchTarget, secretStore).map(slot => {
    const key = slotKey(slot, origin, targetOrigin);
    return { slot, key, source: captures.findSource(key) };
  });
  const slotPositions = new Set(slots.map(({ slot }) => slot.position));
  const variableUses = variableUsesIn(request, matchTarget)
    .filter(variableUse => !slotPositions.has(variableUse.position))
    .flatMap(variableUse => {
      const source = captures.claimSource(variableUse.key);
      return source === undefined ? [] : [{ use: variableUse, source }];
    });
  const source = new CaptureSource(place, targetOrigin, isWrite(request));
  captures.register(source, capturesIn(exchange, matchTarget, { origin, targetOrigin }));
  const skipped =
    skipReason(request, replayTarget, context.allowWrites) ??
    skipWithoutSecret(slots, secretStore, apiOfTarget(matchTarget).name) ??
    context.unreplayedWrites.skipDependent(recorded);
  if (skipped !== undefined || typeof replayTarget === 'string') {
    source.settle(undefined);
    return skipped ?? { kind: 'skipped', reason: 'host-not-allowed', message: String(replayTarget) };
  }
  return {
    kind: 'prepared',
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

function slotKey({ position, name, recorded }: CredentialSlot, origin: string, targetOrigin: string): string {
  return position.startsWith('/cookie/')
    ? cookieKey(origin, targetOrigin, name)
    : tokenKey(targetOrigin, recorded ?? '');
}

/** Skips the request if a placeholder has neither a secret nor a capture that could replace it. */
function skipWithoutSecret(
  slots: PreparedRequest['slots'],
  secretStore: SecretStore,
  api: string,
): SkippedRequest | undefined {
  const unfilled = slots.filter(
    ({ slot, source }) => slot.isPlaceholder && !slot.isOptional && slot.value === undefined && !source,
  );
  if (unfilled.length === 0) return undefined;
  return skippedForSecret(
    unfilled.map(({ slot }) => slot),
    secretStore,
    api,
  );
}

/** Waits for the responses that the request depends on, and fills in their values and the secrets. */
export async function resolveRequest(
  prepared: PreparedRequest,
  { captures, secretStore, secrets }: ReplayContext,
): Promise<ResolvedRequest | SkippedRequest> {
  const { recorded, matchTarget, replayTarget, path: splitPath, request, slots, variableUses } = prepared;
  const values = new Map<string, Scalar | undefined>();
  const dependsOn = new Map<CaptureSource, EntryLocation>();
  const skippedForDependency = (
    { place: { file, entry } }: CaptureSource,
    problem: string,
  ): SkippedRequest => {
    const where = file === recorded.place.file ? `entry ${entry}` : `${file} entry ${entry}`;
    return {
      kind: 'skipped',
      reason: 'missing-dependency',
      message: `it needs a value from ${where}: ${problem}`,
    };
  };
  const skippedForMissing = (source: CaptureSource): SkippedRequest =>
    skippedForDependency(source, 'that exchange was skipped, or its response does not contain the value');
  for (const { use: variableUse, source } of variableUses) {
    await source.settled;
    const captured = source.valueOf(variableUse.key);
    if (captured === 'missing') return skippedForMissing(source);
    if (source.targetOrigin !== replayTarget.origin) {
      // A read does not create the value: the other server has it already.
      if (!source.creates || (typeof captured === 'object' && captured.value === variableUse.value)) continue;
      return skippedForDependency(
        source,
        `a value from ${source.targetOrigin} is not sent to another server`,
      );
    }
    if (captured === 'planned') dependsOn.set(source, source.place);
    else if (typeof captured === 'object') {
      values.set(variableUse.position, captured.value);
      // A token in a path is still a secret.
      if (captures.findSource(tokenKey(replayTarget.origin, String(variableUse.value))) !== undefined)
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
    else if (source?.creates) return skippedForMissing(source);
    else if (slot.isPlaceholder) return skippedForSecret([slot], secretStore, apiOfTarget(matchTarget).name);
  }
  const filled = fillRequest(request, values);
  return {
    kind: 'resolved',
    prepared,
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
