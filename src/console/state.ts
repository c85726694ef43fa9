// What every screen needs of the server: the APIs, the sessions and the current session, kept up to date by events.
import { computed, effect, signal } from '@preact/signals';
import { ControlFailure, control, type Schema } from './client.ts';
import { type ConsoleEvent, subscribe } from './events.ts';
import { toast } from './parts/toast.tsx';
import { ALL_SESSIONS, currentSession, DEFAULT_SESSION, selectSession } from './router.ts';

export type Session = Schema<'Session'>;
export type Api = Awaited<ReturnType<typeof readApis>>[number];

/** Undefined until they are read. */
export const apis = signal<readonly Api[] | undefined>(undefined);
export const sessions = signal<readonly Session[] | undefined>(undefined);

/** Of the session in the address; undefined for all sessions, and until it is read. */
export const session = computed(() => sessions.value?.find(({ id }) => id === currentSession.value));

/** Why the server could not be read. */
export const stateFailure = signal<ControlFailure | undefined>(undefined);

/** The session that commands of the present screen change: with all sessions in view, the default one. */
export const commandSession = computed(() =>
  currentSession.value === ALL_SESSIONS ? DEFAULT_SESSION : currentSession.value,
);

async function readApis() {
  return (await control('get', '/apis')).apis;
}

async function readSessions(): Promise<void> {
  const { sessions: listed } = await control('get', '/sessions');
  sessions.value = listed;
}

/** What a command answers with is shown at once, before the event about it. */
export function updateSession(changed: Session): void {
  sessions.value = sessions.value?.map(each => (each.id === changed.id ? changed : each));
}

let opening: Promise<void> = Promise.resolve();

/**
 * A session in a link need not exist yet: it begins with the link, as with the first request of a tester. One call waits for
 * the other, so that two do not create the same session.
 */
function openSession(id: string): Promise<void> {
  const opened = opening.then(() => findOrCreate(id));
  opening = opened.catch(() => undefined);
  return opened;
}

async function findOrCreate(id: string): Promise<void> {
  if (id === ALL_SESSIONS) return;
  await readSessions();
  if (session.value !== undefined || currentSession.value !== id) return;
  if (id === DEFAULT_SESSION) {
    await control('get', '/sessions/{id}', { path: { id } });
  } else {
    await control('post', '/sessions', { body: { id } }).catch(ifMissing);
  }
  await readSessions();
}

/** Another tab, or a first request, may have created the session at the same moment. */
async function ifMissing(error: ControlFailure): Promise<void> {
  await readSessions();
  if (session.value === undefined) throw error;
}

/** Runs a reading of the state. A failure is shown by the shell, and the next event reads again. */
function read(reading: Promise<void>): void {
  reading.then(
    () => {
      stateFailure.value = undefined;
    },
    (error: ControlFailure) => {
      // The banner of the shell says that the server does not answer.
      if (error.code !== 'unreachable') stateFailure.value = error;
    },
  );
}

function refreshApis(): void {
  read(
    readApis().then(listed => {
      apis.value = listed;
    }),
  );
}

let startedAt: string | undefined;

/** A server that was restarted has forgotten its sessions and journals. */
async function noticeRestart(): Promise<void> {
  const server = await control('get', '/server');
  if (startedAt !== undefined && startedAt !== server.startedAt)
    toast('The server was restarted: its sessions and journals begin anew.', 'warning');
  startedAt = server.startedAt;
}

function onEvent(event: ConsoleEvent): void {
  if (event.type === 'opened') read(noticeRestart());
  else if (event.type === 'reloaded') toast('Documents and scenarios were loaded again.');
  if (event.type === 'opened' || event.type === 'reloaded') {
    refreshApis();
    read(openSession(currentSession.value));
  } else if (event.type === 'session') {
    const { id, ended } = event.data;
    if (ended && id === currentSession.value && id !== DEFAULT_SESSION) {
      toast(`Session "${id}" was ended. You see the default session now.`, 'warning');
      selectSession(DEFAULT_SESSION);
    }
    read(readSessions());
  }
}

export function startState(): void {
  subscribe(onEvent);
  effect(() => {
    const id = currentSession.value;
    read(
      openSession(id).catch((error: ControlFailure) => {
        if (error.code !== 'bad-control') throw error;
        toast(`There can be no session "${id}": ${error.message}`, 'error');
        selectSession(DEFAULT_SESSION);
      }),
    );
  });
}

/** Runs a command of the user, and shows why it failed. @returns whether it succeeded */
export async function run(command: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await command();
    if (done !== undefined) toast(done);
    return true;
  } catch (error) {
    if (!(error instanceof ControlFailure)) throw error;
    toast([error.message, error.hint].filter(Boolean).join(' '), 'error');
    return false;
  }
}
