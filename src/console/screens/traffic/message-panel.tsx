// One side of an exchange: query, header fields and body, with the findings where they belong.
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Schema } from '../../client.ts';
import type { BodyNote } from '../../parts/body-view/body-rows.ts';
import { BodyView } from '../../parts/body-view/body-view.tsx';
import type { StoredBody } from '../../parts/body-view/read-body.ts';
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
          title="Query"
          rows={queryRows}
          findings={under(findings, '/request/query/')}
          onFinding={onFinding}
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
          title={`${name} header fields`}
          rows={headerRows}
          findings={headerFindings}
          onFinding={onFinding}
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

interface FieldTableProps {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
  readonly findings: ReadonlyMap<string, readonly Schema<'Finding'>[]>;
  readonly onFinding: (at: string) => void;
}

/** Names and values; a finding stands below its row, and one about a missing name at the end. */
function FieldTable({ title, rows, findings, onFinding }: FieldTableProps): VNode {
  const remark = (name: string): VNode[] =>
    (findings.get(name) ?? []).map(({ at, message }) => (
      <button key={message} type="button" class="body-note" onClick={() => onFinding(at)}>
        <span aria-hidden="true">▲ </span>
        <Visible text={message} />
      </button>
    ));
  const names = new Set(rows.map(([name]) => name.toLowerCase()));
  const missing = [...findings.keys()].filter(name => !names.has(name.toLowerCase()));
  return (
    <table class="fields" aria-label={title}>
      <colgroup>
        <col class="field-name" />
        <col />
      </colgroup>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, value], index) => (
          <tr key={index} class={findings.has(name) ? 'is-marked' : undefined}>
            <th scope="row">
              <Visible text={name} />
            </th>
            <td>
              <Visible text={value} />
              {remark(name)}
            </td>
          </tr>
        ))}
        {missing.map(name => (
          <tr key={name} class="is-marked">
            <th scope="row">
              <Visible text={name} />
            </th>
            <td>
              <i>missing</i>
              {remark(name)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
