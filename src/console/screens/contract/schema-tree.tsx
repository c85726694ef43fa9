// A schema as a tree: a row for each property, item and branch, opened and closed by buttons.
import { useState } from 'preact/hooks';
import { control, type Schema } from '../../client.ts';
import { Icon } from '../../parts/icon.tsx';
import { Markdown } from '../../parts/markdown.tsx';
import { parseLocation } from '../../parts/source-lines.tsx';
import { run } from '../../state.ts';
import { ProvenanceBadge } from './part-badges.tsx';
import { SourceLink } from './source-panel.tsx';

type View = Schema<'SchemaView'>;
type Child = Schema<'SchemaChild'>;

interface SchemaTreeProps {
  readonly api: string;
  readonly schema: View;
  /** What the schema describes: "Request body". */
  readonly label: string;
}

/** usual: the first level, and short ones below it. */
type Opening = 'usual' | 'all' | 'none';

/** Members of a level that is open although it is not the first. */
const MAX_SHORT = 6;

export function SchemaTree({ api, schema, label }: SchemaTreeProps) {
  const [{ opening, count }, setOpening] = useState<{ opening: Opening; count: number }>({
    opening: 'usual',
    count: 0,
  });
  const open = (next: Opening) => (): void => setOpening({ opening: next, count: count + 1 });
  const isLeaf = schema.children.length === 0 && schema.more === undefined;
  return (
    <div class={isLeaf ? 'schema-tree schema-leaf' : 'schema-tree'}>
      {schema.children.length > 0 && (
        <div class="schema-tools">
          <button type="button" class="text-button" onClick={open('all')}>
            Open all
          </button>
          <button type="button" class="text-button" onClick={open('none')}>
            Close all
          </button>
        </div>
      )}
      <ul class="plain-list schema-list" aria-label={`Schema of ${label}`}>
        <Node
          key={count}
          api={api}
          schema={schema}
          label={label}
          title={undefined}
          depth={0}
          opening={opening}
          isRequired={false}
        />
      </ul>
    </div>
  );
}

interface NodeProps {
  readonly api: string;
  readonly schema: View;
  /** Read aloud. */
  readonly label: string;
  /** What is shown; undefined for the root. */
  readonly title: { readonly text: string; readonly isName: boolean } | undefined;
  readonly depth: number;
  readonly opening: Opening;
  readonly isRequired: boolean;
}

function Node({ api, schema, label, title, depth, opening, isRequired }: NodeProps) {
  const [loaded, setLoaded] = useState<View | undefined>(undefined);
  const children = loaded?.children ?? schema.children;
  const usual = depth === 0 || (depth < 3 && children.length <= MAX_SHORT);
  const [isOpen, setOpen] = useState(opening === 'all' || (opening === 'usual' && usual));
  const hasMore = schema.more !== undefined && loaded === undefined;
  const toggle = async (): Promise<void> => {
    const { more } = schema;
    if (hasMore && more !== undefined)
      await run(async () =>
        setLoaded(await control('get', '/apis/{api}/schema', { path: { api }, query: { at: more } })),
      );
    setOpen(!isOpen || hasMore);
  };
  const isShown = isOpen && !hasMore;
  return (
    <li class="schema-node">
      <div class="schema-row">
        {children.length > 0 || hasMore ? (
          <button
            type="button"
            class="schema-toggle"
            aria-expanded={isShown}
            aria-label={`Members of ${label}`}
            onClick={() => void toggle()}
          >
            <Icon name={isShown ? 'down' : 'chevron'} />
          </button>
        ) : (
          <span class="schema-toggle" />
        )}
        <div class="schema-text">
          <div class="schema-line">
            {title !== undefined && (
              <span class={title.isName ? 'schema-name' : 'schema-keyword'}>{title.text}</span>
            )}
            {schema.name !== undefined && <strong class="schema-ref">{schema.name}</strong>}
            <span class="schema-type">{schema.type}</span>
            {isRequired && <span class="schema-required">required</span>}
            {schema.deprecated && <span class="badge tone-amber">deprecated</span>}
            {schema.recursive && <span class="badge">recursive: as above</span>}
            <ProvenanceBadge provenance={schema.provenance} />
          </div>
          <Constraints schema={schema} />
          {schema.description !== undefined && <Markdown text={schema.description} />}
        </div>
        <span class="schema-places">
          <SourceLink location={schema.location} of={label} />
          {schema.definition !== undefined && (
            <SourceLink location={schema.definition} of={`the schema ${schema.name ?? label}`} isDefinition />
          )}
        </span>
      </div>
      {isShown && children.length > 0 && (
        <ul class="plain-list schema-list">
          {children.map(child => (
            <Node
              key={`${child.keyword} ${child.name}`}
              api={api}
              schema={child.schema}
              label={child.name === undefined ? `${titleOf(child).text} of ${label}` : titleOf(child).text}
              title={titleOf(child)}
              depth={depth + 1}
              opening={opening}
              isRequired={child.required === true}
            />
          ))}
          {(loaded?.omitted ?? schema.omitted) !== undefined && (
            <li class="muted schema-omitted">{loaded?.omitted ?? schema.omitted} more: see the file</li>
          )}
        </ul>
      )}
    </li>
  );
}

function Constraints({ schema: { constraints, location } }: { readonly schema: View }) {
  if (constraints.length === 0) return null;
  const line = parseLocation(location)?.line;
  return (
    <ul class="plain-list constraints" aria-label="Constraints">
      {constraints.map(constraint => {
        const { text, values = [], location: place } = constraint;
        const content = (
          <>
            {text}
            {values.map(value => (
              <code key={value}>{value}</code>
            ))}
          </>
        );
        return (
          <li key={`${text} ${place}`}>
            {parseLocation(place)?.line === line ? (
              content
            ) : (
              <SourceLink location={place}>{content}</SourceLink>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const KEYWORDS: Readonly<Record<string, string>> = {
  items: 'each item',
  additionalProperties: 'other properties',
  unevaluatedProperties: 'other properties',
  unevaluatedItems: 'other items',
  propertyNames: 'names of properties',
  contains: 'at least one item',
};

const NUMBERED: Readonly<Record<string, string>> = {
  allOf: 'and',
  oneOf: 'one of',
  anyOf: 'any of',
  prefixItems: 'item',
};

function titleOf({ keyword, name = '' }: Child): { readonly text: string; readonly isName: boolean } {
  if (keyword === 'properties') return { text: name, isName: true };
  if (keyword === 'patternProperties') return { text: `names that match ${name}`, isName: false };
  if (keyword === 'dependentSchemas') return { text: `if ${name} is present`, isName: false };
  const numbered = NUMBERED[keyword];
  return {
    text: numbered === undefined ? (KEYWORDS[keyword] ?? keyword) : `${numbered} ${name}`,
    isName: false,
  };
}
