// The stored items of a session: the methods that read and change them.
import { optionalMember } from '../exchange/optional-member.ts';
import { ControlRefusal } from './call-control.ts';
import type { ControlResult, ControlSchema } from './control-operation.ts';
import type { SessionCaller } from './session-caller.ts';

/** Which item of a nested resource. */
export interface ItemOptions {
  /** The values of the path parameters of the parents, outermost first. Default: none. */
  readonly parents?: readonly string[] | undefined;
}

/**
 * The stored items of a stateful mock. `use('<api>/state')` turns them on for a session, the option `stateful` for all.
 * Resources have names such as "pets" or "owners/pets"; `deadringer lint --state` lists them.
 */
export interface StateOfSession {
  /**
   * A snapshot of the items, as `deadringer state save` writes it.
   * @param options `api`: only these APIs; default: all. `keepSecrets`: true returns secrets instead of placeholders.
   */
  get(options?: {
    readonly api?: string | readonly string[] | undefined;
    readonly keepSecrets?: boolean | undefined;
  }): Promise<ControlSchema<'StateSnapshot'>>;
  /**
   * Replaces the items of each resource that the snapshot names.
   * @returns how many items are stored, and what the schemas reject in them
   * @example
   * await mock.state.load({ version: 1, apis: { petstore: { pets: [{ id: 7, name: 'Rex' }] } } });
   */
  load(snapshot: ControlSchema<'StateSnapshot'>): Promise<ControlResult<'/sessions/{id}/state', 'put'>>;
  /** Replaces the items by the seeds. */
  reset(options?: { readonly api?: string | readonly string[] | undefined }): Promise<void>;
  /**
   * A page of the items, in the order in which they were added.
   * @param options `offset`: items to skip, default 0. `limit`: at most 1000, default 100.
   */
  items(
    api: string,
    resource: string,
    options?: ItemOptions & { readonly offset?: number | undefined; readonly limit?: number | undefined },
  ): Promise<ControlResult<'/sessions/{id}/state/{api}/{resource}', 'get'>>;
  /**
   * One item; undefined if the session has none with this id.
   * @example
   * expect((await mock.state.item('petstore', 'pets', '7'))?.value).toEqual({ id: 7, name: 'Rex' });
   */
  item(
    api: string,
    resource: string,
    id: number | string,
    options?: ItemOptions,
  ): Promise<ControlSchema<'StoredItem'> | undefined>;
  /**
   * Creates an item, or replaces its value.
   * @param options `keepInvalid`: store it even if its schema rejects it; responses leave out what is rejected
   * @throws ControlRefusal if the schema rejects the value
   * @example
   * await mock.state.put('petstore', 'pets', 7, { id: 7, name: 'Rex' });
   */
  put(
    api: string,
    resource: string,
    id: number | string,
    value: object,
    options?: ItemOptions & { readonly keepInvalid?: boolean | undefined },
  ): Promise<ControlSchema<'StoredItem'>>;
  /** Removes an item. @returns whether there was one */
  delete(api: string, resource: string, id: number | string, options?: ItemOptions): Promise<boolean>;
}

const STATE = '/sessions/{id}/state';
const ITEMS = '/sessions/{id}/state/{api}/{resource}';
const ITEM = '/sessions/{id}/state/{api}/{resource}/{item}';

export function createStateOfSession(call: SessionCaller): StateOfSession {
  return {
    get: ({ api, keepSecrets } = {}) =>
      call('get', STATE, { query: { ...apis(api), ...optionalMember('keep-secrets', keepSecrets) } }),
    load: snapshot => call('put', STATE, { body: snapshot }),
    reset: async ({ api } = {}) => {
      await call('delete', STATE, { query: apis(api) });
    },
    items: (api, resource, { parents, offset, limit } = {}) =>
      call('get', ITEMS, {
        path: { api, resource },
        query: { ...parent(parents), ...optionalMember('offset', offset), ...optionalMember('limit', limit) },
      }),
    item: (api, resource, id, { parents } = {}) =>
      unlessMissing(
        call('get', ITEM, { path: { api, resource, item: String(id) }, query: parent(parents) }),
        undefined,
      ),
    put: (api, resource, id, value, { parents, keepInvalid } = {}) =>
      call('put', ITEM, {
        path: { api, resource, item: String(id) },
        query: { ...parent(parents), ...optionalMember('keep-invalid', keepInvalid) },
        body: value as Record<string, unknown>,
      }),
    delete: (api, resource, id, { parents } = {}) =>
      unlessMissing(
        call('delete', ITEM, { path: { api, resource, item: String(id) }, query: parent(parents) }).then(
          () => true,
        ),
        false,
      ),
  };
}

async function unlessMissing<T, Other>(result: Promise<T>, otherwise: Other): Promise<T | Other> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof ControlRefusal && error.code === 'no-stored-item') return otherwise;
    throw error;
  }
}

function apis(api: string | readonly string[] | undefined): { api?: string[] } {
  return api === undefined ? {} : { api: typeof api === 'string' ? [api] : [...api] };
}

function parent(parents: readonly string[] | undefined): { parent?: string[] } {
  return parents === undefined ? {} : { parent: [...parents] };
}
