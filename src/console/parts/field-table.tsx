// Names and values: header fields, query parameters, fields of a form. All of it is text.
import type { VNode } from 'preact';
import './field-table.css';
import { Visible } from './visible.tsx';

interface FieldTableProps {
  /** "Response header fields" */
  readonly label: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** Drawn below the row of its name, and one about a missing name at the end. */
  readonly notes?: ReadonlyMap<string, readonly VNode[]>;
}

export function FieldTable({ label, rows, notes = new Map() }: FieldTableProps): VNode {
  const names = new Set(rows.map(([name]) => name.toLowerCase()));
  const missing = [...notes.keys()].filter(name => !names.has(name.toLowerCase()));
  return (
    <table class="fields" aria-label={label}>
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
          <tr key={index} class={notes.has(name) ? 'is-marked' : undefined}>
            <th scope="row">
              <Visible text={name} />
            </th>
            <td>
              <Visible text={value} />
              {notes.get(name)}
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
              {notes.get(name)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
