// A response of an operation: opened at its status, with a button that makes it the answer of the mock.
import { useState } from 'preact/hooks';
import type { Schema } from '../../client.ts';
import { StatusBadge } from '../../parts/badges.tsx';
import { Icon } from '../../parts/icon.tsx';
import { InlineMarkdown, Markdown } from '../../parts/markdown.tsx';
import { commandSession, session } from '../../state.ts';
import { changeSwitch } from '../../switches.ts';
import { Contents, Parameters } from './content-view.tsx';
import { ProvenanceBadge, Unusable } from './part-badges.tsx';
import { SourceLink } from './source-panel.tsx';

interface ContractResponseProps {
  readonly api: string;
  readonly operation: string;
  readonly response: Schema<'DocumentedResponse'>;
  /** A status of the response; undefined: the list of operations is older than the page. */
  readonly sends: number | undefined;
  readonly isFirst: boolean;
}

export function ContractResponse({ api, operation, response, sends, isFirst }: ContractResponseProps) {
  const { status, description = '', headers, contents, provenance, unusable, location } = response;
  const [isOpen, setOpen] = useState(isFirst);
  const [title = '', ...further] = description.trim().split(/\n\s*\n/);
  const hasMore = headers.length + contents.length + further.length > 0 || unusable !== undefined;
  const heading = (
    <>
      <StatusBadge status={status} />
      <span class="response-title">
        <InlineMarkdown text={title} />
      </span>
    </>
  );
  return (
    <section class="response" aria-label={`Response ${status}`}>
      <div class="part-heading">
        <h3 class="response-heading">
          {hasMore ? (
            <button
              type="button"
              class="response-toggle"
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              <Icon name={isOpen ? 'down' : 'chevron'} />
              {heading}
            </button>
          ) : (
            <span class="response-toggle">
              <span class="icon" />
              {heading}
            </span>
          )}
        </h3>
        <span class="response-tools">
          <ProvenanceBadge provenance={provenance} />
          {sends !== undefined && <AnswerToggle target={`${api}.${operation}`} status={sends} />}
          <SourceLink location={location} of={`response ${status}`} />
        </span>
      </div>
      {isOpen && hasMore && (
        <div class="response-body">
          <Unusable reason={unusable} />
          {further.length > 0 && <Markdown text={further.join('\n\n')} />}
          {headers.length > 0 && (
            <>
              <h4>Header fields</h4>
              <Parameters api={api} parameters={headers} label={`Header fields of ${status}`} />
            </>
          )}
          <Contents api={api} contents={contents} of={`response ${status}`} />
        </div>
      )}
    </section>
  );
}

/** Pressed: the mock answers the operation with the status, in the current session. */
function AnswerToggle({ target, status }: { readonly target: string; readonly status: number }) {
  const switched = session.value?.switches.find(each => each.target === target);
  const isOn = switched?.status === status;
  return (
    <button
      type="button"
      class="button answer-toggle"
      aria-pressed={isOn}
      title={`Answer ${target} with ${status} in the session ${commandSession.value}`}
      onClick={() =>
        void changeSwitch(commandSession.value, target, { status: isOn ? null : status, example: null })
      }
    >
      Answer {status}
    </button>
  );
}
