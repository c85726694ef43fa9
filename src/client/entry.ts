// deadringer/client: controls a mock server that runs elsewhere. Loads nothing of the server, so that it can be a CommonJS bundle, too.
import type { ControlSchema } from './control-operation.ts';

export { InputError } from '../finding/input-error.ts';
export { ControlRefusal, NoServer } from './call-control.ts';
export { type ConnectOptions, connect, type MockClient, type OfSession } from './connect.ts';
export { contractMatchers, type ExpectedCallOrName } from './contract-matchers.ts';
export { ContractViolation } from './contract-violations.ts';
export type {
  CallExpectations,
  CoverageCounts,
  Delay,
  DelayOptions,
  Duration,
  HarFile,
  JournalQuery,
  MockSession,
  SwitchChange,
} from './mock-session.ts';
export type { ClockOfSession } from './session-clock.ts';
export type { ItemOptions, StateOfSession } from './session-state.ts';
export { VerificationError } from './verification-error.ts';

/** An exchange in the journal of a session, as the control API shows it. */
export type JournalEntry = ControlSchema<'Entry'>;

/** The stored items of a session. */
export type StateSnapshot = ControlSchema<'StateSnapshot'>;
