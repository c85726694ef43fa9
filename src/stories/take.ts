// One recorded exchange, ready to be told: what was asked, what tells it from other requests, and the step that answers it.
import { type Operation, secretNames } from '../contract/contract.ts';
import { judgeRequest } from '../contract/judge.ts';
import { matchOf } from '../contract/path-values.ts';
import { refusalFor } from '../contract/refusals.ts';
import type { Match } from '../contract/tree.ts';
import type { Exchange, Response } from '../exchange/exchange.ts';
import { redact } from '../exchange/redact.ts';
import { follow } from '../finding/pointer.ts';
import type { Place } from '../recording/recorded.ts';
import { Call } from '../scenario/call.ts';
import { breachesOf } from '../scenario/lint.ts';
import type { ResponseStep } from '../scenario/scenario.ts';
import { TemplateError } from '../scenario/template.ts';
import { type Answer, answerOf, type LeftOut } from './answer.ts';
import { type Feature, featuresOf, keyOf } from './features.ts';
import { presentAs } from './times.ts';
import { escapeTemplates, mapLeaves, templated } from './volatile.ts';

/** A request, its secrets taken out. */
export interface Asked {
  /** The same for one and the same request. */
  readonly key: string;
  readonly call: Call;
  /** What conditions may be made of, by place and name. */
  readonly features: ReadonlyMap<string, Feature>;
}

/** What an answer is known again by: equal texts are equal answers. */
export interface Keys {
  /** True: it was a HEAD, whose answer says nothing of the body. */
  readonly head: boolean;
  readonly key: string;
  /** The same without the counters that change with every call. */
  readonly looseKey: string;
  /** The same, and without identifiers that may have been made for this one answer. */
  readonly shapeKey: string;
}

export interface Take extends Keys {
  readonly place: Place;
  readonly startedAt: number;
  readonly status: number;
  readonly step: ResponseStep;
  /** Set: the body is the document's own, by name or "" for its first. */
  readonly example: string | undefined;
  /** Identifiers in the body that are made anew if they occur nowhere else, by JSON Pointer. */
  readonly ids: ReadonlyMap<string, string>;
}

/** An answer that has been read, and is held against the document only if it is kept: most are like one before. */
interface Draft {
  /** Bytes that keeping it takes, roughly. */
  readonly size: number;
  /** @param unsound templates that the document does not let in, by their text */
  keys(unsound: ReadonlySet<string>): Keys;
  /** @param unsound is added to */
  settle(unsound: Set<string>): Take | LeftOut;
}

export interface Read {
  readonly asked: Asked;
  /** Worked out when it is asked for. */
  draft(): Draft | LeftOut;
}

export function readExchange(match: Match, exchange: Exchange, place: Place): Read {
  const { operation } = match;
  const clean = redact(exchange, secretNames(operation.api));
  const valid = refusalFor(operation.refusals, judgeRequest(match, exchange.request)) === undefined;
  const call = new Call(cleanMatch(match, clean.request.path), clean.request, valid);
  const features = featuresOf(call, new Call(match, exchange.request, valid), exchange);
  const lasting = features.filter(({ volatile }) => !volatile);
  const asked: Asked = {
    key: JSON.stringify(lasting.map(each => [keyOf(each), each.hidden ? null : [each.value]]).sort(byKey)),
    call,
    features: new Map(lasting.map(each => [keyOf(each), each])),
  };
  return {
    asked,
    draft: () => {
      const { response } = exchange;
      if (response === undefined || clean.response === undefined) return 'body not recorded';
      const answer = answerOf(operation, exchange.request.method, clean.response, response);
      return typeof answer === 'string' ? answer : draftOf(operation, answer, features, clean, place);
    },
  };
}

function byKey([left]: readonly unknown[], [right]: readonly unknown[]): number {
  return String(left) < String(right) ? -1 : 1;
}

/** Secrets may stand in the path as well; of one that they were all over, nothing is kept. */
function cleanMatch(match: Match, path: string): Match {
  const blank = Object.keys(match.pathValues).map(name => [name, 'xxxxxxxx'] as const);
  return matchOf(match.operation, path) ?? { ...match, pathValues: Object.fromEntries(blank) };
}

function draftOf(
  operation: Operation,
  answer: Answer,
  features: readonly Feature[],
  exchange: Exchange,
  place: Place,
): Draft {
  const { status, words, example } = answer;
  const headers = headersOf(answer, exchange);
  const isCounter = (name: string): boolean => status < 400 && /rate-?limit.*(remaining|reset)/.test(name);
  const loose = Object.fromEntries(Object.entries(headers).filter(([name]) => !isCounter(name)));
  const told =
    words.kind === 'data' ? templated(words.value, features, exchange, exchange.redacted) : undefined;
  const found = new Map(told?.ids.map(at => [at, String(follow(told.value, at))]));
  const text = JSON.stringify(told?.value);
  const literal = (): unknown => (words.kind === 'data' ? mapLeaves(words.value, escaped) : bodyOf(words));
  const isTemplated = (unsound: ReadonlySet<string>): boolean => told !== undefined && !unsound.has(text);

  const keys = (unsound: ReadonlySet<string>): Keys => {
    const body = isTemplated(unsound) ? told?.value : literal();
    const looseKey = JSON.stringify([status, loose, body]);
    return {
      head: exchange.request.method === 'HEAD',
      key: JSON.stringify([status, headers, body]),
      looseKey,
      shapeKey: found.values().reduce((key, id) => key.replaceAll(id, ''), looseKey),
    };
  };
  return {
    size: sizeOf(exchange.request) + (exchange.response === undefined ? 0 : sizeOf(exchange.response)),
    keys,
    settle(unsound) {
      const step = (body: unknown): ResponseStep => ({
        status,
        ...(Object.keys(headers).length > 0 && { headers }),
        ...(body !== undefined && { body }),
      });
      const plain = step(literal());
      const allowed = breachCount(operation, plain);
      let chosen = plain;
      if (told !== undefined && isTemplated(unsound)) {
        // A template that a sample request does not fill as the document wants it would not be let in.
        const sound = [told.value, told.careful]
          .map(step)
          .find(each => breachCount(operation, each) <= allowed);
        if (sound === undefined) unsound.add(text);
        chosen = sound ?? plain;
      }
      if (allowed === Number.POSITIVE_INFINITY) return 'text too long to be told beside templates';
      const ids = isTemplated(unsound) ? found : new Map<string, string>();
      const { startedAt } = exchange;
      return { ...keys(unsound), place, startedAt, status, step: chosen, example, ids };
    },
  };
}

function sizeOf({ body }: Pick<Response, 'body'>): number {
  return 1000 + ('length' in body ? body.length : 0);
}

function bodyOf(words: Exclude<Answer['words'], { kind: 'data' }>): unknown {
  switch (words.kind) {
    case 'text':
      return escapeTemplates(words.text);
    case 'verbatim':
      return { $text: escapeTemplates(words.text) };
    case 'empty':
      return null;
    case 'unsaid':
      return undefined;
  }
}

/** Header fields as people write them, counts as numbers, and the present where it was the present. */
function headersOf({ headers }: Answer, moment: Exchange): Record<string, string | number | null> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (value === null) return [name, null];
      if (/^(0|[1-9]\d{0,14})$/.test(value) && presentAs(value, moment) === undefined)
        return [name, Number(value)];
      const present = presentAs(value, moment);
      return [name, present === undefined ? escapeTemplates(value) : `{{ ${present} }}`];
    }),
  );
}

function escaped(value: string | number): string | number {
  return typeof value === 'string' ? escapeTemplates(value) : value;
}

function breachCount(operation: Operation, step: ResponseStep): number {
  try {
    return breachesOf(operation, step).length;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return Number.POSITIVE_INFINITY;
  }
}

/** @param isLone whether an identifier occurs nowhere else in the recording */
export function finishTake(operation: Operation, take: Take, isLone: (id: string) => boolean): Take {
  const lone = new Set([...take.ids].filter(([, id]) => isLone(id)).map(([at]) => at));
  if (lone.size === 0) return take;
  const body = mapLeaves(take.step.body, (leaf, at) => (lone.has(at) ? '{{ uuid }}' : leaf));
  const step = { ...take.step, body };
  if (breachCount(operation, step) > breachCount(operation, take.step)) return take;
  const again = (key: string): string =>
    [...take.ids].reduce((text, [at, id]) => (lone.has(at) ? text.replaceAll(id, '{{ uuid }}') : text), key);
  return { ...take, step, key: again(take.key), looseKey: again(take.looseKey) };
}
