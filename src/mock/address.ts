// Where a request goes, as far as its head tells: what it wishes for, whose it is, its operation, what is wrong so far.
import { judgeHead } from '../contract/judge.ts';
import type { Match, Matched } from '../contract/match.ts';
import { header, type Request } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import { type Named, readSessionNames } from './bind.ts';
import { type BadPreference, type Preferences, readPreferences } from './preferences.ts';
import type { Stage } from './stage.ts';
import type { World } from './world.ts';

/** Depends on nothing but the head, the world and the table of upstreams: while those stay, it may be used again. */
export interface Address {
  readonly world: World;
  readonly wish: Preferences | BadPreference;
  readonly named: Named;
  /** As the API would have seen it, and without its body. */
  readonly head: Request;
  readonly matched: Matched;
  /** Kept by headFindings. */
  findings?: readonly Finding[];
}

/** Scenarios and the mock itself answer whoever the real service would answer: also who knows nothing but the origin. */
export function addressOf({ world, upstreams }: Stage, asked: Request): Address {
  const { wish, request: wished } = readPreferences(asked);
  const named = readSessionNames(wished);
  const { request: head } = named;
  const { method, path } = head;
  const host = header(head.headers, 'host');
  let matched = world.match({ method, path, host });
  if (matched.kind === 'path' && !upstreams.isEmpty) {
    const known = upstreams.named(world, matched, path, host);
    if (known !== undefined) matched = world.match({ method, path: known, host });
  }
  return { world, wish, named, head, matched };
}

/** @throws UnusableSchema when a schema that is needed does not compile */
export function headFindings(address: Address, match: Match): readonly Finding[] {
  address.findings ??= judgeHead(match, address.head);
  return address.findings;
}
