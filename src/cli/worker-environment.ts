// The variables that a process with workers sets for them. Users do not set them.

/** Set in a worker: "first", which watches files and reports for all, or "other". */
export const WORKER = 'DEADRINGER_WORKER';

/** The URL of the store that the parent of workers has started. The key is in DEADRINGER_STORE_KEY. */
export const WORKER_STORE = 'DEADRINGER_WORKER_STORE';

/** What a worker sends when it serves. */
export const STARTED = 'started';
/** What the parent sends: to the first worker when all serve, and to all when they have to end. */
export const ANNOUNCE_START = 'announce';
export const STOP = 'stop';
