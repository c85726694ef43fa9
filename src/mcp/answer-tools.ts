// Tools that force what the server answers: scenarios and switches of a session.
import { z } from 'zod';
import type { ControlSchema } from '../client/control-operation.ts';
import { DEFAULT_SESSION } from '../exchange/session-name.ts';
import { InputError } from '../finding/input-error.ts';
import { addTool, control, queryOf, SESSION_TEXT, sessionPath, type ToolContext } from './tool.ts';

const TARGET = z
  .string()
  .describe('"*" for everything, an API such as "petstore", or an operation such as "petstore.getPet".');
const SESSION = z.string().default(DEFAULT_SESSION).describe(SESSION_TEXT);

export function addAnswerTools(context: ToolContext): void {
  addTool(
    context,
    'force_answer',
    {
      title: 'Force an answer',
      description:
        'Makes the server answer in a chosen way from the next request on: enables a scenario, or sets a switch of a target (status, named example, delay, fault, rate limit). Later requests of the session get this answer until release_answer. Returns what is in force in the session.',
      input: z.strictObject({
        session: SESSION,
        scenario: z
          .string()
          .optional()
          .describe('Id of list_scenarios, or a pattern such as "*/server-error"; instead of "target".'),
        target: TARGET.optional(),
        status: z
          .int()
          .min(200)
          .max(599)
          .optional()
          .describe('An undeclared status is allowed and marked as off-contract.'),
        example: z.string().optional().describe('Name of a declared example.'),
        delay: z.string().optional().describe('"2s" or "250ms" before each response.'),
        fault: z.string().optional().describe('How the connection breaks: "reset", "empty", "truncate" ...'),
        rate: z
          .string()
          .optional()
          .describe('A rate limit such as "5/1m"; "on": as the document declares; "off": none.'),
        after: z
          .int()
          .min(1)
          .optional()
          .describe('The number of requests that are normal before the change.'),
        times: z
          .int()
          .min(1)
          .optional()
          .describe('The number of requests that are changed; later ones are normal.'),
      }),
      readOnly: false,
    },
    async ({ session, scenario, target, delay, fault, ...settings }) => {
      const changes = Object.values({ ...settings, delay, fault }).some(each => each !== undefined);
      if ((scenario === undefined) === (target === undefined) || (target !== undefined) !== changes)
        throw new InputError(
          'name either a scenario, or a target and what changes there: status, example, delay, fault or rate',
        );
      const path = sessionPath(session);
      if (scenario !== undefined)
        await control(context, 'POST', `${path}/scenarios`, { scenarios: [scenario] });
      else {
        const deliver = { ...(delay !== undefined && { delay }), ...(fault !== undefined && { fault }) };
        await control(context, 'PATCH', `${path}/switches/${encodeURIComponent(target ?? '')}`, {
          ...settings,
          ...(Object.keys(deliver).length > 0 && { deliver }),
        });
      }
      return await answersInForce(context, session);
    },
  );

  addTool(
    context,
    'release_answer',
    {
      title: 'Release forced answers',
      description:
        'Takes back what force_answer set: one scenario, the switch of one target, or with "all" every scenario and switch of the session. Returns what is still in force.',
      input: z.strictObject({
        session: SESSION,
        scenario: z.string().optional(),
        target: TARGET.optional(),
        all: z.boolean().default(false),
      }),
      readOnly: false,
    },
    async ({ session, scenario, target, all }) => {
      const given = [scenario, target, all || undefined].filter(each => each !== undefined);
      if (given.length !== 1) throw new InputError('name one scenario or one target, or set "all" to true');
      const path = sessionPath(session);
      if (target !== undefined)
        await control(context, 'DELETE', `${path}/switches/${encodeURIComponent(target)}`);
      else await control(context, 'DELETE', `${path}/scenarios${queryOf({ scenario })}`);
      if (all) await control(context, 'DELETE', `${path}/switches`);
      return await answersInForce(context, session);
    },
  );
}

async function answersInForce(context: ToolContext, session: string): Promise<object> {
  const { scenarios, disabledScenarios, switches } = await control<ControlSchema<'Session'>>(
    context,
    'GET',
    sessionPath(session),
  );
  return { session, scenarios, disabledScenarios, switches };
}
