// The shortest way from a socket to an answer: plain requests are read and answered here, and node:http does the rest.
import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { EMPTY_BODY, header } from '../exchange/exchange.ts';
import { type Address, addressOf } from '../mock/address.ts';
import { type Answered, serve } from '../mock/serve.ts';
import { type AppOptions, failure, isMocked, requestLine } from './app.ts';
import type { Delivered } from './deliver.ts';
import { isPrompt } from './faults.ts';
import { messageOf } from './message.ts';
import { type PlainHead, readPlainHead } from './plain-head.ts';
import { withBody } from './receive.ts';

export interface WireOptions extends Pick<AppOptions, 'stage' | 'bodyLimit' | 'cors' | 'onTrouble'> {
  /** Milliseconds that a connection may be silent before its first request. */
  readonly patience: number;
  /** And after an answer, as clients are told. */
  readonly keepAlive: number;
  /**
   * Gives a connection to node:http for good, with what was read of it put back.
   * @param decided the answer to its next request, which is only to be delivered
   */
  readonly giveAway: (socket: Socket, decided: Answered | undefined) => void;
}

export interface Wire {
  readonly accept: (socket: Socket) => void;
  /** Ends the connections that wait for a request. */
  closeIdle(): void;
  closeAll(): void;
}

/** A head that was sent before, with all that depends on it alone. */
interface KnownHead extends PlainHead {
  readonly text: string;
  address: Address | undefined;
}

/** Bytes: no longer head is read here, and no longer one is remembered. */
const LONGEST_HEAD = 16 * 1024;
const LONGEST_KEPT = 4 * 1024;
/** Heads remembered. */
const KEPT = 1024;
/** Bytes of a request that are waited for here. */
const LONGEST = 64 * 1024;
/** Pieces after which node, which knows how long a request may take, is to wait for the rest. */
const MOST_PIECES = 8;
/** Bytes of a body that shares its memory with others. */
const SMALL = 2048;
/** Milliseconds, as node has it: a client that believes the connection to be open must not find it closed. */
const GRACE = 1000;

export function createWire(options: WireOptions): Wire {
  const { stage, bodyLimit, cors, patience, keepAlive, giveAway, onTrouble } = options;
  const silence = keepAlive + GRACE;
  // One place each, and the last one has it: what is kept is bounded, and nothing is moved to make room.
  const heads = new Array<KnownHead | undefined>(KEPT).fill(undefined);
  const lines = new Map<Socket, Line>();

  const headIn = (bytes: Buffer, length: number): KnownHead | undefined => {
    const place = placeOf(bytes, length);
    const text = bytes.toString('latin1', 0, length);
    const known = heads[place];
    if (known?.text === text) return known;
    const head = readPlainHead(text);
    if (head === undefined || !isMocked(head.target)) return undefined;
    const made = { ...head, text, address: undefined };
    if (length <= LONGEST_KEPT) heads[place] = made;
    return made;
  };
  let { world } = stage;
  const addressFor = (head: KnownHead): Address => {
    if (stage.world !== world) {
      ({ world } = stage);
      // None of them may keep what was served before.
      for (const each of heads) if (each !== undefined) each.address = undefined;
    }
    if (head.address?.world !== world) head.address = addressOf(stage, head.request);
    return head.address;
  };
  const closing = closingFields(keepAlive);

  const accept = (socket: Socket): void => {
    let busy = false;
    /** Bytes that no answer has been given to yet. */
    let held: Buffer | undefined;
    /** Whose body has not come whole, and in how many pieces so far. */
    let waiting: KnownHead | undefined;
    let pieces = 0;
    /** Whether the client has said that it will ask no more. */
    let isLast = false;

    const take = (chunk: Buffer): void => {
      held = held === undefined ? chunk : Buffer.concat([held, chunk]);
      if (!busy) advance();
      else if (held.length > LONGEST) socket.pause();
    };
    const advance = (): void => {
      const bytes = held;
      if (bytes === undefined) return;
      const length = bytes.indexOf('\r\n\r\n');
      // Real services behind the mock may want the body as it arrives.
      const isOurs = length >= 0 && length <= LONGEST_HEAD && stage.upstreams.isEmpty;
      const head = isOurs ? headIn(bytes, length + 2) : undefined;
      if (head === undefined || head.length > bodyLimit) {
        leave(bytes);
        return;
      }
      const from = length + 4;
      const to = from + head.length;
      if (bytes.length < to) {
        waiting = head;
        pieces++;
        if (isLast) socket.destroy();
        else if (to > LONGEST || pieces > MOST_PIECES) leave(bytes);
        return;
      }
      waiting = undefined;
      pieces = 0;
      const received = withBody(
        head.request,
        head.length === 0 ? EMPTY_BODY : bodyIn(bytes, from, to),
        bodyLimit,
      );
      if (!('head' in received)) {
        leave(bytes);
        return;
      }
      held = bytes.length === to ? undefined : bytes.subarray(to);
      busy = true;
      serve(stage, addressFor(head), received.body)
        .then(served => {
          // Nothing is relayed while there are no real services.
          if ('kind' in served) throw new Error('a request without a way was to be relayed');
          const { exchange, response, refusedFor, delivery } = served;
          const given = { response, exchangeId: exchange.id, refusedFor, cors };
          if (isPrompt(delivery) && answer(head, given)) return;
          const own = bytes.subarray(0, to);
          leave(held === undefined ? own : Buffer.concat([own, held]), served);
        })
        .catch((error: unknown) => fail(head, error));
    };
    /** @returns false when node itself is to write it */
    const answer = (head: KnownHead, given: Delivered): boolean => {
      const message = messageOf(header(head.request.headers, 'origin'), given, closing(stage.now()));
      if (message === undefined) return false;
      if (!socket.writable) return true;
      if (message.body !== undefined) socket.cork();
      socket.write(message.text, 'latin1');
      if (message.body !== undefined) {
        socket.write(message.body);
        socket.uncork();
      }
      if (socket.writableNeedDrain) socket.once('drain', next);
      else next();
      return true;
    };
    const next = (): void => {
      busy = false;
      if (socket.timeout !== silence) socket.setTimeout(silence);
      if (socket.isPaused()) socket.resume();
      if (held !== undefined) advance();
      else if (isLast) socket.end();
    };
    const fail = (head: KnownHead, error: unknown): void => {
      onTrouble({ kind: 'bug', error, request: requestLine(head.request.method, head.target) });
      const response = failure(error);
      if (!answer(head, { response, exchangeId: undefined, refusedFor: undefined, cors })) socket.destroy();
    };
    const leave = (bytes: Buffer | undefined, decided?: Answered): void => {
      // Who has left, or will not be heard of again, is not waited for: node:http would not notice, nor let go of it.
      if (isLast || !socket.writable) {
        socket.destroy();
        return;
      }
      lines.delete(socket);
      socket
        .off('data', take)
        .off('end', end)
        .off('timeout', timeout)
        .off('error', drop)
        .off('close', forget);
      socket.setTimeout(0);
      if (bytes !== undefined) socket.unshift(bytes);
      if (socket.isPaused()) socket.resume();
      giveAway(socket, decided);
    };
    const end = (): void => {
      isLast = true;
      if (busy) return;
      if (held === undefined) socket.end();
      else socket.destroy();
    };
    const timeout = (): void => {
      if (busy) return;
      if (held === undefined) socket.destroy();
      else leave(held);
    };
    const drop = (): void => {
      socket.destroy();
    };
    const forget = (): void => {
      lines.delete(socket);
      if (waiting === undefined) return;
      onTrouble({ kind: 'client-gone', request: requestLine(waiting.request.method, waiting.target) });
    };
    lines.set(socket, { isIdle: () => !busy && held === undefined });
    socket.setTimeout(patience);
    socket.on('data', take).on('end', end).on('timeout', timeout).on('error', drop).on('close', forget);
  };

  return {
    accept,
    closeIdle() {
      // Once is enough for those that read slowly.
      for (const [socket, line] of lines) if (line.isIdle() && socket.writable) socket.destroySoon();
    },
    closeAll() {
      for (const socket of lines.keys()) socket.destroy();
    },
  };
}

/** FNV-1a of the first bytes. */
function placeOf(bytes: Buffer, length: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < length; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return (hash >>> 0) % KEPT;
}

/** Small bodies are copied together, so that a journal full of them does not hold on to as many packets. */
function bodyIn(bytes: Buffer, from: number, to: number): Buffer {
  if (to - from > SMALL) return bytes.subarray(from, to);
  const body = Buffer.allocUnsafe(to - from);
  bytes.copy(body, 0, from, to);
  return body;
}

interface Line {
  isIdle(): boolean;
}

/**
 * As node writes them: the date, worked out once a second, and that the connection stays.
 * @param patience milliseconds
 */
function closingFields(patience: number): (now: number) => string {
  let second = -1;
  let text = '';
  return now => {
    const current = Math.floor(now / 1000);
    if (current !== second) {
      second = current;
      const date = new Date(current * 1000).toUTCString();
      text = `Date: ${date}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(patience / 1000)}\r\n\r\n`;
    }
    return text;
  };
}
