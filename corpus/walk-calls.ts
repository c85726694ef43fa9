// Sends the calls of a walk through a document, judges each answer, and counts what it finds.
import { isObject, type JsonObject } from './json.ts';
import type { Random } from './random.ts';
import { type CorpusRequest, type GivenParts, type Operation, operationsOf, requestOf } from './request.ts';
import { CannotSample } from './sample.ts';
import { type Asked, ask, type MockServer } from './server.ts';
import { variedBody } from './walk-body.ts';
import { type JudgeAnswer, missingMembers, type RoleOperation, type WalkItem } from './walk-model.ts';

export interface WalkFault {
  readonly kind: string;
  readonly request: string;
  readonly detail: string;
}

export interface Sent {
  readonly request: CorpusRequest;
  readonly answer: Asked;
  readonly operation: Operation;
  readonly members: JsonObject;
}

/** Problems that a document need not declare: the mock says that no item is there. */
const EXPECTED_PROBLEMS = new Set(['no-such-item', 'precondition-failed', 'patch-failed']);

export class WalkCalls {
  readonly #document: JsonObject;
  readonly #server: MockServer;
  readonly #random: Random;
  readonly #judge: JudgeAnswer;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly counts = new Map<string, number>();
  readonly faults: WalkFault[] = [];
  /** Number of requests that were sent. */
  sent = 0;

  constructor(document: JsonObject, server: MockServer, random: Random, judge: JudgeAnswer) {
    this.#document = document;
    this.#server = server;
    this.#random = random;
    this.#judge = judge;
    this.operations = new Map(operationsOf(document).map(each => [`${each.method} ${each.path}`, each]));
  }

  async send(
    { method, path }: RoleOperation,
    parents: readonly string[] | undefined,
    id?: string,
    query: Readonly<Record<string, string>> = {},
    idProperty?: string,
  ): Promise<Sent | undefined> {
    const operation = this.operations.get(`${method} ${path}`);
    if (operation === undefined) return undefined;
    let members: JsonObject = {};
    const body: GivenParts['body'] = (sampled, schema) => {
      const varied = variedBody(this.#document, sampled, schema, this.#random);
      // PUT on a collection has the id in its body.
      const isInBody = id !== undefined && idProperty !== undefined && !endsWithVariable(path);
      const made = isInBody && isObject(varied) ? { ...varied, [idProperty]: id } : varied;
      members = isObject(made) ? made : {};
      return made;
    };
    let request: CorpusRequest;
    try {
      request = requestOf(this.#document, operation, { path: valuesFor(path, parents, id), query, body });
    } catch (error) {
      if (!(error instanceof CannotSample)) throw error;
      this.count('not sampled');
      return undefined;
    }
    this.sent++;
    this.count('calls');
    const answer = await ask(this.#server, request);
    if (answer === 'no answer') {
      this.faults.push({ kind: 'no answer', request: textOf(request), detail: '' });
      return undefined;
    }
    const sent: Sent = { request, answer, operation, members };
    await this.#judgeAnswer(sent);
    return sent;
  }

  async #judgeAnswer(sent: Sent): Promise<void> {
    const { answer, operation } = sent;
    const { status, toolError } = answer;
    if (status >= 500 && toolError === undefined) this.fault('5xx', sent, '');
    if (toolError !== undefined) {
      if (EXPECTED_PROBLEMS.has(toolError)) this.count('off-contract, no such item');
      else if (isRefused(answer)) this.count('refused, error not declared');
      else this.fault('tool error', sent, toolError);
      return;
    }
    if (isRefused(answer)) this.count('refused');
    else this.count(stateOf(answer) === '' ? 'answered as documented' : `state: ${stateOf(answer)}`);
    const verdict = this.#judge(operation, answer);
    if (verdict.kind === 'invalid' && !(await this.#isDocumentsOwn(sent)))
      this.fault('invalid', sent, verdict.cause);
    else if (verdict.kind === 'invalid') this.count('invalid example of the document');
    else this.count(verdict.kind);
    if (/partial=/.test(String(answer.headers['x-deadringer-state'] ?? ''))) this.count('partial');
  }

  /** Whether the answer of the document alone is invalid, too: its example is. */
  async #isDocumentsOwn({ request, operation, answer: { status } }: Sent): Promise<boolean> {
    const headers = { ...request.headers, prefer: `code=${status}` };
    const answer = await ask(this.#server, { ...request, headers });
    return answer !== 'no answer' && this.#judge(operation, answer).kind !== 'valid';
  }

  /** Whether the answer shows the item as it was written. */
  compare(operation: RoleOperation, sent: Sent, item: WalkItem): void {
    if (operation.itemPlace === undefined || stateOf(sent.answer) === '') return;
    this.count('compared');
    const missing = missingMembers(
      this.#document,
      this.#judge,
      sent.operation,
      operation.itemPlace.pointer,
      sent.answer,
      item,
    );
    for (const { name, expected, shown } of missing)
      this.fault(
        'not what was written',
        sent,
        `${name}: ${JSON.stringify(expected)}, not ${JSON.stringify(shown)}`,
      );
  }

  count(kind: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  fault(kind: string, { request, answer, operation }: Sent, detail: string): void {
    const state = answer.headers['x-deadringer-state'] ?? answer.headers['x-deadringer-reason'] ?? '-';
    const text = `${textOf(request)} -> ${answer.status} [${String(state)}] ${answer.body.toString().slice(0, 300)}`;
    this.count(kind);
    this.faults.push({ kind, request: `${operation.method} ${operation.path}: ${text}`, detail });
  }
}

/** The variables of a path take the values in order: parents, then the item. */
function valuesFor(
  path: string,
  parents: readonly string[] | undefined,
  id: string | undefined,
): Record<string, string> {
  const names = [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name as string);
  const values: Record<string, string> = {};
  if (parents !== undefined)
    for (const [index, value] of parents.entries()) values[names[index] ?? ''] = value;
  const last = names.at(-1);
  if (id !== undefined && last !== undefined && endsWithVariable(path)) values[last] = id;
  return values;
}

function endsWithVariable(path: string): boolean {
  return /\}[^{}/]*\/?$/.test(path);
}

export function isSuccess({ status }: Asked): boolean {
  return status >= 200 && status < 300;
}

/** The mock rejects the request as invalid. */
export function isRefused({ headers }: Asked): boolean {
  return headers['x-deadringer-reason'] !== undefined;
}

/** "created"; empty: the mock answered as documented. */
export function stateOf({ headers }: Asked): string {
  return String(headers['x-deadringer-state'] ?? '').replace(/;.*/, '');
}

function textOf({ method, target, headers, body }: CorpusRequest): string {
  const type = headers['content-type'];
  return `${method} ${target}${body === undefined ? '' : ` ${type} ${body.slice(0, 500)}`}`;
}
