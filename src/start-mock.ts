// startMock(): a mock in this process with the methods that control it, which are those of a server elsewhere.
import { connect, type MockClient } from './client/connect.ts';
import { InputError } from './finding/input-error.ts';
import { checkOptionNames } from './option-names.ts';
import { type RunningServer, startServer } from './start.ts';
import { DEFAULTS, isLoopback, type MockOptions } from './start-options.ts';

/** A running mock server, with the methods that control it. */
export interface Mock extends MockClient, RunningServer {
  /** Closes the mock at the end of a block: `await using mock = await startMock();`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a mock server in this process, which answers as `deadringer serve` does with the same options. Resolves when all documents
 * and scenarios are verified.
 * @throws ContractError if no document can be loaded or a scenario is invalid; InputError if an option does not exist, if an upstream, an origin or a host is
 * invalid, or if other machines could use the control API without a token; the error of Node (EADDRINUSE, EACCES) if the port
 * cannot be opened
 * @example
 * await using mock = await startMock({ specs: ['petstore.yaml'] });
 * await mock.use('petstore/not-found');
 * const response = await fetch(`${mock.url}/petstore/pets/7`); // 404
 * await mock.verify({ expected: [{ on: 'getPet', times: 1 }] });
 */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  checkOptionNames(options);
  const { host = DEFAULTS.host, token } = options;
  if (token === undefined && !isLoopback(host))
    throw new InputError(
      `${host} accepts connections from other machines, which could use the control API: set the option "token", or leave out "host"`,
    );
  const server = await startServer(options);
  let closed: Promise<void> | undefined;
  const close: Mock['close'] = graceMilliseconds => {
    closed ??= server.close(graceMilliseconds);
    return closed;
  };
  const { port, reload } = server;
  return { ...connect(server.url, { token }), port, reload, close, [Symbol.asyncDispose]: () => close() };
}
