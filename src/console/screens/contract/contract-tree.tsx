// The documents and their operations as a list beside the page: searched, and closed where there are many.
import { Fragment } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { MethodBadge } from '../../parts/badges.tsx';
import { Icon } from '../../parts/icon.tsx';
import { href } from '../../router.ts';
import type { Api } from '../../state.ts';

type TreeOperation = Api['operations'][number];

interface ContractTreeProps {
  readonly apis: readonly Api[];
  readonly apiName: string | undefined;
  readonly operationId: string | undefined;
}

/** With more operations in all, only the API of the page is open. */
const MAX_OPEN = 60;
/** With more operations, an API is divided by the tags of its operations. */
const MAX_UNDIVIDED = 60;
/** Rows of one list. */
const MAX_ROWS = 200;

export function ContractTree({ apis, apiName, operationId }: ContractTreeProps) {
  const [search, setSearch] = useState('');
  const [toggled, setToggled] = useState<Readonly<Record<string, boolean>>>({});
  const total = apis.reduce((sum, { operations }) => sum + operations.length, 0);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const isOpen = (key: string, byDefault: boolean): boolean => toggled[key] ?? byDefault;
  const toggle = (key: string, byDefault: boolean) => (): void =>
    setToggled({ ...toggled, [key]: !isOpen(key, byDefault) });
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    const { current } = element;
    const chosen = current?.querySelector<HTMLElement>('[aria-current]');
    if (current === null || !chosen) return;
    const top = chosen.getBoundingClientRect().top - current.getBoundingClientRect().top;
    if (top < 0 || top > current.clientHeight - chosen.clientHeight)
      current.scrollTop += top - current.clientHeight / 2;
  }, [apiName, operationId]);
  return (
    <nav ref={element} class="contract-tree" aria-label="Operations of the documents" onKeyDown={moveFocus}>
      <search class="tree-search">
        <Icon name="search" />
        <input
          type="search"
          aria-label="Search operations"
          placeholder="Search operations"
          value={search}
          onInput={event => setSearch(event.currentTarget.value)}
        />
      </search>
      <ul class="plain-list">
        {apis.map(api => {
          const { name, operations } = api;
          const found = words.length === 0 ? operations : operations.filter(each => matches(each, words));
          if (words.length > 0 && found.length === 0) return null;
          const byDefault = name === apiName || total <= MAX_OPEN;
          const isShown = words.length > 0 || isOpen(name, byDefault);
          const groups = words.length > 0 ? [] : groupsOf(operations);
          return (
            <li key={name}>
              <div class="tree-api">
                <Toggle label={`Operations of ${name}`} isOpen={isShown} onToggle={toggle(name, byDefault)} />
                <a
                  href={href('contract', { segments: [name] })}
                  aria-current={name === apiName && operationId === undefined ? 'page' : undefined}
                >
                  {name}
                </a>
                <span class="muted tree-count">{found.length.toLocaleString('en')}</span>
              </div>
              {isShown && groups.length === 0 && (
                <Operations
                  api={name}
                  operations={found}
                  chosen={name === apiName ? operationId : undefined}
                />
              )}
              {isShown && groups.length > 0 && (
                <ul class="plain-list tree-groups">
                  {groups.map(([group, members]) => {
                    const key = `${name} ${group}`;
                    const isOfPage = name === apiName && members.some(({ id }) => id === operationId);
                    const isGroupShown = isOpen(key, isOfPage);
                    return (
                      <li key={group}>
                        <div class="tree-group">
                          <Toggle label={group} isOpen={isGroupShown} onToggle={toggle(key, isOfPage)}>
                            {group}
                          </Toggle>
                          <span class="muted tree-count">{members.length}</span>
                        </div>
                        {isGroupShown && (
                          <Operations
                            api={name}
                            operations={members}
                            chosen={name === apiName ? operationId : undefined}
                          />
                        )}
                      </li>
                    );
                  })}
                </ul>
              )}
            </li>
          );
        })}
      </ul>
      {words.length > 0 && !apis.some(({ operations }) => operations.some(each => matches(each, words))) && (
        <p class="muted tree-nothing" role="status">
          No operation has "{search.trim()}" in its method, path, name or summary.
        </p>
      )}
    </nav>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly children?: string;
}

function Toggle({ label, isOpen, onToggle, children }: ToggleProps) {
  return (
    <button
      type="button"
      class="tree-toggle"
      aria-expanded={isOpen}
      aria-label={children === undefined ? label : undefined}
      onClick={onToggle}
    >
      <Icon name={isOpen ? 'down' : 'chevron'} />
      {children}
    </button>
  );
}

interface OperationsProps {
  readonly api: string;
  readonly operations: readonly TreeOperation[];
  readonly chosen: string | undefined;
}

function Operations({ api, operations, chosen }: OperationsProps) {
  const [rows, setRows] = useState(MAX_ROWS);
  const chosenIndex = operations.findIndex(({ id }) => id === chosen);
  const shown = operations.slice(0, Math.max(rows, chosenIndex + 1));
  return (
    <ul class="plain-list tree-operations">
      {shown.map(({ id, method, path, summary, deprecated, unusable }) => (
        <li key={id}>
          <a
            href={href('contract', { segments: [api, id] })}
            aria-current={id === chosen ? 'page' : undefined}
            title={`${method} ${path}${summary === undefined ? '' : `\n${summary}`}`}
          >
            <MethodBadge method={method} />
            <span class={`tree-path ${deprecated ? 'tree-deprecated' : ''}`}>
              {withoutBase(path, api)
                .split(/(?<=\/)(?=.)/)
                .map((step, index) => (
                  <Fragment key={index}>
                    {step}
                    <wbr />
                  </Fragment>
                ))}
            </span>
            {unusable !== undefined && <Icon name="warning" />}
          </a>
        </li>
      ))}
      {shown.length < operations.length && (
        <li>
          <button type="button" class="button" onClick={() => setRows(rows + MAX_ROWS)}>
            Show {Math.min(MAX_ROWS, operations.length - shown.length)} of {operations.length - shown.length}{' '}
            more
          </button>
        </li>
      )}
    </ul>
  );
}

/** The API is the heading of the list. */
function withoutBase(path: string, api: string): string {
  const prefix = `/${encodeURIComponent(api)}`;
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

function matches({ method, path, id, summary = '' }: TreeOperation, words: readonly string[]): boolean {
  const text = `${method} ${path} ${id} ${summary}`.toLowerCase();
  return words.every(word => text.includes(word));
}

/** By the first tag, in the order of the document. None for a short list. */
function groupsOf(operations: readonly TreeOperation[]): [string, TreeOperation[]][] {
  if (operations.length <= MAX_UNDIVIDED) return [];
  const groups = new Map<string, TreeOperation[]>();
  for (const operation of operations) {
    const group = operation.tags[0] ?? firstWord(operation.path);
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [operation]);
    else members.push(operation);
  }
  return [...groups];
}

/** Of a path without its API and base path, the first step that says something. */
function firstWord(path: string): string {
  const steps = path
    .split('/')
    .filter(step => step !== '' && !step.startsWith('{') && !/^(api|v[\d.]+)$/.test(step));
  return steps[1] ?? steps[0] ?? '/';
}

/** The arrow keys move between the links and buttons of the list. */
function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, a, button')];
  const next = stops[stops.indexOf(event.target as HTMLElement) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
