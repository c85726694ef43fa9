// The context of a request, derived from its head: preferences, session names, match, findings.

import { header, type Request, type Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Match, MatchResult } from '../routing/match.ts';
import { validateRequestHead } from '../validate/request.ts';
import {
  type InvalidPreference,
  type Preferences,
  readPreferences,
  withoutPreferences,
} from './preferences.ts';
import type { ServedConfig } from './served-config.ts';
import type { ServerState } from './server-state.ts';
import { readSessionNames, type SessionNames } from './session/identify.ts';

/** Depends only on the head, the configuration and the upstream table: it can be cached until one of them changes. */
export interface RequestContext {
  readonly config: ServedConfig;
  readonly preferences: Preferences | InvalidPreference;
  readonly sessionNames: SessionNames;
  /** Without what is meant for the mock (preferences, session prefix), and without a body. */
  readonly head: Request;
  readonly match: MatchResult;
  /** Set by headFindings. */
  findings?: readonly Finding[];
  /** Set by withLinksToMock: the latest response that a cache has, and what is sent in its place. */
  linked?: { readonly of: Response; readonly response: Response };
}

export function createRequestContext(
  { config, upstreams, prism }: ServerState,
  received: Request,
): RequestContext {
  const { preferences, request } = readPreferences(received, prism !== undefined);
  const sessionNames = readSessionNames(request);
  const { request: head } = sessionNames;
  const { path } = head;
  const host = header(head.headers, 'host');
  if (prism !== undefined) {
    const match = config.match({ ...head, host, asWritten: true });
    return { config, preferences, sessionNames, head: headForApi(head, match), match };
  }
  const { onlyApi } = upstreams;
  let match = config.match({ ...head, host, atRoot: onlyApi === undefined });
  if (match.kind === 'not-found' && onlyApi !== undefined) {
    // A client of an upstream may use paths without the API prefix. Scenarios must match those as well.
    const prefixedPath = upstreams.withApiPrefix(config, match, path, host);
    if (prefixedPath !== undefined) match = config.match({ ...head, path: prefixedPath, host });
  }
  return { config, preferences, sessionNames, head: headForApi(head, match), match };
}

/** The head without the preferences of the mock, if the API has a Prefer header of its own. */
function headForApi(head: Request, match: MatchResult): Request {
  if (head.headers.prefer === undefined || match.kind !== 'operation') return head;
  const declared = match.operation.parameters.find(
    each => each.in === 'header' && each.name.toLowerCase() === 'prefer',
  );
  if (declared === undefined) return head;
  const stripped = withoutPreferences(head);
  // Some documents list the preferences of mocks as the only values.
  return stripped.headers.prefer === undefined && declared.required ? head : stripped;
}

/** Findings about the head of a matched request. @throws UnusableSchema if a needed schema does not compile */
export function headFindings(context: RequestContext, match: Match): readonly Finding[] {
  context.findings ??= validateRequestHead(match, context.head);
  return context.findings;
}
