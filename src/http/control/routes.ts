// Every route of the control API, in one table; control.openapi.yaml describes the same.
import { JOURNAL_ROUTES } from './journal-routes.ts';
import type { Route } from './route.ts';
import { SERVER_ROUTES } from './server-routes.ts';
import { SESSION_ROUTES } from './session-routes.ts';

/** "journal.har" stands before "journal/:exchange" could take it; the order within a file is the order of matching. */
export const ROUTES: readonly Route[] = [...SERVER_ROUTES, ...JOURNAL_ROUTES, ...SESSION_ROUTES];
