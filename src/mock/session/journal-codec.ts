// Writes an exchange of a journal as text for a store outside the process, redacted, and reads it back.

import { Buffer } from 'node:buffer';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import {
  type Body,
  type Exchange,
  isRecorded,
  type Request,
  type Response,
} from '../../exchange/exchange.ts';
import { optionalMember } from '../../exchange/optional-member.ts';
import { parsePathTemplate } from '../../openapi/path-template.ts';
import { type AppliedRule, compiledRules } from '../../scenario/compile.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { NO_PREFERENCES } from '../preferences.ts';
import { operationTarget } from '../target.ts';
import {
  type JournalEntry,
  type JournaledEvent,
  type RedactedEvent,
  redactEvent,
} from './journaled-event.ts';

/** Replicas of different versions may share a store: an entry says how it is written. */
const FORMAT = 1;

type StoredBody = { readonly base64: string } | Exclude<Body, Uint8Array>;
type Stored<Message extends Request | Response> = Omit<Message, 'body'> & { readonly body: StoredBody };

/** The rest of the rule is in the scenario, which every replica has. */
interface StoredRule extends Pick<AppliedRule, 'key' | 'pointer' | 'entry'> {
  readonly on: string;
  readonly replies: boolean;
}

type StoredOperation = Record<'api' | 'id' | 'method' | 'path', string>;

interface StoredEntry
  extends Omit<RedactedEvent, 'isRedacted' | 'exchange' | 'operation' | 'rules'>,
    Pick<Exchange, 'id' | 'startedAt' | 'duration' | 'redacted'> {
  readonly format: typeof FORMAT;
  readonly request: Stored<Request>;
  readonly response: Stored<Response> | undefined;
  readonly operation: StoredOperation | undefined;
  readonly rules: readonly StoredRule[];
}

/** The entry as JSON, without secrets. Its operation is without its document, its rules without their scenarios. */
export function encodeEntry(event: JournaledEvent): string {
  const { exchange, operation, rules, ...redacted } = redactEvent(event);
  const { id, startedAt, duration, request, response } = exchange;
  // Each member is named: an event may have others, which are not redacted.
  const entry: { readonly [Name in keyof Required<StoredEntry>]: StoredEntry[Name] } = {
    format: FORMAT,
    ...{ id, startedAt, duration, redacted: exchange.redacted },
    request: {
      method: request.method,
      path: request.path,
      query: request.query,
      transport: request.transport,
      ...storedMessage(request),
    },
    response: response && { status: response.status, ...storedMessage(response) },
    operation: operation && storedOperation(operation),
    session: redacted.session,
    sessionSource: redacted.sessionSource,
    preferences: redacted.preferences,
    findings: redacted.findings,
    refusedFor: redacted.refusedFor,
    tolerated: redacted.tolerated,
    problem: redacted.problem,
    rules: rules.map(storedRule),
    switches: redacted.switches,
    forcedBy: redacted.forcedBy,
    offContract: redacted.offContract,
    stateEffect: redacted.stateEffect,
    delivery: redacted.delivery,
    rateLimit: redacted.rateLimit,
    sessionTime: redacted.sessionTime,
    redactPersonal: redacted.redactPersonal,
    upstream: redacted.upstream,
    sent: redacted.sent,
    bodySource: redacted.bodySource,
  };
  return JSON.stringify(entry);
}

function storedMessage({ headers, withheld, mayBeMasked, body }: Request | Response) {
  return {
    headers,
    ...optionalMember('withheld', withheld),
    ...optionalMember('mayBeMasked', mayBeMasked),
    body: storedBody(body),
  };
}

function storedBody(body: Body): StoredBody {
  if (!isRecorded(body)) return body;
  return { base64: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64') };
}

function storedOperation({
  api,
  id,
  method,
  path,
}: NonNullable<JournaledEvent['operation']>): StoredOperation {
  return { api: api.name, id, method, path };
}

function storedRule({ key, pointer, entry, rule }: AppliedRule): StoredRule {
  const replies = rule.reply !== undefined;
  return { key, pointer, ...optionalMember('entry', entry), on: rule.on, replies };
}

/** Thrown for a text that is no entry. The message does not quote it. */
export class InvalidEntry extends Error {
  override readonly name = 'InvalidEntry';
}

const body = z.union([z.object({ base64: z.string() }), z.object({ notRecorded: z.string() })]);
const message = z.object({ headers: z.record(z.string(), z.array(z.string())), body });
const finding = z.object({ code: z.string(), message: z.string(), at: z.string() });
const texts = z.array(z.string());

/** What readers of entries rely on. */
const entrySchema = z.object({
  format: z.literal(FORMAT),
  id: z.string(),
  startedAt: z.number(),
  duration: z.number(),
  redacted: texts.optional(),
  request: message.extend({ method: z.string(), path: z.string(), query: z.string() }),
  response: message.extend({ status: z.number() }).optional(),
  operation: z.record(z.enum(['api', 'id', 'method', 'path']), z.string()).optional(),
  session: z.string(),
  sessionSource: z.string(),
  preferences: z.looseObject({}).optional(),
  findings: z.array(finding),
  refusedFor: finding.optional(),
  tolerated: z.object({ finding }).optional(),
  rules: z.array(z.object({ key: z.string(), pointer: z.string(), on: z.string(), replies: z.boolean() })),
  switches: texts,
  stateEffect: z.object({ token: z.string(), leftOff: texts, ignored: texts }).optional(),
  delivery: z.object({ delay: z.number() }),
  rateLimit: z
    .object({ rate: z.object({ text: z.string() }), setBy: z.looseObject({}), resetsAt: z.number() })
    .optional(),
  upstream: z.object({ origin: z.string(), path: z.string() }).optional(),
  sent: z.object({ kind: z.string(), name: z.string() }).optional(),
  bodySource: z.object({ kind: z.string() }).optional(),
});

/**
 * @param ruleOf the rule of a key, as it is loaded now; see appliedRuleOf
 * @throws InvalidEntry if encodeEntry did not write the text, or another version did
 */
export function decodeEntry(
  text: string,
  sequence: number,
  ruleOf: (key: string) => AppliedRule | undefined,
): JournalEntry {
  const { id, startedAt, duration, redacted, request, response, operation, rules, ...entry } =
    parseEntry(text);
  const { format: _, preferences, bodySource, ...others } = entry;
  return {
    ...others,
    isRedacted: true,
    sequence,
    bodySource,
    // JSON has no members that are undefined.
    ...(preferences !== undefined && {
      preferences: 'message' in preferences ? preferences : { ...NO_PREFERENCES, ...preferences },
    }),
    exchange: {
      ...{ id, startedAt, duration },
      request: { ...request, body: bodyOf(request.body) },
      ...(response !== undefined && { response: { ...response, body: bodyOf(response.body) } }),
      ...optionalMember('redacted', redacted),
    },
    operation: operation && servedOperation(operation),
    rules: rules.map(({ key, entry: position, ...stored }) => ({
      ...(ruleOf(key) ?? unloadedRule(key, stored, response?.status)),
      ...optionalMember('entry', position),
    })),
  };
}

function parseEntry(text: string): StoredEntry {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidEntry('it is not JSON');
  }
  const { error } = entrySchema.safeParse(value);
  if (error !== undefined) {
    const at = error.issues[0]?.path.join('.');
    throw new InvalidEntry(
      at === 'format' ? 'another version of deadringer wrote it' : `"${at}" is missing or invalid`,
    );
  }
  return value as StoredEntry;
}

function bodyOf(body: StoredBody): Body {
  return 'base64' in body ? Buffer.from(body.base64, 'base64') : body;
}

function unloadedRule(
  key: string,
  { pointer, on, replies }: Pick<StoredRule, 'pointer' | 'on' | 'replies'>,
  status: number | undefined,
): AppliedRule {
  const rule = { on, ...(replies && { reply: status ?? 'upstream' }) } as AppliedRule['rule'];
  return { key, pointer, source: undefined, isUnloaded: true, rule };
}

type DecodedOperation = NonNullable<JournaledEvent['operation']>;

/** The entries of a journal share few operations. */
const OPERATIONS = new LRUCache<string, DecodedOperation>({ max: 5000 });

function servedOperation({ api: name, id, method, path }: StoredOperation): DecodedOperation {
  const key = JSON.stringify([name, id, method, path]);
  let operation = OPERATIONS.get(key);
  if (operation === undefined) {
    const api = { name };
    const target = operationTarget({ api, id });
    // The entry is redacted already.
    const names: DecodedOperation['redactedNames'] = new Set();
    operation = { target, id, method, path, segments: parsePathTemplate(path), api, redactedNames: names };
    OPERATIONS.set(key, operation);
  }
  return operation;
}

/** The rule of a key such as "petstore/not-found 1"; undefined: it is not loaded. */
export function appliedRuleOf(
  scenarios: ReadonlyMap<string, Scenario>,
  key: string,
): AppliedRule | undefined {
  const end = key.lastIndexOf(' ');
  const scenario = scenarios.get(key.slice(0, end));
  return scenario && compiledRules(scenario)[Number(key.slice(end + 1)) - 1]?.applied;
}
