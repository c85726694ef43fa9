// One stored item: its JSON, when and by which exchange it was written; edit and delete.
import { useState } from 'preact/hooks';
import { fetchControl } from '../../client.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Empty, Failure } from '../../parts/page.tsx';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { useResource } from '../../resource.ts';
import { href, navigate } from '../../router.ts';
import { run } from '../../state.ts';
import { ConfirmDialog } from '../sessions/confirm-dialog.tsx';
import { type ItemKey, itemPath, putItem, readItem, type StoredItem } from './item-data.ts';
import { ItemEditor } from './item-editor.tsx';
import { useItemRefresh } from './use-refresh.ts';

export function ItemView({ itemKey }: { readonly itemKey: ItemKey }) {
  const { session, api, resource, id } = itemKey;
  const { data, error, reload } = useResource(
    signal => readItem(itemKey, signal),
    [session, api, resource, id],
    event => event.type === 'reloaded' || (event.type === 'session' && event.data.id === session),
  );
  useItemRefresh(session, reload);
  const [isDeleting, setDeleting] = useState(false);
  /** The version that is edited. */
  const [edited, setEdited] = useState<number>();
  const isGone = error?.status === 404;
  const back = href('state', { segments: [api, resource] });
  return (
    <section class="card stack stack-small" aria-labelledby="state-item">
      <div class="row card-heading">
        <h2 id="state-item" class="mono">
          {resource} {id}
        </h2>
        <a class="button" href={back}>
          <Icon name="menu" />
          All items
        </a>
        {data !== undefined && !isGone && edited === undefined && (
          <>
            <CopyButton text={data.text} label="Copy the JSON" caption="Copy" />
            <button type="button" class="button" onClick={() => setEdited(data.item.version)}>
              Edit
            </button>
            <button type="button" class="button button-danger" onClick={() => setDeleting(true)}>
              Delete
            </button>
          </>
        )}
      </div>
      {error !== undefined && !isGone && error.code !== 'unreachable' && (
        <Failure error={error} onRetry={reload} />
      )}
      {isGone && (
        <Empty icon="state" title={`There is no item ${id}`}>
          <p>It may have been deleted, or the state was reset.</p>
        </Empty>
      )}
      {data !== undefined && !isGone && (
        <>
          <Facts item={data.item} />
          {edited !== undefined && edited !== data.item.version && (
            <div class="notice notice-warning" role="alert">
              <Icon name="warning" />
              <p>A request has changed the item since you began to edit it. Save replaces its change.</p>
            </div>
          )}
          {edited === undefined ? (
            <ScrollBox class="state-json" label={`JSON of ${id}`}>
              <pre>{data.text}</pre>
            </ScrollBox>
          ) : (
            <ItemEditor
              label="JSON of the item"
              text={data.text}
              action="Save"
              store={async (text, keepInvalid) => {
                await putItem(itemKey, text, keepInvalid);
                setEdited(undefined);
                reload();
              }}
              onCancel={() => setEdited(undefined)}
            />
          )}
        </>
      )}
      {isDeleting && (
        <ConfirmDialog
          title={`Delete item ${id}?`}
          action="Delete the item"
          onClose={() => setDeleting(false)}
          onConfirm={async () => {
            const isDone = await run(
              () => fetchControl(itemPath(itemKey), { method: 'DELETE' }),
              `Item ${id} is deleted.`,
            );
            if (isDone) navigate('state', { segments: [api, resource] });
            return isDone;
          }}
        >
          The session forgets it. Other sessions keep theirs.
        </ConfirmDialog>
      )}
    </section>
  );
}

function Facts({
  item: { version, createdAt, updatedAt, parents, exchange },
}: {
  readonly item: StoredItem;
}) {
  const time = (text: string): string => new Date(text).toLocaleString();
  return (
    <p class="muted">
      {parents.length > 0 && <>Below {parents.join(' / ')} · </>}
      Version {version} · created <time dateTime={createdAt}>{time(createdAt)}</time>
      {version > 1 && (
        <>
          {' '}
          · changed <time dateTime={updatedAt}>{time(updatedAt)}</time>
        </>
      )}
      {exchange !== undefined && (
        <>
          {' '}
          · written by <a href={href('traffic', { segments: [exchange] })}>{exchange}</a>
        </>
      )}
    </p>
  );
}
