// Control routes for webhooks: lists those that the documents declare, and sends one to a URL.
import { z } from 'zod';
import { stringMember } from '../../document/documents.ts';
import { DEFAULT_SESSION } from '../../exchange/session-name.ts';
import { formatLocation } from '../../finding/finding.ts';
import { InputError } from '../../finding/input-error.ts';
import { didYouMean } from '../../finding/nearest-word.ts';
import { truncate } from '../../finding/truncate.ts';
import type { ServeEvent } from '../../mock/serve-event.ts';
import type { ApiSpec, Webhook } from '../../openapi/model.ts';
import { parseReceiver } from '../callback-receivers.ts';
import { toDetailedJson } from './journal-json.ts';
import {
  ControlError,
  type ControlRequest,
  parseBody,
  parseSessionName,
  type Route,
  requireApi,
} from './route.ts';

const SEND = z.strictObject({
  to: z.string(),
  session: z.string().optional(),
  example: z.string().optional(),
  seed: z.string().optional(),
  body: z.unknown().optional(),
});

export const WEBHOOK_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/webhooks',
    handle: ({ state }) => {
      const { apis } = state.config.contract;
      return { body: { webhooks: apis.flatMap(api => api.webhooks.map(each => toWebhookJson(api, each))) } };
    },
  },
  {
    method: 'post',
    path: '/apis/:api/webhooks/:name',
    handle: async request => {
      const { state } = request;
      const event = await sendWebhook(request);
      const session = await state.sessions.get(event.session);
      const entry = await session?.journal.find(event.exchange.id);
      if (entry !== undefined) return { body: toDetailedJson(entry, state.config.contract) };
      const detail = `the webhook was sent, but the journal of the session "${event.session}" has dropped the exchange ${event.exchange.id}`;
      throw new ControlError({ code: 'no-such-control', detail });
    },
  },
];

const SUMMARY_LENGTH = 500;

function toWebhookJson({ name: api, documents }: ApiSpec, { name, operation }: Webhook): object {
  const { id, method, node, requestBody } = operation;
  const summary = stringMember(node, 'summary')?.trim();
  const examples = (requestBody?.contents ?? []).flatMap(content => content.examples.map(each => each.name));
  return {
    api,
    name,
    operation: id,
    method,
    ...(summary && { summary: truncate(summary, SUMMARY_LENGTH) }),
    examples: [...new Set(examples)].filter(Boolean),
    location: formatLocation(documents.locate(node)),
  };
}

/** @throws ControlError if the API has no such webhook */
function requireWebhook({ webhooks, name: api }: ApiSpec, name: string): Webhook {
  const found =
    webhooks.find(each => each.operation.id === name) ?? webhooks.find(each => each.name === name);
  if (found !== undefined) return found;
  const known = webhooks.flatMap(each => [each.name, each.operation.id]);
  throw new ControlError({
    code: 'no-such-control',
    detail: `the API "${api}" has no webhook "${name}"${didYouMean(name, known)}`,
    hint: 'list the webhooks with "deadringer webhook" or GET /__deadringer/webhooks',
  });
}

async function sendWebhook(request: ControlRequest): Promise<ServeEvent> {
  const { to, session = DEFAULT_SESSION, ...content } = parseBody(SEND, request.body);
  const api = requireApi(request);
  const { name, operation } = requireWebhook(api, request.params.name ?? '');
  const subject = {
    operation,
    session: parseSessionName(session),
    sessionSource: 'default',
    redactPersonal: api.redactPersonal,
    rules: [],
  } as const;
  const sender = await request.callbackSender();
  try {
    const receiver = parseReceiver(to, '"to"');
    const sent = { kind: 'webhook', name, origin: receiver.origin } as const;
    return await sender.send({ ...subject, sent }, receiver, content);
  } catch (error) {
    if (error instanceof InputError) throw new ControlError({ code: 'bad-control', detail: error.message });
    if ((error as Error).name !== 'AbortError') throw error;
    throw new ControlError({
      code: 'callback-failed',
      detail: 'the server stops, so the webhook was given up',
    });
  }
}
