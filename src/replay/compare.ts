// Then and now: how an answer differs from the recorded one, beside whether either keeps the contract.
import { Buffer } from 'node:buffer';
import type { Difference, Words } from '../check/subject.ts';
import { isCommonHeader, isTelling } from '../contract/common-headers.ts';
import { type Operation, responseFor } from '../contract/contract.ts';
import { decodeBody } from '../exchange/body.ts';
import { header, isRecorded, type Response } from '../exchange/exchange.ts';
import { isJson, mediaTypeOf } from '../exchange/media-type.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Clause } from '../finding/finding.ts';
import { follow, pointer } from '../finding/pointer.ts';
import { type Change, compareJson, type Eye } from './compare-json.ts';
import { clauseOfBody, clauseOfHeader, clauseOfResponse } from './declared.ts';

export interface Comparison {
  /** Undefined: no document names what was asked; then `clause` is where it would be named. */
  readonly operation: Operation | undefined;
  readonly clause: Clause;
  /** What may be told of each: as the two were, without secrets. Asked for only where something differs. */
  readonly shown: () => { readonly was: Response; readonly is: Response };
  readonly eye: Eye;
  /** Values of headers that mean the same. */
  readonly isSame: (then: string, now: string, name: string) => boolean;
  /** Whether a value that is not the recorded one is more than advice. */
  readonly strictValues: boolean;
}

const CODES = {
  gone: 'answer-member-gone',
  new: 'answer-member-new',
  renamed: 'answer-member-renamed',
  type: 'answer-type-differs',
} as const satisfies Partial<Record<Change['kind'], FindingCode>>;

/** @param method of the request: the answer to a HEAD has no body */
export function compareAnswers(
  then: Response,
  now: Response,
  method: string,
  comparison: Comparison,
): Difference[] {
  const { operation, shown } = comparison;
  const clause = operation === undefined ? comparison.clause : clauseOfResponse(operation, then);
  if (then.status !== now.status) {
    // An error looks different all over: that it is one says it all.
    const message = `status ${now.status} was ${then.status} when it was recorded`;
    const words = (): Words => ({ was: String(then.status), is: String(now.status) });
    return [{ code: 'answer-status-differs', message, at: '/response/status', clause, words }];
  }
  const differences = compareHeaders(then, now, comparison);
  // What cannot be read now the judge speaks of.
  if (method === 'HEAD' || !isRecorded(now.body)) return differences;
  const at = '/response/body';
  if (!isRecorded(then.body)) {
    // Browsers do not keep what a redirect said.
    if (then.status >= 300 && then.status < 400) return differences;
    const message = `response body is not compared, because that of then was not recorded: ${then.body.notRecorded}`;
    return [...differences, { code: 'answer-not-compared', message, at, clause }];
  }
  if ((then.body.length === 0) !== (now.body.length === 0)) {
    const isGone = now.body.length === 0;
    const [was, is] = [size(then.body), size(now.body)];
    differences.push({
      code: isGone ? 'answer-body-gone' : 'answer-body-new',
      message: isGone ? 'response body is gone' : 'response body is new: there was none',
      at,
      clause,
      words: () => ({ was, is }),
    });
    return differences;
  }
  if (then.body.length === 0) return differences;
  const [was, is] = [then, now].map(({ headers }) => mediaTypeOf(headers)?.essence ?? '') as [string, string];
  if (was !== is) {
    const message = `response body is ${is || 'of no media type'} and was ${was || 'of none'}`;
    const place = '/response/headers/content-type';
    const words = (): Words => ({ was, is });
    differences.push({ code: 'answer-media-type-differs', message, at: place, clause, words });
    return differences;
  }
  if (parametersOf(then) !== parametersOf(now)) {
    const words = headersOf('content-type', shown);
    const message = 'the media type of the response body has other parameters';
    const place = '/response/headers/content-type';
    differences.push({ code: valueCode(comparison), message, at: place, clause, words });
  }
  const [before, after] = [decodeBody(then), decodeBody(now)];
  if (before.kind === 'json' && after.kind === 'json') {
    const changes = compareJson(before.value, after.value, comparison.eye).filter(
      // Lists grow and shrink with what is in them.
      ({ kind }) => kind !== 'length' || comparison.strictValues,
    );
    if (changes.length > 0) differences.push(...describe(changes, then, comparison));
  } else if (before.kind !== after.kind) {
    const message = `response body is ${after.kind} and was ${before.kind}`;
    differences.push({ code: 'answer-type-differs', message, at, clause });
  } else if (!Buffer.from(then.body).equals(now.body)) {
    const [was, is] = [size(then.body), size(now.body)];
    const words = (): Words => (before.kind === 'text' ? textOf(shown()) : { was, is });
    const message = `response body is not the recorded ${before.kind === 'text' ? 'text' : 'one'}`;
    differences.push({ code: valueCode(comparison), message, at, clause, words });
  }
  return differences;
}

function compareHeaders(then: Response, now: Response, comparison: Comparison): Difference[] {
  const { operation } = comparison;
  const declared = new Set(
    (operation && responseFor(operation, then.status))?.headers.map(({ name }) => name.toLowerCase()),
  );
  const withheld = new Set([...(then.withheld ?? []), ...(now.withheld ?? [])]);
  const names = [...new Set([...Object.keys(then.headers), ...Object.keys(now.headers)])].sort();
  return names.flatMap((name): Difference[] => {
    const counts = declared.has(name) || isTelling(name) || !isCommonHeader(name);
    if (!counts || withheld.has(name)) return [];
    const [before, after] = [header(then.headers, name), header(now.headers, name)];
    const at = `/response/headers${pointer(name)}`;
    const clause = operation === undefined ? comparison.clause : clauseOfHeader(operation, then, name);
    if (before !== undefined && after !== undefined) {
      if (before === after || comparison.isSame(before, after, name)) return [];
      const message = `response header "${name}" has another value`;
      return [{ code: valueCode(comparison), message, at, clause, words: headersOf(name, comparison.shown) }];
    }
    const code = after === undefined ? 'answer-header-gone' : 'answer-header-new';
    const message = `response header "${name}" is ${after === undefined ? 'gone' : 'new'}`;
    return [{ code, message, at, clause, words: headersOf(name, comparison.shown) }];
  });
}

function headersOf(name: string, shown: Comparison['shown']): () => Words {
  const said = ({ headers }: Response): string => header(headers, name) ?? 'nothing';
  return () => ({ was: said(shown().was), is: said(shown().is) });
}

function describe(changes: readonly Change[], then: Response, comparison: Comparison): Difference[] {
  const { operation, shown } = comparison;
  const valueIn = (response: Response, steps: readonly string[]): string => {
    const decoded = decodeBody(response);
    const value = decoded.kind === 'json' ? follow(decoded.value, pointer(...steps)) : undefined;
    return value === undefined ? '' : written(value);
  };
  return changes.map(({ kind, steps, nowSteps = steps, says }) => {
    const place = pointer(...steps);
    const words = (): Words => {
      const before = kind === 'new' ? 'nothing' : valueIn(shown().was, steps);
      const after = kind === 'gone' ? 'nothing' : valueIn(shown().is, nowSteps);
      const moved = kind === 'renamed' ? [`"${steps.at(-1)}": `, `"${nowSteps.at(-1)}": `] : ['', ''];
      // Of any item of a list there is no one value to show.
      return {
        ...(before !== '' && { was: moved[0] + before }),
        ...(after !== '' && { is: moved[1] + after }),
      };
    };
    return {
      code: kind === 'value' || kind === 'length' ? valueCode(comparison) : CODES[kind],
      message: `response body ${place} ${says}`.replace('  ', ' '),
      at: `/response/body${place}`,
      clause: operation === undefined ? comparison.clause : clauseOfBody(operation, then, steps),
      words,
    };
  });
}

/** What JSON.parse reads without recursion, writing it again may not survive. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return 'something that is nested too deeply to show';
  }
}

function valueCode({ strictValues }: Comparison): FindingCode {
  return strictValues ? 'answer-value-changed' : 'answer-value-differs';
}

/** Those that say what the body means: where it is divided is another place each time, and JSON has one charset. */
function parametersOf({ headers }: Response): string {
  const { essence = '', parameters = {} } = mediaTypeOf(headers) ?? {};
  const telling = Object.entries(parameters)
    .filter(([name]) => name !== 'boundary' && !(name === 'charset' && isJson(essence)))
    .map(([name, value]) => `${name}=${name === 'charset' ? value.toLowerCase() : value}`);
  return telling.sort().join('; ');
}

function size(body: Uint8Array): string {
  return body.length === 0 ? 'nothing' : `${body.length} bytes`;
}

function textOf({ was, is }: { was: Response; is: Response }): Words {
  const text = ({ body }: Response): string => (isRecorded(body) ? Buffer.from(body).toString('utf8') : '');
  return { was: text(was), is: text(is) };
}
