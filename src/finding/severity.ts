// The severity of a finding code: error, warning or note.
import { catalogueEntry, type FindingCode } from './catalogue.ts';

export type Severity = 'error' | 'warning' | 'note';

/**
 * A violation is an error; a difference, what is undocumented and what is undecodable are warnings; what is not checkable and advice are notes, or
 * warnings if they are about a document or another file.
 */
export function severityOf(code: FindingCode): Severity {
  const { kind, about } = catalogueEntry(code);
  switch (kind) {
    case 'violation':
      return 'error';
    case 'difference':
    case 'undocumented':
    case 'undecodable':
      return 'warning';
    case 'not-checkable':
    case 'advice':
      return ['document', 'scenario', 'state'].includes(about) ? 'warning' : 'note';
  }
}

export function isError({ code }: { readonly code: FindingCode }): boolean {
  return severityOf(code) === 'error';
}
