// Credential slots of a recorded request: where credentials are, and which value replaces each.

import { decodePercent, header, parseCookies, parsePairs, type Request } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { isPlaceholder, isSecretName, secretTest } from '../exchange/secrets.ts';
import { type ApiSpec, declaresCookie, secretNames } from '../openapi/model.ts';
import type { MatchTarget } from '../routing/match-target.ts';
import type { Match } from '../routing/trie.ts';
import { UnusableSchema } from '../schema/schemas.ts';
import { validateRequest } from '../validate/request.ts';
import { bodyValues, type Scalar } from './body-values.ts';
import { credentialField, hasPathPlaceholder, type SecretStore } from './secret-store.ts';
import { apiOfTarget } from './targets.ts';

/** One place that is to be filled. */
export interface CredentialSlot {
  /** "/header/authorization", "/cookie/sid", "/query/2", "/body/user/password" */
  readonly position: string;
  /** As people would name it: "authorization", "sid". */
  readonly name: string;
  /** What was recorded there; undefined: nothing, because the recording leaves it out. */
  readonly recorded: string | undefined;
  /** False: it was recorded as it was sent, and is good as long as nothing better is known. */
  readonly isPlaceholder: boolean;
  /** What the environment has, as it is to stand there. */
  readonly value: Scalar | undefined;
  /** True: without a value it is left out, because it is no credential as far as anybody knows. */
  readonly isOptional: boolean;
}

/** @param redacted where the recording says that it has placeholders; see Exchange.redacted */
export function credentialSlots(
  request: Request,
  redacted: readonly string[],
  matchTarget: MatchTarget,
  secretStore: SecretStore,
): CredentialSlot[] {
  const spec = apiOfTarget(matchTarget);
  const isSecret = secretTest(secretNames(spec));
  const operation = matchTarget.kind === 'operation' ? matchTarget.operation : undefined;
  const api = spec.name;
  const redactedPointers = new Set(redacted);
  const unmatchedPointers = new Set(redacted.filter(place => place.startsWith('/request/')));
  const slots: CredentialSlot[] = [];
  const addSlot = (
    place: string,
    at: string,
    name: string,
    recorded: string | undefined,
    fill: FormatSecret,
  ): void => {
    unmatchedPointers.delete(at);
    const secret = secretStore.find(name, api);
    slots.push({
      position: place,
      name,
      recorded,
      isPlaceholder: recorded === undefined || redactedPointers.has(at) || isPlaceholder(recorded),
      value: secret === undefined ? undefined : fill(secret),
      isOptional: place.startsWith('/cookie/') && !isCredentialCookie(name, matchTarget),
    });
  };
  for (const [name, values] of Object.entries(request.headers)) {
    const at = `/request/headers${jsonPointer(name)}`;
    const value = values?.join(', ');
    if (name === 'cookie' || value === undefined || !(isSecret(name) || redactedPointers.has(at))) continue;
    addSlot(`/header/${name}`, at, name, value, secret => credentialField(secret, value, operation));
  }
  addCookieSlots(request, redactedPointers, secretStore.find('cookie', api), addSlot);
  for (const [index, { name, value }] of parsePairs(request.query).entries()) {
    const at = `/request/query${jsonPointer(name)}`;
    if (isSecret(name, true) || redactedPointers.has(at))
      addSlot(`/query/${index}`, at, name, value, unchanged);
  }
  for (const { steps, value } of bodyValues(request)) {
    const at = `/request/body${jsonPointer(...steps)}`;
    // Whatever stands below a secret name is secret; a number that is none of its own cannot be told from one that is.
    const isNamed = typeof value === 'string' && steps.some(step => isSecret(step));
    if (!isNamed && !redactedPointers.has(at)) continue;
    const name = steps.findLast(step => !/^\d+$/.test(step)) ?? 'body';
    addSlot(`/body${jsonPointer(...steps)}`, at, name, String(value), secret =>
      typeof value === 'number' && Number.isFinite(Number(secret)) ? Number(secret) : secret,
    );
  }
  slots.push(...withheldSlots(request, matchTarget, secretStore, api));
  if (redactedPointers.has('/request/path') || hasPathPlaceholder(decodePercent(request.path)))
    unmatchedPointers.add('/request/path');
  // Places that cannot be found any more, and so cannot be filled.
  for (const at of unmatchedPointers) {
    const name = at.replace(/^\/request\//, '');
    slots.push({
      position: at,
      name,
      recorded: undefined,
      isPlaceholder: true,
      value: undefined,
      isOptional: false,
    });
  }
  return slots;
}

type FormatSecret = (secret: string) => Scalar;
type AddSlot = (place: string, at: string, name: string, recorded: string, fill: FormatSecret) => void;

const unchanged = (secret: string): string => secret;

function addCookieSlots(
  request: Request,
  redactedPointers: ReadonlySet<string>,
  whole: string | undefined,
  addSlot: AddSlot,
): void {
  const field = header(request.headers, 'cookie');
  if (field === undefined) return;
  const at = '/request/headers/cookie';
  // The whole field is named by the variable that is called so.
  if (whole !== undefined) {
    addSlot('/header/cookie', at, 'cookie', field, unchanged);
    return;
  }
  for (const { name, value } of parseCookies(field)) {
    const own = `/request/cookies${jsonPointer(name)}`;
    addSlot(`/cookie/${name}`, redactedPointers.has(own) ? own : at, name, value, unchanged);
  }
}

/** Browsers send cookies of analytics and settings along; those that log somebody in are named so, or by the document. */
function isCredentialCookie(name: string, matchTarget: MatchTarget): boolean {
  if (isSecretName(name) || /sid$|auth|login|user/i.test(name)) return true;
  const operations = matchTarget.kind === 'operation' ? [matchTarget.operation] : matchTarget.api.operations;
  return operations.some(operation => declaresCookie(operation, name));
}

/** What the recording may have left out, where the document asks for it or somebody has put it into the environment. */
function withheldSlots(
  request: Request,
  matchTarget: MatchTarget,
  secretStore: SecretStore,
  api: string,
): CredentialSlot[] {
  const missingHeaders = (request.withheld ?? []).filter(name => header(request.headers, name) === undefined);
  if (missingHeaders.length === 0) return [];
  const operation = matchTarget.kind === 'operation' ? matchTarget.operation : undefined;
  // The judge knows what it would have needed.
  const unknown =
    matchTarget.kind === 'operation'
      ? uncheckablePointers(matchTarget, request)
      : possibleCredentialPointers(matchTarget.api);
  return missingHeaders.flatMap((name): CredentialSlot[] => {
    const secret = secretStore.find(name, api);
    if (secret === undefined && !unknown.includes(`/request/headers${jsonPointer(name)}`)) return [];
    const value = secret === undefined ? undefined : credentialField(secret, undefined, operation);
    return [
      {
        position: `/header/${name}`,
        name,
        recorded: undefined,
        isPlaceholder: true,
        value,
        isOptional: false,
      },
    ];
  });
}

function uncheckablePointers(match: Match, request: Request): string[] {
  try {
    return validateRequest(match, request)
      .filter(({ code }) => code === 'security-not-checkable' || code === 'parameter-not-checkable')
      .map(({ at }) => at);
  } catch (error) {
    if (!(error instanceof UnusableSchema)) throw error;
    return possibleCredentialPointers(match.operation.api);
  }
}

/** Of what nobody can judge: where a document has credentials at all, they may have been sent here. */
function possibleCredentialPointers({ operations }: ApiSpec): string[] {
  return operations.some(({ security }) => security.length > 0)
    ? ['/request/headers/authorization', '/request/headers/cookie']
    : [];
}
