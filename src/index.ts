// The public API of the package: start a mock, check and replay traffic, load documents, validate an exchange.
import { type LoadedContract, type LoadOptions, loadContract as loadContractFiles } from './openapi/load.ts';

export { mergeReports } from './check/merge-reports.ts';
export type { Report } from './check/report.ts';
export type { Progress } from './check/run.ts';
export * from './client/entry.ts';
export type { Body, Exchange, Headers, Request, Response } from './exchange/exchange.ts';
export type { FindingCode } from './finding/catalogue.ts';
export type { Finding, SourceLocation } from './finding/finding.ts';
export type { ServerError } from './http/options.ts';
export type { TlsCertificate } from './http/tls-server.ts';
export type { UpstreamMode } from './mock/proxy/upstream.ts';
export type { SessionLimits } from './mock/session/session-limits.ts';
export type { DropReason } from './mock/session/session-store.ts';
export { ContractError, type LoadedContract } from './openapi/load.ts';
export type { ApiSpec, Contract, Operation } from './openapi/model.ts';
export {
  createMatcher,
  type Match,
  type Matcher,
  type MatchResult,
  type RoutedRequest,
} from './routing/match.ts';
export { type Mock, startMock } from './start-mock.ts';
export type { MockOptions } from './start-options.ts';
export {
  type CheckTrafficOptions,
  checkTraffic,
  type ReplayTrafficOptions,
  replayTraffic,
} from './traffic.ts';
export { lint } from './validate/lint.ts';
export { validateRequest } from './validate/request.ts';
export { validateResponse } from './validate/response.ts';

export type LoadContractOptions = Pick<
  LoadOptions,
  'assertFormats' | 'overlays' | 'provenance' | 'relativeTo'
>;

/**
 * Loads OpenAPI documents (https://spec.openapis.org/oas/latest.html) for validation.
 * @param paths files, and folders whose YAML and JSON files are documents
 * @returns the documents, and findings about parts that cannot be used
 * @throws ContractError if no document can be loaded, with the reasons as findings
 * @example
 * const { contract, findings } = await loadContract(['specs'], { relativeTo: process.cwd() });
 * const match = createMatcher(contract)({ method: 'GET', path: '/petstore/pets/7', host: undefined });
 */
export function loadContract(
  paths: readonly string[],
  options: LoadContractOptions,
): Promise<LoadedContract> {
  return loadContractFiles(paths, options);
}
export type { StoreOption } from './store/shared/store-option.ts';
export type { TelemetrySettings } from './telemetry/settings.ts';
export type { Sampler } from './telemetry/trace-context.ts';
