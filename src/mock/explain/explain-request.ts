// Explains what is found out about a request: its operation, its findings, its session.

import { decodePercent, header } from '../../exchange/exchange.ts';
import { type Finding, formatLocation } from '../../finding/finding.ts';
import { pluralize } from '../../finding/plural.ts';
import { severityOf } from '../../finding/severity.ts';
import { truncate } from '../../finding/truncate.ts';
import type { Contract, ServerUrl } from '../../openapi/model.ts';
import { matchesEveryHost, rankHost } from '../../openapi/servers.ts';
import { pathValuesOf } from '../../routing/path-values.ts';
import type { SessionSource } from '../serve-event.ts';
import type { JournalEntry } from '../session/journaled-event.ts';
import { locateNode, problemTexts, sentence, servedNow, type WhyText, why } from './why-step.ts';

const MAX_TEXT = 200;
const MAX_FINDINGS = 20;

export function explainMatch(entry: JournalEntry, contract: Contract): WhyText {
  const { operation, exchange, findings, upstream } = entry;
  const { method, path } = exchange.request;
  const target = `${method} ${truncate(path, MAX_TEXT)}`;
  if (operation === undefined) {
    const [detail, ...others] = problemTexts(entry);
    if (detail !== undefined && upstream === undefined) return why(sentence(detail), undefined, others);
    if (upstream === undefined)
      return why(`${target} asks for the methods of a path that a document declares.`);
    return why(`No operation matches ${target}.`, findings[0]?.location, findings.map(findingText));
  }
  const { id, api } = operation;
  const template = `${operation.method} ${operation.path}`;
  const name = id === template ? template : `${id} (${template})`;
  const now = servedNow(contract, entry);
  return why(`${target} is a request to ${name} of the API "${api.name}".`, locateNode(now, now?.node), [
    ...prefixTexts(entry, operation, now?.servers ?? []),
    ...(pathValuesOf(operation, path) ?? []).map(
      ({ from, to, name: parameter }) =>
        `The path parameter ${parameter} is ${truncate(decodePercent(path.slice(from, to)), MAX_TEXT)}.`,
    ),
    ...(method === 'HEAD' && operation.method === 'GET' ? ['HEAD is GET without the response body.'] : []),
    ...(now === undefined ? ['The documents were reloaded since, without this operation.'] : []),
  ]);
}

/**
 * By which part of the URL the API was found.
 * @param servers of the operation
 */
function prefixTexts(
  { exchange, upstream }: JournalEntry,
  { api, path: template, segments }: NonNullable<JournalEntry['operation']>,
  servers: readonly ServerUrl[],
): string[] {
  const pieces = exchange.request.path.split('/').slice(1);
  const isRoot = template === '/' && pieces.at(-1) !== '';
  const prefix = pieces.slice(0, Math.max(pieces.length - (isRoot ? 0 : segments.length), 0));
  const [first = '', ...base] = prefix;
  const baseText = (parts: readonly string[]): string =>
    parts.length === 0 ? 'without a base path' : `and the base path /${parts.join('/')}`;
  if (decodePercent(first) === api.name)
    return [`The path begins with the name of the API, /${first}, ${baseText(base)}.`];
  if (upstream !== undefined) return ['The API is the one whose upstream service serves the path.'];
  const host = header(exchange.request.headers, 'host') ?? 'localhost';
  const isOfServer = servers.some(
    server => !matchesEveryHost(server) && rankHost(server, host.toLowerCase(), undefined) !== undefined,
  );
  if (!isOfServer) return [`The API is the one whose document has the path, ${baseText(prefix)}.`];
  return [`The API is found by the host ${truncate(host, MAX_TEXT)}, ${baseText(prefix)}.`];
}

export function explainValidation(entry: JournalEntry): readonly WhyText[] {
  const { operation, findings, refusedFor, tolerated, problem } = entry;
  if (operation === undefined) return [];
  if (problem === 'bad-preference')
    return [why('The request is not validated, because what it asks of the mock is invalid.')];
  const [unusable] = findings.filter(({ at }) => at === '');
  if (unusable !== undefined)
    return [why(`The request cannot be validated: ${unusable.message}.`, unusable.location)];
  const ofRequest = findings.filter(({ at }) => at.startsWith('/request'));
  if (ofRequest.length === 0) return [why('The request is valid.')];
  if (refusedFor !== undefined) {
    const others = ofRequest.filter(({ code, at }) => code !== refusedFor.code || at !== refusedFor.at);
    return [why(`The request is rejected: ${refusedFor.message}.`, refusedFor.location, listed(others))];
  }
  if (tolerated !== undefined) {
    const { finding, validation } = tolerated;
    const others = ofRequest.filter(({ code, at }) => code !== finding.code || at !== finding.at);
    return [
      why(`The request would be rejected: ${finding.message}.`, finding.location, [
        `It is answered like a valid one, because the validation of requests is "${validation}".`,
        ...listed(others),
      ]),
    ];
  }
  const isValid = ofRequest.every(({ code }) => severityOf(code) === 'note');
  const count = pluralize(ofRequest.length, 'finding');
  const [first] = ofRequest;
  return [
    isValid
      ? why('The request is valid.', undefined, listed(ofRequest))
      : why(`The request has ${count}, and is answered all the same.`, first?.location, listed(ofRequest)),
  ];
}

function listed(findings: readonly Finding[]): string[] {
  const more = findings.length - MAX_FINDINGS;
  return [
    ...findings.slice(0, MAX_FINDINGS).map(findingText),
    ...(more > 0 ? [`... and ${pluralize(more, 'more finding')}`] : []),
  ];
}

/** "query parameter "limit" must be integer (specs/petstore.yaml:46, parameter-schema)" */
export function findingText({ message, location, code }: Finding): string {
  return `${message} (${location === undefined ? '' : `${formatLocation(location)}, `}${code})`;
}

const SESSION_TEXTS: Readonly<Record<SessionSource, string>> = {
  header: 'the header X-Deadringer-Session names it.',
  credential: 'the credential of the request is bound to it.',
  cookie: 'the cookie deadringer-session names it.',
  prefix: 'the path begins with its name after "/~".',
  default: 'the request names no other.',
};

export function explainSession({ session, sessionSource, sessionTime }: JournalEntry): WhyText {
  const clock =
    sessionTime === undefined
      ? []
      : [`Its clock shows ${new Date(sessionTime).toISOString()}, not real time.`];
  return why(`The session is ${session}: ${SESSION_TEXTS[sessionSource]}`, undefined, clock);
}
