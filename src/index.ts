// The public API of the package: start a mock, check and replay traffic, load a contract, judge an exchange.
export { mergeReports } from './check/merge.ts';
export type { Report } from './check/report.ts';
export type { Contract, Operation } from './contract/contract.ts';
export { judgeRequest, judgeResponse } from './contract/judge.ts';
export { lint } from './contract/lint.ts';
export { ContractError, loadContract } from './contract/load.ts';
export { createMatcher } from './contract/match.ts';
export type { Exchange, Request, Response } from './exchange/exchange.ts';
export type { Clause, Finding } from './finding/finding.ts';
export { InputError } from './finding/input-error.ts';
export { type Mock, type MockOptions, startMock } from './start.ts';
export {
  type CheckTrafficOptions,
  checkTraffic,
  type ReplayTrafficOptions,
  replayTraffic,
} from './traffic.ts';
