// The methods of one session over the control API.
import { DEFAULT_SESSION, SESSION_HEADER } from '../exchange/session-name.ts';
import { type ControlConnection, ControlRefusal } from './call-control.ts';
import { contractMatchers } from './contract-matchers.ts';
import { ContractViolation } from './contract-violations.ts';
import type { ControlSchema } from './control-operation.ts';
import type { JournalQuery, MockSession } from './mock-session.ts';
import { createSessionCaller } from './session-caller.ts';
import { createClockOfSession } from './session-clock.ts';
import { createStateOfSession } from './session-state.ts';
import { VerificationError } from './verification-error.ts';

/** The target of a switch if none is named. */
const EVERYTHING = '*';

const JOURNAL = '/sessions/{id}/journal';
const SCENARIOS = '/sessions/{id}/scenarios';
const SWITCH = '/sessions/{id}/switches/{target}';

/** @throws InputError if no session can have the name */
export function connectSession(connection: ControlConnection, name: string): MockSession {
  const call = createSessionCaller(connection, name);
  const end = async (): Promise<void> => {
    try {
      await call('delete', '/sessions/{id}');
    } catch (error) {
      if (!(error instanceof ControlRefusal) || error.code !== 'no-such-session') throw error;
    }
  };
  const change: MockSession['change'] = async (target, settings) => {
    if (settings === null) await call('delete', SWITCH, { path: { target } });
    else await call('patch', SWITCH, { path: { target }, body: settings as ControlSchema<'SwitchPatch'> });
  };
  const session: MockSession = {
    name,
    url: `${connection.server}${name === DEFAULT_SESSION ? '' : `/~${name}`}`,
    headers: { [SESSION_HEADER]: name },
    use: async scenarios => {
      await call('post', SCENARIOS, { body: { scenarios: list(scenarios) } });
    },
    disable: async scenarios => {
      const named = scenarios === undefined ? [{}] : list(scenarios).map(scenario => ({ scenario }));
      for (const query of named) await call('delete', SCENARIOS, { query });
    },
    delay: (delay, { on = EVERYTHING, times, after } = {}) =>
      change(on, {
        deliver: { delay },
        ...(times !== undefined && { times }),
        ...(after !== undefined && { after }),
      }),
    change,
    reset: end,
    journal: async query => {
      const { entries } = await call('get', JOURNAL, { query: journalQuery(query) });
      return entries as ControlSchema<'Entry'>[];
    },
    har: query => call('get', '/sessions/{id}/journal.har', { query: journalQuery(query) }),
    verify: async expectations => {
      const result = await call('post', '/sessions/{id}/verify', { body: expectations });
      if (result.passed) return;
      const { entries } = await call('get', JOURNAL, { query: { summary: true } });
      throw new VerificationError(name, result, entries as ControlSchema<'ExchangeSummary'>[]);
    },
    verifyContract: async () => {
      const { pass, message } = await contractMatchers.toSatisfyContract(session);
      if (!pass) throw new ContractViolation(message());
    },
    coverage: () => call('get', '/sessions/{id}/coverage'),
    state: createStateOfSession(call),
    clock: createClockOfSession(call),
    end,
  };
  return session;
}

function list(scenarios: string | readonly string[]): string[] {
  return typeof scenarios === 'string' ? [scenarios] : [...scenarios];
}

function journalQuery({ status, ...query }: JournalQuery = {}): object {
  return { ...query, ...(status !== undefined && { status: String(status) }) };
}
