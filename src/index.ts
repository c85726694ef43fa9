// The public API of the package: start a mock, check and replay traffic, load documents, validate an exchange.
export { mergeReports } from './check/merge-reports.ts';
export type { Report } from './check/report.ts';
export type { Exchange, Request, Response } from './exchange/exchange.ts';
export type { Finding, SourceLocation } from './finding/finding.ts';
export { InputError } from './finding/input-error.ts';
export { lint } from './openapi/lint.ts';
export { ContractError, type LoadedContract, type LoadOptions, loadContract } from './openapi/load.ts';
export type { Contract, Operation } from './openapi/model.ts';
export { createMatcher, type Matcher, type MatchResult } from './routing/match.ts';
export type { Match } from './routing/trie.ts';
export { type Mock, type MockOptions, startMock } from './start.ts';
export {
  type CheckTrafficOptions,
  checkTraffic,
  type ReplayTrafficOptions,
  replayTraffic,
} from './traffic.ts';
export { validateRequest } from './validate/request.ts';
export { validateResponse } from './validate/response.ts';
