// Media types with their schemas and examples, and tables of parameters and header fields.
import { useState } from 'preact/hooks';
import type { Schema } from '../../client.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Markdown } from '../../parts/markdown.tsx';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { ProvenanceBadge } from './part-badges.tsx';
import { SchemaTree } from './schema-tree.tsx';
import { SourceLink } from './source-panel.tsx';

interface ContentsProps {
  readonly api: string;
  readonly contents: readonly Schema<'DocumentedContent'>[];
  /** What has the content: "the request body". */
  readonly of: string;
}

export function Contents({ api, contents, of }: ContentsProps) {
  return (
    <>
      {contents.map(({ mediaType, schema, examples, location, provenance }) => (
        <div key={mediaType} class="content">
          <p class="part-heading content-heading">
            <code>{mediaType}</code>
            <ProvenanceBadge provenance={provenance} />
            <SourceLink location={location} of={`${mediaType} of ${of}`} />
          </p>
          {schema !== undefined && <SchemaTree api={api} schema={schema} label={of} />}
          <Examples examples={examples} of={of} />
        </div>
      ))}
    </>
  );
}

interface ExamplesProps {
  readonly examples: readonly Schema<'DocumentedExample'>[];
  readonly of: string;
}

/** One example is shown; of several, the names are buttons. */
function Examples({ examples, of }: ExamplesProps) {
  const [chosen, setChosen] = useState(0);
  const example = examples[chosen];
  if (example === undefined) return null;
  const { name, value, serialized, location, length, summary, description, provenance } = example;
  if (examples.length === 1 && isShort(example))
    return (
      <p class="part-heading short-example">
        <span class="muted">{name === '' ? 'example' : `example ${name}`}</span>
        <code>{value}</code>
        {summary !== undefined && <span class="muted">{summary}</span>}
        <ProvenanceBadge provenance={provenance} />
        <SourceLink location={location} of={`the example of ${of}`} />
      </p>
    );
  const title = name === '' ? 'Example' : `Example ${name}`;
  return (
    <div class="example">
      {examples.length > 1 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
        <div class="row example-names" role="group" aria-label={`Examples of ${of}`}>
          {examples.map((each, index) => (
            <button
              key={each.name}
              type="button"
              class="button"
              aria-pressed={index === chosen}
              onClick={() => setChosen(index)}
            >
              {each.name === '' ? 'example' : each.name}
            </button>
          ))}
        </div>
      )}
      <figure class="source">
        <figcaption class="source-header">
          <span>
            <span class="example-title">{title}</span>
            {summary !== undefined && <span class="muted"> {summary}</span>}
          </span>
          <span class="row">
            <ProvenanceBadge provenance={provenance} />
            <SourceLink location={location} of={`${title} of ${of}`} />
            <CopyButton text={value} label={`Copy ${title}`} />
          </span>
        </figcaption>
        {description !== undefined && <Markdown text={description} />}
        <ScrollBox class="example-value" label={`Value of ${title}`}>
          <pre>{value}</pre>
        </ScrollBox>
        {length !== undefined && (
          <p class="muted example-cut">The first part of {length.toLocaleString('en')} characters.</p>
        )}
        {serialized !== undefined && (
          <>
            <p class="muted example-cut">Sent as:</p>
            <ScrollBox class="example-value" label={`${title} as it is sent`}>
              <pre>{serialized}</pre>
            </ScrollBox>
          </>
        )}
      </figure>
    </div>
  );
}

/** Fits into a line. */
function isShort({ value, serialized, description }: ExamplesProps['examples'][number]): boolean {
  const further = serialized ?? description;
  return value.length <= 80 && !value.includes('\n') && further === undefined;
}

/** Its type says all. */
function isPlain({
  name,
  description,
  constraints,
  children,
  provenance,
  more,
}: Schema<'SchemaView'>): boolean {
  const further = name ?? description ?? provenance ?? more;
  return further === undefined && constraints.length + children.length === 0;
}

interface ParametersProps {
  readonly api: string;
  readonly parameters: readonly Schema<'DocumentedParameter'>[];
  readonly label: string;
}

export function Parameters({ api, parameters, label }: ParametersProps) {
  return (
    <ul class="plain-list parameters" aria-label={label}>
      {parameters.map(parameter => {
        const {
          name,
          required,
          deprecated,
          style,
          description,
          provenance,
          schema,
          content,
          examples,
          location,
        } = parameter;
        return (
          <li key={`${parameter.in} ${name}`} class="parameter">
            <div class="part-heading">
              <span class="schema-name">{name}</span>
              <span class="muted">in {parameter.in}</span>
              {schema !== undefined && isPlain(schema) && (
                <SourceLink location={schema.location}>{schema.type}</SourceLink>
              )}
              {required && <span class="schema-required">required</span>}
              {deprecated && <span class="badge tone-amber">deprecated</span>}
              <ProvenanceBadge provenance={provenance} />
              {schema !== undefined && /array|object/.test(schema.type) && (
                <span class="muted">style {style}</span>
              )}
              <SourceLink location={location} of={`${parameter.in} parameter ${name}`} />
            </div>
            {description !== undefined && <Markdown text={description} />}
            {schema !== undefined && !isPlain(schema) && (
              <SchemaTree api={api} schema={schema} label={name} />
            )}
            {content !== undefined && <Contents api={api} contents={[content]} of={name} />}
            <Examples examples={examples} of={name} />
          </li>
        );
      })}
    </ul>
  );
}
