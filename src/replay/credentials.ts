// The places of a recorded request that hold credentials, and the request with what the environment and earlier answers have.
import type { Subject } from '../check/subject.ts';
import { type ApiSpec, declaresCookie, secretNames } from '../contract/contract.ts';
import { judgeRequest } from '../contract/judge.ts';
import { UnusableSchema } from '../contract/schemas.ts';
import type { Match } from '../contract/tree.ts';
import { decodePercent, header, parseCookies, parsePairs, type Request } from '../exchange/exchange.ts';
import { isPlaceholder, isSecretName, secretTest } from '../exchange/secrets.ts';
import { pointer } from '../finding/pointer.ts';
import { type Scalar, valuesOf } from './body-values.ts';
import { asField, hasPlaceholder, type Wallet } from './secrets.ts';
import { apiOf } from './targets.ts';

/** One place that is to be filled. */
export interface Slot {
  /** "/header/authorization", "/cookie/sid", "/query/2", "/body/user/password" */
  readonly place: string;
  /** As people would name it: "authorization", "sid". */
  readonly name: string;
  /** What was recorded there; undefined: nothing, because the recording leaves it out. */
  readonly recorded: string | undefined;
  /** False: it was recorded as it was sent, and is good as long as nothing better is known. */
  readonly isPlaceholder: boolean;
  /** What the environment has, as it is to stand there. */
  readonly value: Scalar | undefined;
  /** True: without a value it is left out, because it is no credential as far as anybody knows. */
  readonly mayGo: boolean;
}

/** @param redacted where the recording says that it has placeholders; see Exchange.redacted */
export function slotsOf(
  request: Request,
  redacted: readonly string[],
  subject: Subject,
  wallet: Wallet,
): Slot[] {
  const spec = apiOf(subject);
  const isSecret = secretTest(secretNames(spec));
  const operation = subject.kind === 'operation' ? subject.operation : undefined;
  const api = spec.name;
  const marked = new Set(redacted);
  const unfilled = new Set(redacted.filter(place => place.startsWith('/request/')));
  const slots: Slot[] = [];
  const take = (place: string, at: string, name: string, recorded: string | undefined, fill: Fill): void => {
    unfilled.delete(at);
    const secret = wallet.find(name, api);
    slots.push({
      place,
      name,
      recorded,
      isPlaceholder: recorded === undefined || marked.has(at) || isPlaceholder(recorded),
      value: secret === undefined ? undefined : fill(secret),
      mayGo: place.startsWith('/cookie/') && !isNeeded(name, subject),
    });
  };
  for (const [name, values] of Object.entries(request.headers)) {
    const at = `/request/headers${pointer(name)}`;
    const value = values?.join(', ');
    if (name === 'cookie' || value === undefined || !(isSecret(name) || marked.has(at))) continue;
    take(`/header/${name}`, at, name, value, secret => asField(secret, value, operation));
  }
  takeCookies(request, marked, wallet.find('cookie', api), take);
  for (const [index, { name, value }] of parsePairs(request.query).entries()) {
    const at = `/request/query${pointer(name)}`;
    if (isSecret(name, true) || marked.has(at)) take(`/query/${index}`, at, name, value, same);
  }
  for (const { steps, value } of valuesOf(request)) {
    const at = `/request/body${pointer(...steps)}`;
    // Whatever stands below a secret name is secret; a number that is none of its own cannot be told from one that is.
    const isNamed = typeof value === 'string' && steps.some(step => isSecret(step));
    if (!isNamed && !marked.has(at)) continue;
    const name = steps.findLast(step => !/^\d+$/.test(step)) ?? 'body';
    take(`/body${pointer(...steps)}`, at, name, String(value), secret =>
      typeof value === 'number' && Number.isFinite(Number(secret)) ? Number(secret) : secret,
    );
  }
  slots.push(...withheldSlots(request, subject, wallet, api));
  if (marked.has('/request/path') || hasPlaceholder(decodePercent(request.path)))
    unfilled.add('/request/path');
  // Places that cannot be found any more, and so cannot be filled.
  for (const at of unfilled) {
    const name = at.replace(/^\/request\//, '');
    slots.push({ place: at, name, recorded: undefined, isPlaceholder: true, value: undefined, mayGo: false });
  }
  return slots;
}

type Fill = (secret: string) => Scalar;
type Take = (place: string, at: string, name: string, recorded: string, fill: Fill) => void;

const same = (secret: string): string => secret;

function takeCookies(
  request: Request,
  marked: ReadonlySet<string>,
  whole: string | undefined,
  take: Take,
): void {
  const field = header(request.headers, 'cookie');
  if (field === undefined) return;
  const at = '/request/headers/cookie';
  // The whole field is named by the variable that is called so.
  if (whole !== undefined) {
    take('/header/cookie', at, 'cookie', field, same);
    return;
  }
  for (const { name, value } of parseCookies(field)) {
    const own = `/request/cookies${pointer(name)}`;
    take(`/cookie/${name}`, marked.has(own) ? own : at, name, value, same);
  }
}

/** Browsers send cookies of analytics and settings along; those that log somebody in are named so, or by the document. */
function isNeeded(name: string, subject: Subject): boolean {
  if (isSecretName(name) || /sid$|auth|login|user/i.test(name)) return true;
  const operations = subject.kind === 'operation' ? [subject.operation] : subject.api.operations;
  return operations.some(operation => declaresCookie(operation, name));
}

/** What the recording may have left out, where the document asks for it or somebody has put it into the environment. */
function withheldSlots(request: Request, subject: Subject, wallet: Wallet, api: string): Slot[] {
  const absent = (request.withheld ?? []).filter(name => header(request.headers, name) === undefined);
  if (absent.length === 0) return [];
  const operation = subject.kind === 'operation' ? subject.operation : undefined;
  // The judge knows what it would have needed.
  const unknown = subject.kind === 'operation' ? unknownTo(subject, request) : guarded(subject.api);
  return absent.flatMap((name): Slot[] => {
    const secret = wallet.find(name, api);
    if (secret === undefined && !unknown.includes(`/request/headers${pointer(name)}`)) return [];
    const value = secret === undefined ? undefined : asField(secret, undefined, operation);
    return [
      { place: `/header/${name}`, name, recorded: undefined, isPlaceholder: true, value, mayGo: false },
    ];
  });
}

function unknownTo(match: Match, request: Request): string[] {
  try {
    return judgeRequest(match, request)
      .filter(({ code }) => code === 'security-not-checkable' || code === 'parameter-not-checkable')
      .map(({ at }) => at);
  } catch (error) {
    if (!(error instanceof UnusableSchema)) throw error;
    return guarded(match.operation.api);
  }
}

/** Of what nobody can judge: where a document has credentials at all, they may have been sent here. */
function guarded({ operations }: ApiSpec): string[] {
  return operations.some(({ security }) => security.length > 0)
    ? ['/request/headers/authorization', '/request/headers/cookie']
    : [];
}
