// Credential slots of a recorded request: where credentials are, and which value replaces each.

import { decodePercent, header, parseCookies, parsePairs, type Request } from '../exchange/exchange.ts';
import { jsonPointer, splitPointer } from '../exchange/json-pointer.ts';
import { isCredentialMark, isRedactionMark } from '../exchange/redaction-marks.ts';
import { isPlaceholder, isSecretName, secretTest } from '../exchange/secrets.ts';
import { type ApiSpec, declaresCookie, secretNames } from '../openapi/model.ts';
import type { MatchTarget } from '../routing/match-target.ts';
import type { Match } from '../routing/trie.ts';
import { UnusableSchema } from '../schema/schemas.ts';
import { validateRequest } from '../validate/request.ts';
import { bodyValues, type Scalar } from './body-values.ts';
import { credentialField, hasPathPlaceholder, type SecretStore } from './secret-store.ts';
import { apiOfTarget } from './targets.ts';

/** One position of a credential in a request. */
export interface CredentialSlot {
  /** "/header/authorization", "/cookie/sid", "/query/2", "/body/user/password" */
  readonly position: string;
  /** Name of the credential: "authorization", "sid". */
  readonly name: string;
  /** The recorded value; undefined: the recording does not contain it. */
  readonly recorded: string | undefined;
  /** False: the recorded value is the real one, and is sent if there is no other. */
  readonly isPlaceholder: boolean;
  /** The secret from the environment, formatted for this position. */
  readonly value: Scalar | undefined;
  /** True: without a value the field is omitted, because it is probably not a credential. */
  readonly isOptional: boolean;
}

/**
 * The credential slots of a request.
 * @param redacted pointers of placeholders in the recording: see Exchange.redacted
 */
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
  const unmatchedPointers = new Set(redacted.filter(pointer => pointer.startsWith('/request/')));
  // A request with a mark in it is not the recorded one.
  const isMark = (value: unknown): boolean =>
    request.mayBeMasked === true && typeof value === 'string' && isRedactionMark(value);
  const slots: CredentialSlot[] = [];
  const addSlot = (
    position: string,
    at: string,
    name: string,
    recorded: string | undefined,
    fill: FormatSecret,
  ): void => {
    unmatchedPointers.delete(at);
    const secret = secretStore.find(name, api, position === '/header/cookie' ? undefined : recorded);
    slots.push({
      position,
      name,
      recorded,
      isPlaceholder:
        recorded === undefined ||
        redactedPointers.has(at) ||
        isPlaceholder(recorded) ||
        (request.mayBeMasked === true && isCredentialMark(recorded)),
      value: secret === undefined ? undefined : fill(secret),
      isOptional: position.startsWith('/cookie/') && !isCredentialCookie(name, matchTarget),
    });
  };
  for (const [name, values] of Object.entries(request.headers)) {
    const at = `/request/headers${jsonPointer(name)}`;
    const value = values?.join(', ');
    const isSlot = isSecret(name) || redactedPointers.has(at) || isMark(value);
    if (name === 'cookie' || value === undefined || !isSlot) continue;
    addSlot(`/header/${name}`, at, name, value, secret => credentialField(secret, value, operation));
  }
  addCookieSlots(request, redactedPointers, secretStore.find('cookie', api, undefined), addSlot);
  for (const [index, { name, value }] of parsePairs(request.query).entries()) {
    const at = `/request/query${jsonPointer(name)}`;
    if (isSecret(name, true) || redactedPointers.has(at) || isMark(value))
      addSlot(`/query/${index}`, at, name, value, unchanged);
  }
  for (const { steps, value } of bodyValues(request)) {
    const at = `/request/body${jsonPointer(...steps)}`;
    // Strings below a secret name are secrets. Numbers are not: an ordinary number looks the same as a secret one.
    const hasSecretName = typeof value === 'string' && steps.some(step => isSecret(step));
    if (!hasSecretName && !redactedPointers.has(at) && !isMark(value)) continue;
    const name = steps.findLast(step => !/^\d+$/.test(step)) ?? 'body';
    addSlot(`/body${jsonPointer(...steps)}`, at, name, String(value), secret =>
      typeof value === 'number' && Number.isFinite(Number(secret)) ? Number(secret) : secret,
    );
  }
  slots.push(...withheldSlots(request, matchTarget, secretStore, api));
  const path = decodePercent(request.path);
  if (redactedPointers.has('/request/path') || hasPathPlaceholder(path) || path.split('/').some(isMark))
    unmatchedPointers.add('/request/path');
  // Placeholders without a known position cannot be replaced.
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
type AddSlot = (position: string, at: string, name: string, recorded: string, fill: FormatSecret) => void;

const unchanged = (secret: string): string => secret;

function addCookieSlots(
  request: Request,
  redactedPointers: ReadonlySet<string>,
  cookieSecret: string | undefined,
  addSlot: AddSlot,
): void {
  const field = header(request.headers, 'cookie');
  if (field === undefined) return;
  const at = '/request/headers/cookie';
  // A secret named "cookie" replaces the whole header.
  if (cookieSecret !== undefined) {
    addSlot('/header/cookie', at, 'cookie', field, unchanged);
    return;
  }
  for (const { name, value } of parseCookies(field)) {
    const pointer = `/request/cookies${jsonPointer(name)}`;
    addSlot(`/cookie/${name}`, redactedPointers.has(pointer) ? pointer : at, name, value, unchanged);
  }
}

/** Whether the name of a cookie, or the document, says that it is a credential. Others are analytics or settings. */
function isCredentialCookie(name: string, matchTarget: MatchTarget): boolean {
  if (isSecretName(name) || /sid$|auth|login|user/i.test(name)) return true;
  const operations = matchTarget.kind === 'operation' ? [matchTarget.operation] : matchTarget.api.operations;
  return operations.some(operation => declaresCookie(operation, name));
}

/** Headers that the recording withholds, if the document requires them or the environment has a secret for them. */
function withheldSlots(
  request: Request,
  matchTarget: MatchTarget,
  secretStore: SecretStore,
  api: string,
): CredentialSlot[] {
  const { withheld = [] } = request;
  if (withheld.length === 0) return [];
  const operation = matchTarget.kind === 'operation' ? matchTarget.operation : undefined;
  // The validation reports which withheld credentials it could not check.
  const uncheckable =
    matchTarget.kind === 'operation'
      ? uncheckablePointers(matchTarget, request)
      : possibleCredentialPointers(matchTarget.api);
  const named = withheld.includes('*')
    ? uncheckable.filter(at => at.startsWith('/request/headers/')).map(at => splitPointer(at)[2] ?? '')
    : withheld.filter(name => !name.startsWith('/'));
  const missingHeaders = named.filter(name => header(request.headers, name) === undefined);
  return missingHeaders.flatMap((name): CredentialSlot[] => {
    const secret = secretStore.find(name, api, undefined);
    if (secret === undefined && !uncheckable.includes(`/request/headers${jsonPointer(name)}`)) return [];
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

/** For a request that cannot be validated: any operation with security means that credentials may have been sent. */
function possibleCredentialPointers({ operations }: ApiSpec): string[] {
  return operations.some(({ security }) => security.length > 0)
    ? ['/request/headers/authorization', '/request/headers/cookie']
    : [];
}
