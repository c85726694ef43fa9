// The context of a request, as far as its head determines it: preferences, session names, match, findings.

import { header, type Request } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Match, MatchResult } from '../routing/match.ts';
import { validateRequestHead } from '../validate/request.ts';
import { type InvalidPreference, type Preferences, readPreferences } from './preferences.ts';
import type { ServedConfig } from './served-config.ts';
import type { ServerState } from './server-state.ts';
import { readSessionNames, type SessionNames } from './session/identify.ts';

/** Depends on nothing but the head, the world and the table of upstreams: while those stay, it may be used again. */
export interface RequestContext {
  readonly config: ServedConfig;
  readonly preferences: Preferences | InvalidPreference;
  readonly sessionNames: SessionNames;
  /** As the API would have seen it, and without its body. */
  readonly head: Request;
  readonly match: MatchResult;
  /** Kept by headFindings. */
  findings?: readonly Finding[];
}

/** Scenarios and the mock itself answer whoever the real service would answer: also who knows nothing but the origin. */
export function createRequestContext({ config, upstreams }: ServerState, received: Request): RequestContext {
  const { wish: preferences, request } = readPreferences(received);
  const sessionNames = readSessionNames(request);
  const { request: head } = sessionNames;
  const { method, path } = head;
  const host = header(head.headers, 'host');
  let match = config.match({ method, path, host });
  if (match.kind === 'not-found' && !upstreams.isEmpty) {
    const known = upstreams.withApiPrefix(config, match, path, host);
    if (known !== undefined) match = config.match({ method, path: known, host });
  }
  return { config, preferences, sessionNames, head, match };
}

/** @throws UnusableSchema when a schema that is needed does not compile */
export function headFindings(context: RequestContext, match: Match): readonly Finding[] {
  context.findings ??= validateRequestHead(match, context.head);
  return context.findings;
}
