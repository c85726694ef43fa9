// The resources of all APIs beside the page, with the number of items of each: searched where there are many.
import { useState } from 'preact/hooks';
import { Icon } from '../../parts/icon.tsx';
import { href } from '../../router.ts';
import { StateSwitch } from './state-switch.tsx';

interface Counts {
  readonly on: readonly string[];
  readonly resources: readonly { readonly api: string; readonly name: string; readonly items: number }[];
  readonly entries: number;
  readonly limits: { readonly stateEntries: number };
}

interface ResourceTreeProps {
  readonly session: string;
  readonly counts: Counts;
  readonly api: string | undefined;
  readonly resource: string | undefined;
}

/** With more resources there is a field to search them. */
const MAX_UNSEARCHED = 10;
/** Rows of one API. */
const MAX_ROWS = 100;

export function ResourceTree({ session, counts, api, resource }: ResourceTreeProps) {
  const [search, setSearch] = useState('');
  const { resources, on, entries, limits } = counts;
  const word = search.trim().toLowerCase();
  const found = resources.filter(each => `${each.api}/${each.name}`.toLowerCase().includes(word));
  const names = [...new Set(found.map(each => each.api))];
  return (
    <nav class="state-tree" aria-label="Resources">
      {resources.length > MAX_UNSEARCHED && (
        <search class="tree-search">
          <Icon name="search" />
          <input
            type="search"
            aria-label="Search resources"
            placeholder="Search resources"
            value={search}
            onInput={event => setSearch(event.currentTarget.value)}
          />
        </search>
      )}
      <ul class="plain-list">
        {names.map(name => {
          // What has items comes first in a long list.
          const rows = found.filter(each => each.api === name);
          const shown =
            rows.length <= MAX_ROWS ? rows : rows.toSorted((left, right) => right.items - left.items);
          return (
            <li key={name}>
              <div class="state-tree-api">
                <span>{name}</span>
                <StateSwitch session={session} api={name} isOn={on.includes(name)} />
              </div>
              <ul class="plain-list">
                {shown.slice(0, MAX_ROWS).map(each => (
                  <li key={each.name}>
                    <a
                      href={href('state', { segments: [name, each.name] })}
                      aria-current={name === api && each.name === resource ? 'page' : undefined}
                    >
                      <span>{each.name}</span>
                      <span class="muted">{each.items.toLocaleString('en')}</span>
                    </a>
                  </li>
                ))}
              </ul>
              {rows.length > MAX_ROWS && (
                <p class="muted state-tree-more">And {rows.length - MAX_ROWS} more: search to find them.</p>
              )}
            </li>
          );
        })}
      </ul>
      {found.length === 0 && (
        <p class="muted" role="status">
          No resource has "{search.trim()}" in its name.
        </p>
      )}
      <p class="muted state-tree-more">
        {entries.toLocaleString('en')} of at most {limits.stateEntries.toLocaleString('en')} items
      </p>
    </nav>
  );
}
