// Tools that read the journal: the exchanges of a session, and why one got its answer.
import { z } from 'zod';
import type { ControlResult } from '../client/control-operation.ts';
import { DEFAULT_SESSION } from '../exchange/session-name.ts';
import { addTool, control, queryOf, SESSION_TEXT, sessionPath, type ToolContext, UNTRUSTED } from './tool.ts';

/** Characters of a text of an exchange, such as a body. */
const MAX_TEXT = 4000;

type Entry = ControlResult<'/journal/{exchange}', 'get'>;
type Body = Entry['request']['body'];

export function addJournalTools(context: ToolContext): void {
  addTool(
    context,
    'list_sessions',
    {
      title: 'List sessions',
      description:
        'Lists the sessions of the server, the last used first: each has its own forced answers and its own journal.',
      input: z.strictObject({ limit: z.int().min(1).max(100).default(20) }),
      readOnly: true,
    },
    async ({ limit }) => {
      const { sessions } = await control<ControlResult<'/sessions', 'get'>>(context, 'GET', '/sessions');
      const newest = sessions.toSorted((left, right) => (left.lastUsedAt < right.lastUsedAt ? 1 : -1));
      return {
        total: sessions.length,
        sessions: newest.slice(0, limit).map(({ id, lastUsedAt, journal, scenarios, switches }) => ({
          id,
          lastUsedAt,
          journal,
          scenarios,
          switches: switches.map(({ target }) => target),
        })),
      };
    },
  );

  addTool(
    context,
    'read_journal',
    {
      title: 'Read the journal',
      description: `Lists the exchanges of a session, the newest last: what the app sent and how the server answered. "verdict" is passed, failed (the request or the response breaks the document) or problem (an error of the mock). explain_exchange tells why. ${UNTRUSTED}`,
      input: z.strictObject({
        session: z.string().default(DEFAULT_SESSION).describe(SESSION_TEXT),
        failed: z.boolean().default(false).describe('true: only exchanges that did not pass.'),
        status: z.string().optional().describe('"404", "4XX" or "404,5XX".'),
        api: z.string().optional(),
        operation: z.string().optional().describe('operationId.'),
        text: z.string().optional().describe('Only exchanges with this text in method, path, query or ids.'),
        before: z.int().min(1).optional().describe('Only exchanges before this "sequence": the page before.'),
        limit: z.int().min(1).max(100).default(20),
      }),
      readOnly: true,
    },
    async ({ session, ...filters }) => {
      const path = `${sessionPath(session)}/journal${queryOf({ summary: true, ...filters })}`;
      const { dropped, entries } = await control<{ dropped: number; entries: readonly Summary[] }>(
        context,
        'GET',
        path,
      );
      const [first] = entries;
      return {
        session,
        dropped,
        ...(first !== undefined &&
          entries.length === filters.limit && { before: first.sequence, note: MORE }),
        untrusted: { exchanges: entries.map(shortSummary) },
      };
    },
  );

  addTool(
    context,
    'explain_exchange',
    {
      title: 'Explain an exchange',
      description: `Shows one exchange in full, and why it was answered so: "why" has the steps match, validation, session, selection, body, delivery and callbacks with the lines of the documents and scenarios; "findings" what is wrong with it. ${UNTRUSTED}`,
      input: z.strictObject({
        exchange: z
          .string()
          .describe('The id, from read_journal or the response header x-deadringer-exchange.'),
      }),
      readOnly: true,
    },
    async ({ exchange }) => {
      const path = `/journal/${encodeURIComponent(exchange)}`;
      const { request, response, ...entry } = await control<Entry>(context, 'GET', path);
      return {
        untrusted: {
          ...entry,
          request: { ...request, ...shortBody(request.body) },
          ...(response !== undefined && { response: { ...response, ...shortBody(response.body) } }),
          curl: shortText(entry.curl ?? ''),
        },
      };
    },
  );
}

const MORE = 'There may be earlier exchanges: call again with this "before".';

type Summary = Readonly<Record<string, unknown>> & { readonly sequence: number };

function shortSummary(summary: Summary): object {
  const { session: _, ...others } = summary;
  return Object.fromEntries(
    Object.entries(others)
      .filter(([, value]) => !Array.isArray(value) || value.length > 0)
      .map(([key, value]) => [key, typeof value === 'string' ? shortText(value) : value]),
  );
}

function shortText(text: string): string {
  return text.length <= MAX_TEXT
    ? text
    : `${text.slice(0, MAX_TEXT)}... (${text.length - MAX_TEXT} more characters)`;
}

function shortBody(body: Body): { readonly body: unknown } {
  if (typeof body !== 'object' || body === null) return { body };
  return {
    body: Object.fromEntries(
      Object.entries(body).map(([key, value]) => [key, typeof value === 'string' ? shortText(value) : value]),
    ),
  };
}
