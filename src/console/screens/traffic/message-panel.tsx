// One side of an exchange: query, header fields and body, with the findings where they belong.
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Schema } from '../../client.ts';
import type { BodyNote } from '../../parts/body-view/body-rows.ts';
import { BodyView } from '../../parts/body-view/body-view.tsx';
import { NoteButton } from '../../parts/body-view/note-button.tsx';
import type { StoredBody } from '../../parts/body-view/read-body.ts';
import { FieldTable } from '../../parts/field-table.tsx';
import { Visible } from '../../parts/visible.tsx';

export interface MessagePanelProps {
  readonly side: 'request' | 'response';
  readonly exchangeId: string;
  /** "PATCH /pets/7", "404 Not Found" */
  readonly title: string;
  readonly query?: string;
  readonly headers: Schema<'Headers'>;
  readonly withheld: readonly string[];
  readonly body: StoredBody;
  readonly findings: readonly Schema<'Finding'>[];
  readonly onFinding: (at: string) => void;
}

export function MessagePanel(props: MessagePanelProps): VNode {
  const { side, exchangeId, title, query = '', headers, withheld, body, findings, onFinding } = props;
  const mediaType = headers['content-type']?.[0];
  const name = side === 'request' ? 'Request' : 'Response';
  const notes = useMemo(() => bodyNotes(findings, side), [findings, side]);
  const headerRows = Object.entries(headers).flatMap(([field, values = []]) =>
    values.map(value => [field, value] as const),
  );
  const queryRows = query === '' ? [] : [...new URLSearchParams(query)];
  const headerFindings = under(findings, `/${side}/headers/`);
  return (
    <section class={`message-panel message-${side}`} aria-label={name}>
      <h3>
        {name}{' '}
        <span class="message-title">
          <Visible text={title} />
        </span>
      </h3>
      {side === 'request' && (queryRows.length > 0 || under(findings, '/request/query/').size > 0) && (
        <FieldTable
          label="Query"
          rows={queryRows}
          notes={toNotes(under(findings, '/request/query/'), onFinding)}
        />
      )}
      <BodyView
        label={`${name} body`}
        body={body}
        mediaType={mediaType}
        bytes={sizeOf(body)}
        fileName={`${exchangeId}-${side}${extensionOf(mediaType)}`}
        notes={notes}
        onNote={pointer => onFinding(`/${side}/body${pointer}`)}
      />
      <details class="message-headers" open={headerFindings.size > 0}>
        <summary>
          Header fields <span class="count">{headerRows.length}</span>
        </summary>
        <FieldTable
          label={`${name} header fields`}
          rows={headerRows}
          notes={toNotes(headerFindings, onFinding)}
        />
        {withheld.length > 0 && <p class="body-remark">Not recorded: {withheld.join(', ')}</p>}
      </details>
    </section>
  );
}

/** Findings by the name that follows the prefix in their place. */
function under(findings: readonly Schema<'Finding'>[], prefix: string): Map<string, Schema<'Finding'>[]> {
  const byName = new Map<string, Schema<'Finding'>[]>();
  for (const finding of findings) {
    if (!finding.at.startsWith(prefix)) continue;
    const name = finding.at.slice(prefix.length).split('/')[0] ?? '';
    byName.set(name, [...(byName.get(name) ?? []), finding]);
  }
  return byName;
}

function toNotes(
  findings: ReadonlyMap<string, readonly Schema<'Finding'>[]>,
  onFinding: (at: string) => void,
): Map<string, VNode[]> {
  const noteOf = ({ at, message }: Schema<'Finding'>): VNode => (
    <NoteButton key={message} text={message} onClick={() => onFinding(at)} />
  );
  return new Map([...findings].map(([name, each]) => [name, each.map(noteOf)]));
}

function bodyNotes(findings: readonly Schema<'Finding'>[], side: string): BodyNote[] {
  const prefix = `/${side}/body`;
  return (
    findings
      .filter(({ at }) => at === prefix || at.startsWith(`${prefix}/`))
      // Inside of the body, "request body" says nothing.
      .map(({ at, message }) => ({
        pointer: at.slice(prefix.length),
        text: message.replace(`${side} body `, ''),
      }))
  );
}

function sizeOf({ text, base64 }: StoredBody): number | undefined {
  if (text !== undefined) return new Blob([text]).size;
  return base64 === undefined ? undefined : atob(base64).length;
}

function extensionOf(mediaType: string | undefined): string {
  const subtype = /[/+](json|xml|html|csv|pdf|png|jpeg|gif|zip)\b/i.exec(mediaType ?? '')?.[1];
  return `.${subtype?.toLowerCase() ?? (mediaType?.startsWith('text/') ? 'txt' : 'bin')}`;
}
