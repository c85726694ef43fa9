// Sends callbacks and webhooks: a few at once, with limits of time and size, to this machine unless a host is allowed.

import { lookup as resolveHost } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecorded, type Request, type Response } from '../exchange/exchange.ts';
import { InputError } from '../finding/input-error.ts';
import {
  type CreatedRequest,
  createSentRequest,
  type SentContent,
} from '../mock/callbacks/create-request.ts';
import { planCallbacks } from '../mock/callbacks/plan-callbacks.ts';
import { recordSent, type SentSubject } from '../mock/callbacks/record-sent.ts';
import type { ServedResponse } from '../mock/handle.ts';
import { startExchange } from '../mock/proxy/proxied-request.ts';
import type { ServeEvent } from '../mock/serve-event.ts';
import type { ServerState } from '../mock/server-state.ts';
import { StoreUnavailable } from '../mock/session/session-store.ts';
import { TemplateError } from '../scenario/template.ts';
import type { SpanContext } from '../telemetry/trace-context.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { isLoopbackAddress, parseReceiver, refusedHostText, trustOf } from './callback-receivers.ts';
import { HttpClientError } from './client.ts';
import { createReplayClient } from './replay-client.ts';

/** Of the response of a receiver. */
const MAX_RESPONSE_BYTES = 1024 * 1024;
const MAX_AT_ONCE = 16;
/** Requests that wait, for their delay or because of MAX_AT_ONCE. */
const MAX_WAITING = 1000;
/** Of the exchanges that caused them, which are kept until then. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

export interface CallbackSenderOptions {
  readonly state: ServerState;
  readonly tracing: Tracing | undefined;
  /** Hosts besides this machine to which requests may be sent. */
  readonly hosts: readonly string[];
  /** Milliseconds until the response of a receiver must be complete. */
  readonly timeout: number;
  /** Ends all requests. */
  readonly closing: AbortSignal;
  /** Called for internal errors. */
  readonly onBug: (error: unknown, request: string) => void;
}

export interface CallbackSender {
  /**
   * Sends the callbacks of an exchange in the background.
   * @param isTrusted false: a page of another site sent the request, which could reach services of this machine by it
   */
  sendCallbacks(served: ServedResponse, isTrusted: boolean): void;
  /**
   * Sends a request. A failure is part of the event.
   * @param receiver as parseReceiver returns it
   * @param cause the span of the exchange that caused it
   * @throws InputError if the operation has no such example
   * @throws the reason of `closing`
   */
  send(subject: SentSubject, receiver: URL, content: SentContent, cause?: SpanContext): Promise<ServeEvent>;
}

export function createCallbackSender({
  state,
  tracing,
  hosts,
  timeout,
  closing,
  onBug,
}: CallbackSenderOptions): CallbackSender {
  const limits = { timeout, limit: MAX_RESPONSE_BYTES };
  const named = createReplayClient(limits);
  const local = createReplayClient({ ...limits, lookup: lookupLoopback });
  closing.addEventListener('abort', () => {
    named.close();
    local.close();
  });
  let active = 0;
  let waiting = 0;
  let waitingBytes = 0;
  const queue: (() => void)[] = [];
  /** Runs at most MAX_AT_ONCE actions at once. */
  const inTurn = async <Result>(action: () => Promise<Result>): Promise<Result> => {
    if (active >= MAX_AT_ONCE) await new Promise<void>(resolve => queue.push(resolve));
    else active++;
    try {
      closing.throwIfAborted();
      return await action();
    } finally {
      const next = queue.shift();
      if (next === undefined) active--;
      else next();
    }
  };

  const exchange = async (
    receiver: URL,
    { request }: CreatedRequest,
  ): Promise<{ readonly response: Response } | { readonly failure: string }> => {
    const trust = trustOf(receiver, hosts);
    if (trust === 'forbidden') return { failure: refusedHostText(receiver) };
    const { host, ...headers } = request.headers;
    const client = trust === 'named' ? named : local;
    const result = await client.send(receiver.origin, { ...request, headers }, closing);
    if ('response' in result || !result.failure.endsWith(NOT_LOCAL)) return result;
    return { failure: refusedHostText(receiver) };
  };

  /** Adds the field by which the receiver continues the trace. */
  const inTrace = (created: CreatedRequest, id: string, cause: SpanContext | undefined): CreatedRequest => {
    if (tracing === undefined) return created;
    const { request } = created;
    const traceparent = [tracing.sentTraceparent(id, cause)];
    return { ...created, request: { ...request, headers: { ...request.headers, traceparent } } };
  };

  const send: CallbackSender['send'] = (subject, receiver, content, cause) =>
    inTurn(async () => {
      const { id, startedAt, startTick } = startExchange(state);
      const created = inTrace(await createSentRequest(subject.operation, receiver, id, content), id, cause);
      const result = await exchange(receiver, created);
      const duration = state.monotonicNow() - startTick;
      return recordSent(state, subject, { id, startedAt, duration, ...created, ...result });
    });

  const fail = (subject: SentSubject, failure: string): void => {
    const { id, startedAt } = startExchange(state);
    recordSent(state, subject, { id, startedAt, duration: 0, request: undefined, failure });
  };

  const sendPlanned = async (
    subject: SentSubject,
    { delay, url, content, callback }: ReturnType<typeof planCallbacks>[number],
    bytes: number,
    cause: SpanContext | undefined,
  ): Promise<void> => {
    const isTooMany = waiting >= MAX_WAITING;
    if (isTooMany || (waiting > 0 && waitingBytes + bytes > MAX_WAITING_BYTES)) {
      const large = `callbacks with ${Math.round(waitingBytes / 2 ** 20)} MiB of the requests that caused them`;
      fail(subject, `${isTooMany ? `${MAX_WAITING} callbacks` : large} wait to be sent already`);
      return;
    }
    waiting++;
    waitingBytes += bytes;
    try {
      if (delay > 0) await sleep(delay, undefined, { signal: closing, ref: false });
      // A session that was ended meanwhile must not come back.
      if ((await state.sessions.journalOf(subject.session)) === undefined) return;
      const receiver = parseReceiver(url, `the URL of the callback, ${callback.url.text},`);
      await send(
        { ...subject, sent: { ...subject.sent, origin: receiver.origin } },
        receiver,
        content(),
        cause,
      );
    } catch (error) {
      const isExpected =
        error instanceof InputError || error instanceof TemplateError || error instanceof StoreUnavailable;
      if (!isExpected) throw error;
      fail(subject, error.message);
    } finally {
      waiting--;
      waitingBytes -= bytes;
    }
  };

  return {
    send,
    sendCallbacks({ callbacks, exchange, session, sessionSource, redactPersonal, rules }, isTrusted) {
      if (callbacks === undefined) return;
      const bytes = sizeOf(exchange.request) + sizeOf(exchange.response);
      const span = tracing?.spanOf(exchange.id, exchange.request.headers);
      for (const planned of planCallbacks(callbacks, exchange)) {
        const { name, operation } = planned.callback;
        const sent = { kind: 'callback', name, origin: undefined, cause: exchange.id } as const;
        const applied = rules.filter(({ rule }) => rule.callbacks !== undefined);
        const subject = { operation, sent, session, sessionSource, redactPersonal, rules: applied };
        if (!isTrusted) {
          fail(subject, UNTRUSTED_PAGE);
          continue;
        }
        sendPlanned(subject, planned, bytes, span).catch((error: unknown) => {
          if (!closing.aborted) onBug(error, `the callback ${name}`);
        });
      }
    },
  };
}

function sizeOf(message: Request | Response | undefined): number {
  return message !== undefined && isRecorded(message.body) ? message.body.length : 0;
}

const UNTRUSTED_PAGE =
  'a page of another site sent the request: to send callbacks for it, start the server with --cors-origin and the origin of the page';
const NOT_LOCAL = 'is not on this machine';

/** Resolves a name to the addresses of it that only this machine has. */
const lookupLoopback: LookupFunction = (hostname, options, callback) => {
  resolveHost(hostname, { ...options, all: true }, (error, addresses) => {
    const local = error === null ? addresses.filter(({ address }) => isLoopbackAddress(address)) : [];
    const [first] = local;
    if (error !== null) callback(error, '', 0);
    else if (first === undefined)
      callback(new HttpClientError('unreachable', `${hostname} ${NOT_LOCAL}`, undefined), '', 0);
    else if (options.all === true) callback(null, local);
    else callback(null, first.address, first.family);
  });
};
