// Checks the exchanges of a mock while it serves them, for "deadringer run".
import { Examiner } from '../check/examine.ts';
import type { Report } from '../check/report.ts';
import { type CheckResult, type ExamineSetup, finishRun, prepareExamination } from '../check/run.ts';
import { EMPTY_BODY } from '../exchange/exchange.ts';
import type { ServeEvent } from '../mock/serve-event.ts';
import type { ServedConfig } from '../mock/served-config.ts';
import { isMockResponse, toJournaledEvent, toRecordable } from '../mock/session/journaled-event.ts';
import type { Contract } from '../openapi/model.ts';
import type { RecordedExchange } from '../recording/model.ts';
import { EXCHANGE_ID_HEADER, type MatchTarget, type OutOfScope } from '../routing/match-target.ts';
import { validateExchange } from '../validate/exchange.ts';
import { version } from '../version.ts';

export interface ServedCheck {
  add(event: ServeEvent): void;
  /** @throws the first error of `add` */
  finish(): CheckResult;
}

/**
 * Checks each exchange when it is served, so that the limits of the journals do not matter.
 * @param name what the report calls the traffic
 * @throws InputError if the baseline cannot be used
 */
export async function startServedCheck(
  { contract, documentFindings }: ServedConfig,
  setup: Pick<ExamineSetup, 'settings' | 'baseline' | 'baselineMayBeMissing'>,
  name: string,
): Promise<ServedCheck> {
  const options = { ...setup, servers: [], today: new Date().toISOString().slice(0, 10), version: version() };
  const prepared = await prepareExamination(contract, documentFindings, options, false);
  const examiner = new Examiner(contract, { ...prepared.examine, isMock: true });
  let entries = 0;
  let failure: Error | undefined;
  return {
    add(event) {
      const place = { file: name, entry: ++entries };
      try {
        examineEvent(examiner, contract, event, place);
      } catch (error) {
        // The client still gets its response.
        failure ??= new Error(`exchange ${event.exchange.id} cannot be checked`, { cause: error });
      }
    },
    finish() {
      if (failure !== undefined) throw failure;
      const sources: Report['sources'] = [{ file: name, format: 'har', creator: 'deadringer', entries }];
      return finishRun(options, prepared, examiner, sources, {});
    },
  };
}

function examineEvent(
  examiner: Examiner,
  contract: Contract,
  event: ServeEvent,
  place: RecordedExchange['place'],
): void {
  const { exchange, origin = `http://${exchange.request.headers.host?.[0] ?? 'localhost'}` } = toRecordable(
    toJournaledEvent(event),
  );
  const recorded: RecordedExchange = { kind: 'exchange', place, origin, exchange };
  if (exchange.response === undefined) {
    examiner.add({ kind: 'not-an-exchange', place, reason: 'no-response', url: origin });
    return;
  }
  if (event.problem === undefined || !isMockResponse(event)) {
    examiner.add(recorded);
    return;
  }
  // The response is an error of the mock, which is not validated. The request of the app is.
  const target = targetOfRejected(examiner, contract, recorded);
  if (
    target.kind === 'undocumented' ||
    (target.kind === 'operation' && validateExchange(target, { request: exchange.request }).requestInvalid)
  )
    examiner.examineMatched(recorded, target);
  else examiner.add(recorded);
}

function targetOfRejected(
  { findTarget }: Examiner,
  { apis }: Contract,
  recorded: RecordedExchange,
): MatchTarget | OutOfScope {
  const { exchange } = recorded;
  const { path } = exchange.request;
  const response = { status: 404, headers: { [EXCHANGE_ID_HEADER]: [exchange.id] }, body: EMPTY_BODY };
  const target = findTarget({ ...recorded, exchange: { ...exchange, response } });
  const [api, ...otherApis] = apis;
  if (target.kind !== 'out-of-scope' || api === undefined || otherApis.length > 0) return target;
  // With a single API, a request belongs to it, whatever its `servers` say.
  return ['other-host', 'outside-servers'].includes(target.reason)
    ? { kind: 'undocumented', api, declaredPath: undefined, path }
    : target;
}
