// Control routes for the switches of a session: what it changes for everything, an API or an operation.
import { z } from 'zod';
import { isObject } from '../../exchange/json.ts';
import { mergePatch } from '../../exchange/merge-patch.ts';
import { InputError } from '../../finding/input-error.ts';
import { changeSwitch, removeSwitches, type SessionView } from '../../mock/session/commands.ts';
import { type SwitchSettings, switchSchema } from '../../mock/session/switch-settings.ts';
import { toSwitchView } from '../../mock/session/switches.ts';
import { EVERYTHING } from '../../mock/target.ts';
import { deliverSchema } from '../../scenario/scenario.ts';
import {
  ControlError,
  type ControlRequest,
  parseBody,
  parseSessionName,
  type Route,
  requireSession,
} from './route.ts';

const SESSION_DELIVERY = deliverSchema.nullable();

export const SWITCH_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/sessions/:id/switches',
    handle: async request => {
      const { switches } = await requireSession(request);
      const { contract } = request.state.config;
      return { body: { switches: [...switches.values()].map(each => toSwitchView(each, contract)) } };
    },
  },
  {
    method: 'delete',
    path: '/sessions/:id/switches',
    handle: async ({ state, params }) => ({
      body: await removeSwitches(state, parseSessionName(params.id), undefined),
    }),
  },
  {
    method: 'patch',
    path: '/sessions/:id/switches/:target',
    handle: async request => {
      const patch = parseBody(PATCH, request.body);
      const update = (settings: SwitchSettings): SwitchSettings => {
        const changed = parseBody(switchSchema, mergePatch(settings, patch));
        requireEffect(changed, patch);
        return changed;
      };
      // A patch with times alone limits the switch that there is.
      const { times, status, example, deliver, rate } = patch;
      const interrupts = isGiven(times) && [status, example, deliver, rate].some(isGiven);
      return { body: await change(request, request.params.target ?? '', update, interrupts) };
    },
  },
  {
    method: 'delete',
    path: '/sessions/:id/switches/:target',
    handle: async ({ state, params }) => ({
      body: await removeSwitches(state, parseSessionName(params.id), params.target),
    }),
  },
  {
    method: 'put',
    path: '/sessions/:id/delivery',
    handle: async request => {
      const deliver = parseBody(SESSION_DELIVERY, request.body) ?? undefined;
      return { body: await change(request, EVERYTHING, settings => ({ ...settings, deliver })) };
    },
  },
];

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

const PATCH = z.unknown().refine(isObject, 'must be an object with the settings to change; null removes one');

/** @throws ControlError if the patch sets when a switch applies, and nothing says what it changes */
function requireEffect({ status, example, deliver, rate }: SwitchSettings, patch: unknown): void {
  if ([status, example, deliver, rate].some(isGiven)) return;
  const isSetting = isObject(patch) && Object.values(patch).some(value => value !== null);
  if (!isSetting) return;
  throw new ControlError({
    code: 'bad-control',
    detail: 'the switch changes nothing',
    hint: 'set "status", "example", "deliver" or "rate" as well',
  });
}

async function change(
  { state, params }: ControlRequest,
  target: string,
  update: (settings: SwitchSettings) => SwitchSettings,
  interrupts = false,
): Promise<SessionView> {
  try {
    return await changeSwitch(state, parseSessionName(params.id), target, update, interrupts);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new ControlError({
      code: 'bad-control',
      detail: error.message,
      hint: 'GET /__deadringer/apis lists the APIs and operations; "*" is everything',
    });
  }
}
