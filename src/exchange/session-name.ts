// Names of sessions: how a request gives one, and which are valid.

export const SESSION_HEADER = 'x-deadringer-session';
export const SESSION_COOKIE = 'deadringer-session';

/** The session of requests that name none. */
export const DEFAULT_SESSION = 'default';

/** Valid session names: safe in a header, a URL and a file name. */
export const SESSION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
