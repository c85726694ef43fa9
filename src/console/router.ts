// Hash routes: "#/traffic/<exchange>?session=anna&status=4XX". The session is part of every link, so links can be shared.
import { computed, signal } from '@preact/signals';

export const DEFAULT_SESSION = 'default';
/** The name of all sessions together, which only the screens that can show them accept. */
export const ALL_SESSIONS = '*';

export interface ScreenRoute {
  /** "traffic" */
  readonly screen: string;
  /** What follows the screen, decoded. */
  readonly segments: readonly string[];
  /** Without the session. */
  readonly query: Readonly<Record<string, string>>;
  readonly session: string;
}

export interface RouteTarget {
  readonly segments?: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Default: the current session. */
  readonly session?: string;
}

/** The route that the address shows. Read `route.value` in a component to follow it. */
export const route = signal<ScreenRoute>(parseRoute(''));

export const currentSession = computed(() => route.value.session);

function parseRoute(hash: string): ScreenRoute {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [screen = '', ...segments] = path.split('/').map(decode);
  const { session = DEFAULT_SESSION, ...query } = Object.fromEntries(new URLSearchParams(search));
  return { screen: screen === '' ? 'start' : screen, segments, query, session };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Somebody typed a "%" that escapes nothing.
    return segment;
  }
}

/** @example href('traffic', { segments: [id] }) */
export function href(screen: string, { segments = [], query = {}, session }: RouteTarget = {}): string {
  const target = session ?? currentSession.value;
  const pairs = Object.entries({
    ...(target !== DEFAULT_SESSION && { session: target }),
    ...query,
  }).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '');
  const search = new URLSearchParams(pairs).toString();
  const path = [screen, ...segments].map(encodeURIComponent).join('/');
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

/** @param replace true: "back" does not return to the present route, as for a changed filter */
export function navigate(screen: string, target: RouteTarget = {}, replace = false): void {
  const hash = href(screen, target);
  if (!replace) location.hash = hash;
  else {
    history.replaceState(null, '', hash);
    readLocation();
  }
}

/** The present route with another query: what is undefined is left out. It replaces the present entry of the history. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const { screen, segments, query } = route.value;
  navigate(screen, { segments, query: { ...query, ...changes } }, true);
}

/** The present place for another session. An exchange belongs to one session, everything else to all. */
export function selectSession(session: string): void {
  const { screen, segments, query } = route.value;
  navigate(screen, { segments: screen === 'traffic' ? [] : segments, query, session });
}

/** A link to a route that works in another browser. */
export function absoluteUrl(hash: string): string {
  return `${location.origin}${location.pathname}${hash}`;
}

let mayLeave = (): boolean => true;

/**
 * Asks before the page shows another route. A change of the query or the session is no other route.
 * @returns a function that ends it: fit for useEffect
 */
export function guardRoute(question: () => boolean): () => void {
  mayLeave = question;
  return () => {
    mayLeave = () => true;
  };
}

function placeOf({ screen, segments }: ScreenRoute): string {
  return [screen, ...segments].map(encodeURIComponent).join('/');
}

function readLocation(): void {
  const next = parseRoute(location.hash);
  if (placeOf(next) !== placeOf(route.value) && !mayLeave()) {
    const { screen, ...target } = route.value;
    history.replaceState(null, '', href(screen, target));
    return;
  }
  route.value = next;
}

export function startRouter(): void {
  addEventListener('hashchange', readLocation);
  readLocation();
}
