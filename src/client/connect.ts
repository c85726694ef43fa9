// connect(): the methods that control a running mock server, in this process or elsewhere, over its control API.
import { DEFAULT_SESSION } from '../exchange/session-name.ts';
import { type ControlConnection, requireServerUrl } from './call-control.ts';
import { connectSession } from './connect-session.ts';
import type {
  CallExpectations,
  CoverageCounts,
  Delay,
  DelayOptions,
  HarFile,
  JournalQuery,
  MockSession,
  SwitchChange,
} from './mock-session.ts';

/** Which session a method is for. */
export interface OfSession {
  /** Name of the session. Default: "default", to which requests belong that name no session. */
  readonly session?: string | undefined;
}

/** A running mock: the methods of its default session. The option `session` names another one. */
export interface MockClient extends Pick<MockSession, 'url' | 'state' | 'clock'> {
  /** As in MockSession. @example await mock.use('petstore/not-found', { session: 'anna' }); */
  use(scenarios: string | readonly string[], options?: OfSession): Promise<void>;
  /** As in MockSession. */
  disable(scenarios?: string | readonly string[], options?: OfSession): Promise<void>;
  /** As in MockSession. @example await mock.delay('2s', { on: 'petstore.getPet', times: 1 }); */
  delay(delay: Delay, options?: DelayOptions & OfSession): Promise<void>;
  /** As in MockSession. @example await mock.change('petstore.getPet', { status: 503, times: 2 }); */
  change(target: string, change: SwitchChange | null, options?: OfSession): Promise<void>;
  /** As in MockSession. @example afterEach(() => mock.reset()); */
  reset(options?: OfSession): Promise<void>;
  /** As in MockSession. @example const [first] = await mock.journal({ operation: 'addPet' }); */
  journal(query?: JournalQuery & OfSession): ReturnType<MockSession['journal']>;
  /** As in MockSession. */
  har(query?: JournalQuery & OfSession): Promise<HarFile>;
  /** As in MockSession. @example await mock.verify({ expected: [{ on: 'addPet', times: 1 }] }); */
  verify(expectations: CallExpectations, options?: OfSession): Promise<void>;
  /** As in MockSession. */
  verifyContract(options?: OfSession): Promise<void>;
  /** As in MockSession. */
  coverage(options?: OfSession): Promise<CoverageCounts>;
  /**
   * The same methods for another session, with its base URL and header fields. The first request creates the session.
   * @param name 1 to 64 letters, digits, dots, hyphens and underscores; the first is a letter or digit
   * @throws InputError if the name is not valid
   * @example
   * const anna = mock.session('anna');
   * await anna.use('petstore/not-found');
   * const response = await fetch(`${anna.url}/petstore/pets/7`);
   */
  session(name: string): MockSession;
}

/** How to reach a server. */
export interface ConnectOptions {
  /** The token of the control API, if the server requires one. */
  readonly token?: string | undefined;
}

/**
 * Controls a server that runs elsewhere, such as one that `deadringer serve` has started. Only the methods send requests; they reject
 * with NoServer if no server responds.
 * @param url of the server: "http://127.0.0.1:4010"
 * @throws NoServer if it is not an http or https URL
 * @example
 * const mock = connect(process.env.DEADRINGER_URL ?? 'http://127.0.0.1:4010');
 * await mock.use('petstore/not-found');
 */
export function connect(url: string, { token }: ConnectOptions = {}): MockClient {
  const connection: ControlConnection = {
    server: requireServerUrl(url),
    ...(token !== undefined && { token }),
  };
  const session = (name = DEFAULT_SESSION): MockSession => connectSession(connection, name);
  const { state, clock } = session();
  return {
    url: connection.server,
    use: async (scenarios, options) => session(options?.session).use(scenarios),
    disable: async (scenarios, options) => session(options?.session).disable(scenarios),
    delay: async (delay, { session: name, ...options } = {}) => session(name).delay(delay, options),
    change: async (target, change, options) => session(options?.session).change(target, change),
    reset: async options => session(options?.session).reset(),
    journal: async ({ session: name, ...query } = {}) => session(name).journal(query),
    har: async ({ session: name, ...query } = {}) => session(name).har(query),
    verify: async (expectations, options) => session(options?.session).verify(expectations),
    verifyContract: async options => session(options?.session).verifyContract(),
    coverage: async options => session(options?.session).coverage(),
    state,
    clock,
    session,
  };
}
