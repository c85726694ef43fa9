// Tools about what the server serves: operations and scenarios.
import { z } from 'zod';
import type { ControlResult } from '../client/control-operation.ts';
import { InputError } from '../finding/input-error.ts';
import { didYouMean } from '../finding/nearest-word.ts';
import { addTool, control, pageOf, queryOf, type ToolContext } from './tool.ts';

const PAGE = {
  offset: z.int().min(0).default(0).describe('"nextOffset" of the page before.'),
  limit: z.int().min(1).max(200).default(50),
};

export function addContractTools(context: ToolContext): void {
  addTool(
    context,
    'list_operations',
    {
      title: 'List operations',
      description:
        'Lists the operations that the mock server serves: the "target" that force_answer takes, method, path on the server, declared statuses with the names of their examples, and the line of the document.',
      input: z.strictObject({
        api: z.string().optional().describe('Name of an API; default: all.'),
        method: z.string().optional().describe('"GET", in any case.'),
        text: z.string().optional().describe('Only operations with this text in id, path, summary or tags.'),
        ...PAGE,
      }),
      readOnly: true,
    },
    async ({ api, method, text, ...page }) => {
      const { apis } = await control<ControlResult<'/apis', 'get'>>(context, 'GET', '/apis');
      requireApi(
        api,
        apis.map(({ name }) => name),
      );
      const selected = apis
        .filter(({ name }) => api === undefined || name === api)
        .flatMap(({ name, operations }) => operations.map(operation => ({ name, operation })))
        .filter(
          ({ operation: { id, method: its, path, summary = '', tags } }) =>
            (method === undefined || its === method.toUpperCase()) &&
            hasText(text, [id, path, summary, ...tags]),
        );
      const { items, ...counts } = pageOf(selected, page);
      return {
        server: context.connection.server,
        ...counts,
        operations: items.map(({ name, operation }) => ({
          target: `${name}.${operation.id}`,
          method: operation.method,
          path: operation.path,
          ...(operation.summary !== undefined && { summary: operation.summary }),
          responses: operation.responses.map(({ status, examples }) => ({ status, examples })),
          location: operation.location,
          ...(operation.unusable !== undefined && { unusable: operation.unusable }),
        })),
      };
    },
  );

  addTool(
    context,
    'list_scenarios',
    {
      title: 'List scenarios',
      description:
        'Lists the scenarios that force_answer can enable, with what each does: one for each declared response and named example, and those of files.',
      input: z.strictObject({
        api: z.string().optional().describe('Name of an API; default: all.'),
        text: z.string().optional().describe('Only scenarios with this text in id, title or description.'),
        ...PAGE,
      }),
      readOnly: true,
    },
    async ({ api, text, ...page }) => {
      const path = `/scenarios${queryOf({ api })}`;
      const { scenarios, readOnly } = await control<ControlResult<'/scenarios', 'get'>>(context, 'GET', path);
      const selected = scenarios.filter(({ id, title, description = '' }) =>
        hasText(text, [id, title, description]),
      );
      const { items, ...counts } = pageOf(selected, page);
      return {
        ...counts,
        canSave: context.allowSave && !readOnly,
        scenarios: items.map(({ id, title, sentence, from, onByDefault }) => ({
          id,
          title,
          does: sentence,
          from,
          onByDefault,
        })),
      };
    },
  );
}

/** @throws InputError if there is no such API */
function requireApi(name: string | undefined, known: readonly string[]): void {
  if (name === undefined || known.includes(name)) return;
  throw new InputError(
    `there is no API "${name}"${didYouMean(name, known)}; the server has ${known.join(', ')}`,
  );
}

function hasText(text: string | undefined, places: readonly string[]): boolean {
  const wanted = text?.toLowerCase();
  return wanted === undefined || places.some(place => place.toLowerCase().includes(wanted));
}
