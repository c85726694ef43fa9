// One resource: what was inferred about it, and its items as a table, page by page.
import { useState } from 'preact/hooks';
import { control, type Schema } from '../../client.ts';
import { MethodBadge } from '../../parts/badges.tsx';
import { Icon } from '../../parts/icon.tsx';
import { LocationLink } from '../../parts/location-link.tsx';
import { Empty, Failure } from '../../parts/page.tsx';
import { useResource } from '../../resource.ts';
import { href, navigate } from '../../router.ts';
import { timeAgo } from '../sessions/time-ago.ts';
import { type ItemPage, itemHref, type ResourceKey, readPage, type StoredItem } from './item-data.ts';
import { NewItem } from './new-item.tsx';
import { useItemRefresh } from './use-refresh.ts';

const PAGE_SIZE = 50;
/** Columns of members; the detail page has all. */
const MAX_COLUMNS = 5;

export function ResourceView(key: ResourceKey) {
  const { session, api, resource } = key;
  const [offset, setOffset] = useState(0);
  const [isCreating, setCreating] = useState(false);
  const inferred = useResource(
    signal => control('get', '/apis/{api}/resources', { path: { api }, signal }),
    [api],
    ({ type }) => type === 'reloaded',
  );
  const page = useResource(
    signal => readPage(key, offset, PAGE_SIZE, signal),
    [session, api, resource, offset],
    event => event.type === 'reloaded' || (event.type === 'session' && event.data.id === session),
  );
  useItemRefresh(session, page.reload);
  const description = inferred.data?.resources.find(each => each.name === resource);
  const { data } = page;
  return (
    <section class="card stack stack-small" aria-labelledby="state-resource">
      <div class="row card-heading">
        <h2 id="state-resource" class="mono">
          {api}/{resource}
        </h2>
        <a class="button state-back" href={href('state')}>
          <Icon name="menu" />
          All resources
        </a>
        {description !== undefined && data !== undefined && !isCreating && (
          <button type="button" class="button" onClick={() => setCreating(true)}>
            <Icon name="plus" />
            New item
          </button>
        )}
      </div>
      {description !== undefined && <Inferred description={description} />}
      {isCreating && description !== undefined && (
        <NewItem
          resource={key}
          description={description}
          taken={data?.items.map(({ id }) => id) ?? []}
          seed={String(data?.total ?? 0)}
          onClose={() => setCreating(false)}
          onStored={(id, parents) => {
            setCreating(false);
            navigate('state', { segments: [api, resource, id, ...parents] });
          }}
        />
      )}
      {page.error !== undefined && page.error.code !== 'unreachable' && (
        <Failure error={page.error} onRetry={page.reload} />
      )}
      {data !== undefined && data.total === 0 && !isCreating && (
        <Empty icon="state" title="No items">
          <p>Send a request that creates one, load a snapshot, or add one here.</p>
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <ItemTable page={data} api={api} resource={resource} idProperty={description?.idProperty} />
      )}
      {data !== undefined && data.total > PAGE_SIZE && (
        <Pages offset={offset} page={data} onChange={setOffset} />
      )}
      {data !== undefined && data.items.length === 0 && data.total > 0 && (
        <button type="button" class="button" onClick={() => setOffset(0)}>
          Show the first items
        </button>
      )}
    </section>
  );
}

function Inferred({ description }: { readonly description: Schema<'StateResource'> }) {
  const { collection, item, idProperty, idRule, operations, actions } = description;
  const rows = [...Object.entries(operations), ...actions.map(each => ['action', each] as const)];
  return (
    <details class="state-inferred">
      <summary>
        <code>{collection}</code>
        {item !== undefined && (
          <>
            {' '}
            and <code>{item}</code>
          </>
        )}
      </summary>
      <p class="muted">
        {idProperty === undefined ? 'The id is in the path only' : `The id is the property "${idProperty}"`}:{' '}
        {idRule}.
      </p>
      <ul class="plain-list state-operations">
        {rows.map(([role, { operation, method, path, rule, location }]) => (
          <li key={`${role} ${operation}`}>
            <span class="state-role">{role}</span> <MethodBadge method={method} /> <code>{path}</code>{' '}
            <span class="muted">{rule}</span> <LocationLink location={location} />
          </li>
        ))}
      </ul>
    </details>
  );
}

interface ItemTableProps {
  readonly page: ItemPage;
  readonly api: string;
  readonly resource: string;
  readonly idProperty: string | undefined;
}

function ItemTable({ page: { items }, api, resource, idProperty }: ItemTableProps) {
  const hasParents = items.some(({ parents }) => parents.length > 0);
  const columns = columnsOf(items, idProperty);
  const now = Date.now();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it
    <section class="table-frame" aria-label={`Items of ${resource}`} tabIndex={0}>
      <table class="table state-table">
        <thead>
          <tr>
            <th scope="col">id</th>
            {hasParents && <th scope="col">below</th>}
            {columns.map(name => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">changed</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ id, parents, updatedAt, value }) => (
            <tr key={JSON.stringify([parents, id])}>
              <th scope="row">
                <a href={itemHref({ api, resource, id, parents })}>{id}</a>
              </th>
              {hasParents && <td>{parents.join(' / ')}</td>}
              {columns.map(name => (
                <td key={name}>{cellText(value[name])}</td>
              ))}
              <td class="muted">
                <time dateTime={updatedAt} title={new Date(updatedAt).toLocaleString()}>
                  {timeAgo(updatedAt, now)}
                </time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function columnsOf(items: readonly StoredItem[], idProperty: string | undefined): string[] {
  const names = items.flatMap(({ value }) =>
    Object.keys(value).filter(name => name !== idProperty && typeof value[name] !== 'object'),
  );
  return [...new Set(names)].slice(0, MAX_COLUMNS);
}

const MAX_CELL = 60;

function cellText(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text;
}

interface PagesProps {
  readonly offset: number;
  readonly page: ItemPage;
  readonly onChange: (offset: number) => void;
}

function Pages({ offset, page: { total, items }, onChange }: PagesProps) {
  const last = Math.floor((total - 1) / PAGE_SIZE) * PAGE_SIZE;
  return (
    <nav class="row state-pages" aria-label="Pages of items">
      <button type="button" class="button" disabled={offset === 0} onClick={() => onChange(0)}>
        First
      </button>
      <button
        type="button"
        class="button"
        disabled={offset === 0}
        onClick={() => onChange(Math.max(0, offset - PAGE_SIZE))}
      >
        Previous
      </button>
      <span role="status">
        {(offset + 1).toLocaleString('en')} to {(offset + items.length).toLocaleString('en')} of{' '}
        {total.toLocaleString('en')}
      </span>
      <button
        type="button"
        class="button"
        disabled={offset >= last}
        onClick={() => onChange(offset + PAGE_SIZE)}
      >
        Next
      </button>
      <button type="button" class="button" disabled={offset >= last} onClick={() => onChange(last)}>
        Last
      </button>
    </nav>
  );
}
