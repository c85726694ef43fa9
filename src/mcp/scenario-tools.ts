// The tool that drafts a scenario, and the schema of scenario files as a resource.
import { z } from 'zod';
import type { ControlResult } from '../client/control-operation.ts';
import { toYaml } from '../document/write-yaml.ts';
import { DEFAULT_SESSION } from '../exchange/session-name.ts';
import { InputError } from '../finding/input-error.ts';
import { addTool, control, SESSION_TEXT, sessionPath, type ToolContext, UNTRUSTED } from './tool.ts';

const SCHEMA_URI = 'deadringer://scenario.schema.json';

const INPUT = z.strictObject({
  text: z.string().max(100_000).optional().describe('A scenario of your own, as YAML.'),
  exchange: z.string().optional().describe('Id of an exchange: the scenario replies as it did.'),
  session: z.string().default(DEFAULT_SESSION).describe(`Of the exchange. ${SESSION_TEXT}`),
  target: z.string().optional().describe('An operation such as "petstore.getPet", with "status".'),
  status: z.int().min(100).max(599).optional(),
  body: z
    .unknown()
    .optional()
    .describe('The body of the reply, for "target"; default: as the document says.'),
  id: z
    .string()
    .regex(/^[^/\s]+\/[^/\s]+$/)
    .optional()
    .describe('API and name, such as "petstore/gone". A "text" needs it.'),
  save: z.boolean().default(false).describe('true: save the draft as a new file with this id.'),
});

export function addScenarioTools(context: ToolContext): void {
  addTool(
    context,
    'draft_scenario',
    {
      title: 'Draft a scenario',
      description: `Returns the text of a scenario file and validates it against the documents: from a text of your own, from an exchange of the journal, or from an operation and a status. The file is saved only if "save" is true and "deadringer mcp" was started with --allow-save. ${SCHEMA_URI} is the schema of the format. ${UNTRUSTED}`,
      input: INPUT,
      readOnly: false,
    },
    async input => {
      const { id, text } = await draft(context, input);
      const [api = ''] = id.split('/');
      const { findings, sentence } = await control<ControlResult<'/scenarios/lint', 'post'>>(
        context,
        'POST',
        '/scenarios/lint',
        { api, text },
      );
      const saved = input.save ? await save(context, id, text) : undefined;
      return {
        id,
        valid: findings.every(({ level }) => level !== 'error'),
        saved: saved !== undefined,
        ...(saved !== undefined && { file: saved.file }),
        untrusted: { text, findings, ...(sentence !== undefined && { does: sentence }) },
      };
    },
  );

  context.server.registerResource(
    'scenario-schema',
    SCHEMA_URI,
    {
      title: 'JSON Schema of scenario files',
      description: 'The format of the text that draft_scenario takes.',
      mimeType: 'application/schema+json',
    },
    async ({ href }) => {
      const schema = await control(context, 'GET', '/scenarios/schema.json');
      return { contents: [{ uri: href, mimeType: 'application/schema+json', text: JSON.stringify(schema) }] };
    },
  );
}

interface Draft {
  readonly id: string;
  readonly text: string;
}

async function draft(
  context: ToolContext,
  { id, text, exchange, session, target, status, body }: z.output<typeof INPUT>,
): Promise<Draft> {
  const given = [text, exchange, target].filter(each => each !== undefined);
  if (given.length !== 1) throw new InputError('give one of "text", "exchange" and "target"');
  if (text !== undefined) {
    if (id === undefined) throw new InputError('a "text" needs an "id", such as "petstore/gone"');
    return { id, text };
  }
  if (exchange !== undefined) {
    const path = `${sessionPath(session)}/journal/${encodeURIComponent(exchange)}/scenario`;
    const generated = await control<{ text: string; suggestedId: string }>(context, 'POST', path);
    return { id: id ?? generated.suggestedId, text: generated.text };
  }
  const [, api, on] = /^([^.]+)\.(.+)$/s.exec(target ?? '') ?? [];
  if (api === undefined || on === undefined || status === undefined)
    throw new InputError('a "target" is an operation such as "petstore.getPet", and needs a "status"');
  const reply = body === undefined ? status : { status, body };
  return {
    id: id ?? `${api}/${on.replace(/[^\w-]+/g, '-')}-${status}`,
    text: toYaml({ title: `${on} responds with ${status}`, rules: [{ on, reply }] }),
  };
}

/** @throws InputError if nothing may be saved; ControlRefusal if the text is invalid or the scenario exists */
async function save(context: ToolContext, id: string, text: string): Promise<{ readonly file: string }> {
  if (!context.allowSave)
    throw new InputError('nothing is saved: "deadringer mcp" was started without --allow-save');
  return await control(context, 'PUT', `/scenarios/${encodeURIComponent(id)}`, { text });
}
