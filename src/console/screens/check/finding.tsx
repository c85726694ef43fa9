// One finding of a report: message, line of the document, cause, and the exchange with the marked lines.
import { useState } from 'preact/hooks';
import { CopyButton } from '../../parts/copy-button.tsx';
import { LEVELS } from '../../parts/finding-card.tsx';
import { Icon } from '../../parts/icon.tsx';
import { SourceLines } from '../../parts/source-lines.tsx';
import type { IssueView } from './check-state.ts';

export function Finding({ issue }: { readonly issue: IssueView }) {
  const [isOpen, setOpen] = useState(false);
  const { severity, message, kindTitle, method, path, moreOperations, location, exchanges } = issue;
  const { icon, tone } = LEVELS[severity];
  return (
    <details class="check-finding" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        <span class={`badge check-finding-mark ${tone}`}>
          <Icon name={icon} />
          <span class="visually-hidden">{severity}:</span>
        </span>
        <span class="check-finding-message">{message}</span>
        <span class="check-finding-facts muted">
          <span class="badge">{kindTitle}</span>
          <span>
            <span class={`method method-${method.toLowerCase()}`}>{method}</span> {path}
            {moreOperations > 0 && ` and ${moreOperations} more`}
          </span>
          <code>{location}</code>
          <span>
            {exchanges} {exchanges === '1' ? 'exchange' : 'exchanges'}
          </span>
        </span>
      </summary>
      {isOpen && <FindingDetails issue={issue} />}
    </details>
  );
}

function FindingDetails({ issue }: { readonly issue: IssueView }) {
  const { expected, actual, observed, location, pointer, at, operation, frequency } = issue;
  const { first, last, causes, places, code, id, messages, curl } = issue;
  const facts: readonly (readonly [string, string | readonly string[]])[] = [
    ['Expected', expected],
    ['Actual', actual],
    ['Observed', observed],
    ['Document', [location, pointer]],
    ['Location in the exchange', at],
    ['Operation', operation],
    ['Seen', first === '' ? frequency : `${frequency}, ${first} to ${last}`],
    ['Cause', causes.map(cause => `${cause.sentence} (${cause.frequency})`)],
    ['Recorded in', places],
    ['Code, fingerprint', `${code} ${id}`],
  ];
  return (
    <div class="check-finding-details stack">
      <dl class="check-facts">
        {facts.map(([name, value]) => {
          const lines = [value].flat().filter(line => line !== '');
          return (
            lines.length > 0 && (
              <div key={name}>
                <dt>{name}</dt>
                {lines.map(line => (
                  <dd key={line}>{line}</dd>
                ))}
              </div>
            )
          );
        })}
      </dl>
      {issue.line !== undefined && <SourceLines location={location} />}
      {messages === undefined ? (
        <p class="muted">This finding is listed without its exchange: the JSON report has it.</p>
      ) : (
        <div class="check-finding-messages">
          {messages.map(({ title, lines, note }) => (
            <figure key={title}>
              <figcaption class="muted">{title}</figcaption>
              {lines.length > 0 && (
                // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus
                <section tabIndex={0} aria-label={title}>
                  <pre>
                    {lines.map(({ text, marked }, index) => (
                      <span
                        key={index}
                        class={marked ? 'check-message-line is-marked' : 'check-message-line'}
                      >
                        {marked ? <mark>{text}</mark> : text}
                      </span>
                    ))}
                  </pre>
                </section>
              )}
              {note !== '' && <p class="muted">{note}</p>}
            </figure>
          ))}
        </div>
      )}
      {curl !== undefined && (
        <div class="row">
          <CopyButton text={curl} label="Copy the request as a curl command" caption="Copy curl" />
        </div>
      )}
    </div>
  );
}
