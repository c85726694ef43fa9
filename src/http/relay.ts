// Passes a request on to a real service and its answer back, both as they are; what went by is judged and recorded.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Body, EMPTY_BODY, header, type Response } from '../exchange/exchange.ts';
import { type ProblemCode, problemResponse } from '../mock/problem.ts';
import { type Outcome, type Relay, recordRelayed } from '../mock/relay.ts';
import type { Stage, Upstreamed } from '../mock/stage.ts';
import { Capture, captureQuestion } from './capture.ts';
import { deliver } from './deliver.ts';
import { wait } from './faults.ts';
import { type Answering, type FailureKind, type Outbound, OutboundFailure } from './outbound.ts';
import { fieldsForClient, fieldsForService } from './relay-fields.ts';

export interface RelayOptions {
  readonly stage: Stage;
  readonly outbound: () => Promise<Outbound>;
  readonly cors: boolean;
  /** Most bytes of a body that are kept for judging; what passes is not bounded. */
  readonly bodyLimit: number;
}

/** The service could not answer, and the mock is to do so instead. */
export interface FallBack {
  /** The body of the request as it was sent; undefined: more than is kept. */
  readonly sent: Uint8Array | undefined;
  readonly upstream: Upstreamed;
}

const PROBLEMS = {
  unreachable: 'upstream-unreachable',
  tls: 'upstream-tls',
  timeout: 'upstream-timeout',
  broke: 'upstream-broke',
  garbage: 'upstream-garbage',
} as const satisfies Record<FailureKind, ProblemCode>;

/**
 * @param sent the body, where somebody had to look at it first; undefined: it is still to be read
 * @returns undefined when the client was answered, or has gone
 */
export async function relay(
  options: RelayOptions,
  relay: Relay,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  sent: Uint8Array | undefined,
): Promise<FallBack | undefined> {
  const { stage, outbound, bodyLimit } = options;
  const { way, request, delivery } = relay;
  const gone = leaving(outgoing);
  if (!(await wait(delivery.delay, outgoing))) return undefined;

  const question = captureQuestion(incoming, sent, bodyLimit);
  const finish = (outcome: Pick<Outcome, 'response' | 'broke' | 'problem'>): void => {
    recordRelayed(stage, relay, { ...outcome, request: { ...request, body: question.body() } });
  };
  const fallBack = async (broke: string): Promise<FallBack> => ({
    sent: await question.whole(),
    upstream: { origin: way.origin, path: way.path, broke },
  });

  const refuse = async (code: ProblemCode, detail: string, hint: string | undefined): Promise<undefined> => {
    question.letGo();
    const response = problemResponse({ code, detail, hint });
    finish({ response, broke: detail, problem: code });
    if (!incoming.complete) outgoing.shouldKeepAlive = false;
    const { cors } = options;
    await deliver(incoming, outgoing, { response, exchangeId: relay.id, refusedFor: undefined, cors });
  };
  if (isOwn(way.origin, incoming))
    return await refuse('upstream-loop', `${way.origin} is this server`, undefined);

  let answering: Answering;
  try {
    answering = await (await outbound()).ask(
      {
        method: request.method,
        origin: way.origin,
        target:
          way.path +
          (request.query === '' && incoming.url?.endsWith('?') !== true ? '' : `?${request.query}`),
        fields: fieldsForService(incoming, sent),
        body: question.stream,
        trailers: () => pairs(incoming.rawTrailers),
      },
      gone,
      ({ statusCode, rawHeaders }) => {
        // What asks for the body has been said already.
        if (statusCode !== 100 && incoming.httpVersionMinor > 0 && !outgoing.headersSent)
          outgoing.writeInformation(statusCode, rawHeaders);
      },
    );
  } catch (error) {
    if (gone.aborted) {
      finish({ response: undefined, broke: 'the client left before the answer came', problem: undefined });
      return undefined;
    }
    if (!(error instanceof OutboundFailure)) throw error;
    const { kind, message } = error;
    if (way.upstream.mode === 'first' && (kind === 'unreachable' || kind === 'timeout'))
      return await fallBack(message);
    return await refuse(PROBLEMS[kind], message, hintFor(kind, way.upstream.name));
  }

  const { response } = answering;
  if (way.upstream.mode === 'first' && response.statusCode === 501) {
    answering.request.destroy();
    return await fallBack('it answered 501, not implemented');
  }
  const kept = new Capture(bodyLimit);
  const isBroken = delivery.fault !== undefined || delivery.drip !== undefined;
  const broke = isBroken
    ? await pass(response, kept, undefined)
    : await passOn(options, relay, incoming, outgoing, response, kept);
  if (isBroken && !gone.aborted) {
    // What is to be slowed down or broken must be there as a whole first.
    if (broke !== undefined) return await refuse('upstream-broke', broke, undefined);
    if (kept.bytes === undefined) {
      const detail = `the answer has ${kept.size} bytes, and ${bodyLimit} are kept to be slowed down or broken`;
      return await refuse('upstream-too-large', detail, 'start the server with a larger --body-limit');
    }
  }
  const why = gone.aborted && broke !== undefined ? 'the client left before the end of the answer' : broke;
  const answered: Response = {
    status: response.statusCode ?? 0,
    headers: response.headersDistinct,
    body: bodyOf(kept, response, request.method, why),
  };
  if (!incoming.complete) {
    question.letGo();
    // The rest of the question will never be sent on this connection.
    answering.request.destroy();
  }
  // Before the last byte goes out: who has the whole answer finds it recorded.
  finish({ response: answered, broke: why, problem: undefined });
  if (isBroken) {
    const whole = { ...answered, body: kept.bytes ?? EMPTY_BODY };
    const late = { ...delivery, delay: 0 };
    const { cors } = options;
    await deliver(incoming, outgoing, {
      response: whole,
      exchangeId: relay.id,
      refusedFor: undefined,
      cors,
      delivery: late,
    });
  } else if (broke === undefined) {
    if (response.rawTrailers.length > 0) outgoing.addTrailers(pairs(response.rawTrailers));
    outgoing.end();
  } else {
    // What came is sent, and then the client sees what happened here: the connection ends in the middle.
    breakOff(outgoing);
  }
  return undefined;
}

function breakOff(outgoing: ServerResponse): void {
  if (outgoing.socket !== null) outgoing.socket.destroySoon();
  // Behind others on the connection its turn comes later, and what came of it is sent then.
  else outgoing.once('socket', (socket: Socket) => setImmediate(() => socket.destroySoon()));
}

/** A request that is sent to where it came from would come back for ever. */
function isOwn(origin: string, { socket }: IncomingMessage): boolean {
  const { hostname, port, protocol } = new URL(origin);
  if (Number(port || (protocol === 'https:' ? 443 : 80)) !== socket.localPort) return false;
  return (
    /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0|\[::\])$/.test(hostname) || hostname === socket.localAddress
  );
}

/** Aborts when the client goes before it was answered. */
function leaving(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const leave = (): void => {
    if (!outgoing.writableFinished) controller.abort();
  };
  outgoing.once('close', leave);
  if (outgoing.socket === null) {
    // Behind others on the connection: node does not tell such an answer that the connection is closed.
    const { socket } = outgoing.req;
    socket.setMaxListeners(0);
    socket.once('close', leave);
    outgoing.once('socket', () => socket.off('close', leave));
  }
  return controller.signal;
}

/** Sends the head, and passes the body on. @returns why it broke off; undefined: it came whole */
async function passOn(
  { cors }: RelayOptions,
  { id }: Relay,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  response: IncomingMessage,
  kept: Capture,
): Promise<string | undefined> {
  outgoing.sendDate = false;
  const fields = fieldsForClient(response, incoming, id, cors ? incoming.headers.origin : undefined);
  outgoing.writeHead(response.statusCode ?? 502, response.statusMessage ?? '', fields);
  // Headers that wait for the first byte of a body may wait long; and bytes, unlike text, leave them in Latin-1.
  outgoing.write(EMPTY_BODY);
  return await pass(response, kept, outgoing);
}

function pass(
  response: IncomingMessage,
  kept: Capture,
  outgoing: ServerResponse | undefined,
): Promise<string | undefined> {
  return new Promise(resolve => {
    response.on('data', (chunk: Uint8Array) => {
      kept.add(chunk);
      if (outgoing === undefined || outgoing.write(chunk)) return;
      response.pause();
      outgoing.once('drain', () => response.resume());
    });
    response.on('end', () => resolve(undefined));
    const cut = (): void => resolve(`the answer broke off after ${kept.size} bytes of its body`);
    response.on('error', cut);
    response.on('close', cut);
  });
}

function bodyOf(kept: Capture, response: IncomingMessage, method: string, broke: string | undefined): Body {
  if (broke !== undefined) return { notRecorded: broke };
  // These have no body, and a Content-Encoding all the same (RFC 9110 sections 9.3.2 and 15.4.5).
  if (method === 'HEAD' || response.statusCode === 304) return EMPTY_BODY;
  return kept.body(header(response.headersDistinct, 'content-encoding'));
}

function pairs(fields: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let at = 0; at < fields.length; at += 2) list.push([fields[at] ?? '', fields[at + 1] ?? '']);
  return list;
}

function hintFor(kind: FailureKind, name: string): string | undefined {
  switch (kind) {
    case 'tls':
      return 'name the authority that signed it in NODE_EXTRA_CA_CERTS=/path/to/ca.pem';
    case 'unreachable':
    case 'timeout':
      return `mend the upstream of ${name}, or let the mock answer in its stead with --upstream-mode first`;
    default:
      return undefined;
  }
}
