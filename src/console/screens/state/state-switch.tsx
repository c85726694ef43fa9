// Turns the state of an API on and off for the session.
import { control } from '../../client.ts';
import { Icon } from '../../parts/icon.tsx';
import { run } from '../../state.ts';

/** The built-in scenario of an API that turns its state on. */
function stateScenario(api: string): string {
  return `${api}/state`;
}

async function turnOn(session: string, names: readonly string[]): Promise<boolean> {
  return await run(
    () =>
      control('post', '/sessions/{id}/scenarios', {
        path: { id: session },
        body: { scenarios: names.map(stateScenario) },
      }),
    `Session "${session}" answers from stored items now.`,
  );
}

async function turnOff(session: string, api: string): Promise<boolean> {
  return await run(
    () =>
      control('delete', '/sessions/{id}/scenarios', {
        path: { id: session },
        query: { scenario: stateScenario(api) },
      }),
    `${api} answers with its examples again. The stored items stay.`,
  );
}

interface StateSwitchProps {
  readonly session: string;
  readonly api: string;
  readonly isOn: boolean;
}

export function StateSwitch({ session, api, isOn }: StateSwitchProps) {
  return (
    <button
      type="button"
      class="button state-switch"
      aria-pressed={isOn}
      title={isOn ? 'Answer with examples again' : 'Answer from stored items'}
      onClick={() => void (isOn ? turnOff(session, api) : turnOn(session, [api]))}
    >
      <span class="visually-hidden">State of {api}: </span>
      {isOn ? 'on' : 'off'}
    </button>
  );
}

/** The state is off for all APIs. */
export function StateOff({
  session,
  names,
}: {
  readonly session: string;
  readonly names: readonly string[];
}) {
  return (
    <div class="notice">
      <Icon name="info" />
      <div>
        <p>
          The state is off: the mock answers session "{session}" with examples, and stores nothing. Turned on,
          it remembers what requests create, change and delete.
        </p>
      </div>
      <button type="button" class="button button-primary" onClick={() => void turnOn(session, names)}>
        <Icon name="power" />
        Turn on
      </button>
    </div>
  );
}
