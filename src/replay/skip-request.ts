// Decides which recorded requests are skipped, and with which reason and message.
import { isRecorded, parsePairs, type Request } from '../exchange/exchange.ts';
import { SAFE_METHODS } from '../exchange/methods.ts';
import type { CredentialSlot } from './credential-slots.ts';
import type { SecretStore } from './secret-store.ts';
import type { ReplayTarget } from './targets.ts';

/** A request that is not sent, or gets no response. `message`: one sentence. */
export interface SkippedRequest {
  readonly kind: 'skipped';
  readonly reason:
    | 'host-not-allowed'
    | 'write'
    | 'body-not-recorded'
    | 'missing-secret'
    | 'missing-dependency'
    | 'no-response'
    | 'mock-error';
  readonly message: string;
}

/** TRACE is safe as well, but never needed, and it echoes credentials. */
function changesNothing(method: string): boolean {
  return SAFE_METHODS.has(method) && method !== 'TRACE';
}

/** Whether the request has an unsafe method, after method overrides. */
export function isWrite(request: Request): boolean {
  return !changesNothing(effectiveMethod(request));
}

const METHOD_OVERRIDE_HEADERS = ['x-http-method-override', 'x-http-method', 'x-method-override'];

/** Frameworks replace the method by that of an override header or of "_method" in the query, some of them for GET too. */
function effectiveMethod({ method, headers, query }: Request): string {
  const overrides = [
    ...METHOD_OVERRIDE_HEADERS.flatMap(name => headers[name] ?? []),
    ...parsePairs(query).flatMap(({ name, value }) => (/^_method$/i.test(name) ? [value] : [])),
  ].map(method => method.trim().toUpperCase());
  return overrides.find(override => !changesNothing(override)) ?? method;
}

/** Undefined: the request may be sent. */
export function skipReason(
  request: Request,
  replayTarget: ReplayTarget | string,
  allowWrites: boolean,
): SkippedRequest | undefined {
  if (typeof replayTarget === 'string')
    return { kind: 'skipped', reason: 'host-not-allowed', message: replayTarget };
  if (isWrite(request) && !allowWrites)
    return {
      kind: 'skipped',
      reason: 'write',
      message: `${effectiveMethod(request)} may change data on the target; use --allow-writes to send it`,
    };
  if (!isRecorded(request.body))
    return {
      kind: 'skipped',
      reason: 'body-not-recorded',
      message: `the request body was not recorded: ${request.body.notRecorded}`,
    };
  return undefined;
}

/** Names all missing secrets at once, so that the user can set all of them. */
export function skippedForSecret(
  slots: readonly CredentialSlot[],
  secretStore: SecretStore,
  api: string,
): SkippedRequest {
  const message = [...new Set(slots.map(slot => missingSecretMessage(slot, secretStore, api)))].join('; ');
  return { kind: 'skipped', reason: 'missing-secret', message };
}

function missingSecretMessage(
  { name, position, recorded }: CredentialSlot,
  secretStore: SecretStore,
  api: string,
): string {
  const problem = recorded === undefined ? 'is not in the recording' : 'is a placeholder in the recording';
  // A secret in a path, or in a body that is not JSON, has no slot: only the recording can contain it.
  const remedy = position.startsWith('/request/')
    ? 'record again with --keep-secrets'
    : secretStore.hint(name, api, recorded);
  return `the secret "${name}" ${problem}; ${remedy}`;
}
