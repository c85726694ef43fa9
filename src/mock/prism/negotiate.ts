// Selects the response that Prism would send: to a valid request by the preferences, to an invalid one the declared error.

import { LRUCache } from 'lru-cache';
import { acceptableTypes, concreteType, namedTypes } from '../../exchange/media-type.ts';
import type { ApiSpec, Content, Example, Operation, ResponseSpec } from '../../openapi/model.ts';
import type { Preferences } from '../preferences.ts';
import type { Problem } from '../problem.ts';
import type { ResponseSelection } from '../respond/create-response.ts';
import { prismProblem, unknownPrismProblem } from './errors.ts';
import { prismExamples } from './examples.ts';
import { type PrismViolation, violationJson } from './violation.ts';

export type PrismSelection = { readonly selection: ResponseSelection } | { readonly problem: Problem };

export interface Wanted {
  readonly preferences: Preferences;
  readonly accept: string | undefined;
  /** Set: generate the body. */
  readonly seed: string | undefined;
  /** True: the seed is of this request alone. */
  readonly isOnce: boolean;
  readonly ignoreExamples: boolean;
  readonly fillProperties: boolean;
}

interface Candidate {
  readonly status: number;
  readonly response: ResponseSpec;
}

/** Selections that depend on the operation, the preferences and Accept alone. */
const KNOWN = new WeakMap<Operation, LRUCache<string, PrismSelection>>();
const MAX_KNOWN = 100;

export function selectForValid(operation: Operation, wanted: Wanted): PrismSelection {
  const { preferences, accept, seed } = wanted;
  if (seed !== undefined) return selectAnew(operation, wanted);
  let known = KNOWN.get(operation);
  if (known === undefined) {
    known = new LRUCache({ max: MAX_KNOWN });
    KNOWN.set(operation, known);
  }
  const { code, example } = preferences;
  const key =
    code === undefined && example === undefined && accept !== undefined
      ? accept
      : `${code} ${example}\n${accept}`;
  let selection = known.get(key);
  if (selection === undefined) {
    selection = selectAnew(operation, wanted);
    known.set(key, selection);
  }
  return selection;
}

function selectAnew(operation: Operation, wanted: Wanted): PrismSelection {
  const { code } = wanted.preferences;
  const usual = usualResponse(operation.responses);
  const select = (candidate: Candidate | undefined): PrismSelection =>
    candidate === undefined
      ? { problem: prismProblem('NO_RESPONSE_RESPONSE_DEFINED', '') }
      : selectContent(operation, candidate, wanted);
  if (code === undefined) return select(usual);
  const isStatus = code >= 200 && code < 600;
  const forced = isStatus
    ? (responseOf(operation.responses, code) ?? defaultOf(operation.responses, code))
    : undefined;
  if (forced === undefined)
    return {
      problem: prismProblem('NOT_FOUND', `Requested status code ${code} is not defined in the document.`),
    };
  const selected = select(forced);
  if (!('problem' in selected)) return selected;
  const otherwise = select(usual);
  if (!('problem' in otherwise)) return otherwise;
  const error = `Error: ${otherwise.problem.sentAs?.title}`;
  return { problem: unknownPrismProblem(`${error}. We tried default response, but we got ${error}`) };
}

/** The declared error of an invalid request; else a problem that lists the violations. */
export function selectForInvalid(
  { responses, api }: Operation,
  violations: readonly PrismViolation[],
  { preferences, ignoreExamples, fillProperties }: Wanted,
): PrismSelection {
  const statuses = violations.some(({ code }) => code === 401)
    ? [401]
    : violations.some(({ code }) => code === 415)
      ? [415, 422, 400]
      : [422, 400];
  const found =
    statuses.map(status => responseOf(responses, status)).find(each => each !== undefined) ??
    defaultOf(responses, statuses[0] ?? 422);
  if (found === undefined) return { problem: violationsProblem(violations) };
  const { status, response } = found;
  const isExampleOfIt = preferences.code !== undefined && statuses.includes(preferences.code);
  const key = isExampleOfIt ? preferences.example : undefined;
  const withExamples = response.contents.find(content => prismExamples(api, content).length > 0);
  const content = withExamples ?? response.contents.find(({ schema }) => schema !== undefined);
  const example =
    withExamples === undefined || key === undefined ? undefined : findExample(api, withExamples, key);
  if (withExamples !== undefined && key !== undefined && example === undefined)
    return { problem: noExampleProblem(withExamples, key) };
  return {
    selection: {
      status,
      example: example?.name || undefined,
      accept: undefined,
      seed: undefined,
      asPrism: { content, ignoreExamples, fillProperties },
    },
  };
}

/** The error of an operation that declares none. */
export function violationsProblem(violations: readonly PrismViolation[]): Problem {
  const security = violations.find(({ code }) => code === 401);
  const tail = 'and the document declares no response for that case, so the mock sends this error.';
  if (security !== undefined) {
    const challenges = (security.tags ?? []).join(',');
    const fields = challenges === '' ? undefined : { 'WWW-Authenticate': challenges };
    return prismProblem(
      'UNAUTHORIZED',
      `The request does not meet the security requirements, ${tail}`,
      fields && { more: { headers: fields }, headers: { 'www-authenticate': [challenges] } },
    );
  }
  const mediaType = violations.find(({ code }) => code === 415);
  if (mediaType !== undefined) return prismProblem('INVALID_CONTENT_TYPE', mediaType.message);
  return prismProblem('UNPROCESSABLE_ENTITY', `The request is not valid, ${tail}`, {
    more: { validation: violations.map(each => violationJson(each)) },
  });
}

/** The status, else its range. */
function responseOf(responses: readonly ResponseSpec[], status: number): Candidate | undefined {
  const response =
    responses.find(each => each.status === String(status)) ??
    responses.find(each => each.status === `${String(status)[0]}XX`);
  return response && { status, response };
}

function defaultOf(responses: readonly ResponseSpec[], status: number): Candidate | undefined {
  const response = responses.find(each => each.status === 'default');
  return response && { status, response };
}

/** The lowest success, else "default", else the first that is declared. */
function usualResponse(responses: readonly ResponseSpec[]): Candidate | undefined {
  const [lowest] = responses.filter(({ status }) => /^2(\d\d|XX)$/.test(status)).sort(byStatus);
  const response = lowest ?? responses.find(({ status }) => status === 'default') ?? responses[0];
  if (response === undefined) return undefined;
  const { status } = response;
  return { status: status === 'default' ? 200 : Number(status.replace('XX', '00')), response };
}

function byStatus(left: ResponseSpec, right: ResponseSpec): number {
  return left.status < right.status ? -1 : 1;
}

function selectContent(
  { api, method }: Operation,
  { status, response }: Candidate,
  wanted: Wanted,
): PrismSelection {
  const { accept, seed, ignoreExamples, fillProperties, preferences } = wanted;
  const { contents } = response;
  const select = (content: Content | undefined, mediaType?: string, example?: Example): PrismSelection => ({
    selection: {
      status,
      example: example?.name || undefined,
      accept,
      seed: example === undefined && content !== undefined ? seed : undefined,
      isOnce: wanted.isOnce,
      asPrism: { content, mediaType, ignoreExamples, fillProperties },
    },
  });
  if (method === 'HEAD') return select(undefined);
  const content = accept === undefined ? withoutAccept(contents) : acceptedContent(contents, accept);
  if (content === undefined) {
    // Without Accept, a response without content is a text without characters.
    if (accept === undefined) return select(undefined, 'text/plain');
    const mayBeEmpty = contents.length === 0 || status === 204 || accept.includes('*/*');
    if (mayBeEmpty) return select(undefined);
    return { problem: prismProblem('NOT_ACCEPTABLE', `Unable to find content for ${accept}`) };
  }
  const { example: key } = preferences;
  const example = key === undefined ? undefined : findExample(api, content, key);
  if (key !== undefined && example === undefined) return { problem: noExampleProblem(content, key) };
  if (key === undefined && seed !== undefined && content.schema === undefined) {
    const reason = `Tried to force a dynamic response for: ${content.mediaType} but schema is not defined.`;
    return { problem: unknownPrismProblem(reason) };
  }
  return select(content, concreteType(content.mediaType, [...namedTypes(accept), ...USUAL_TYPES]), example);
}

function withoutAccept(contents: readonly Content[]): Content | undefined {
  return (
    contents.find(({ mediaType }) => mediaType === '*/*') ??
    acceptedContent(contents, 'application/json, */*')
  );
}

function acceptedContent(contents: readonly Content[], accept: string): Content | undefined {
  const [best] = acceptableTypes(
    accept,
    contents.map(({ mediaType }) => mediaType),
  );
  return contents.find(({ mediaType }) => mediaType === best);
}

/** For a range of the document, unless Accept names a type in it. */
const USUAL_TYPES = ['text/plain', 'application/json'];

/** The name of the member `example` is "default". */
function findExample(api: ApiSpec, content: Content, key: string): Example | undefined {
  return prismExamples(api, content).find(({ name }) => name === key || (name === '' && key === 'default'));
}

function noExampleProblem({ mediaType }: Content, key: string): Problem {
  const detail = `Response for contentType: ${mediaType} and exampleKey: ${key} does not exist.`;
  return prismProblem('NOT_FOUND', detail);
}
