// State: what a stateful mock stores in the session, as tables by resource; edit, reset, save and load.
import './state/state.css';
import { control } from '../client.ts';
import { Empty, Failure, PageHeader, type ScreenProps } from '../parts/page.tsx';
import { useResource } from '../resource.ts';
import { apis, commandSession } from '../state.ts';
import { ItemView } from './state/item-view.tsx';
import { ResourceTree } from './state/resource-tree.tsx';
import { ResourceView } from './state/resource-view.tsx';
import { StateActions } from './state/state-actions.tsx';
import { StateOff } from './state/state-switch.tsx';
import { useItemRefresh } from './state/use-refresh.ts';

export function StateScreen({ segments: [api, resource, id, ...parents] }: ScreenProps) {
  const session = commandSession.value;
  const { data, error, reload } = useResource(
    signal => control('get', '/sessions/{id}/resources', { path: { id: session }, signal }),
    [session],
  );
  useItemRefresh(session, reload);
  const known = apis.value;
  const resources = data?.resources ?? [];
  const found = resources.find(each => each.api === api && each.name === resource);
  const isOff = data !== undefined && known !== undefined && data.on.length === 0;
  return (
    <>
      <PageHeader title="State">{data !== undefined && <StateActions session={session} />}</PageHeader>
      {error !== undefined && error.code !== 'unreachable' && <Failure error={error} onRetry={reload} />}
      {data !== undefined && known !== undefined && resources.length === 0 && (
        <Empty icon="state" title="No document has a resource">
          <p>
            A resource is a list such as /pets with an item such as /pets/{'{id}'}.{' '}
            <code>deadringer lint --state</code> says what was not understood, and how to declare it.
          </p>
        </Empty>
      )}
      {isOff && resources.length > 0 && (
        <StateOff session={session} names={[...new Set(resources.map(each => each.api))]} />
      )}
      {data !== undefined && resources.length > 0 && (
        <div class="state" data-chosen={resource !== undefined}>
          <ResourceTree session={session} counts={data} api={api} resource={resource} />
          <div class="state-page">
            {api === undefined || resource === undefined ? (
              <Empty icon="state" title="Choose a resource">
                <p>The list shows what this session stores, and follows the requests of the app.</p>
              </Empty>
            ) : found === undefined ? (
              <Empty icon="state" title={`${api} has no resource "${resource}"`}>
                <p>The server may serve other documents now.</p>
              </Empty>
            ) : id === undefined ? (
              <ResourceView
                key={`${session} ${api} ${resource}`}
                session={session}
                api={api}
                resource={resource}
              />
            ) : (
              <ItemView
                key={JSON.stringify([session, api, resource, id, parents])}
                itemKey={{ session, api, resource, id, parents }}
              />
            )}
          </div>
        </div>
      )}
    </>
  );
}
