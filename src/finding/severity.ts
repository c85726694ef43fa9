// The severity of a finding code: error, warning or note.
import { catalogueEntry, type FindingCode } from './catalogue.ts';

export type Severity = 'error' | 'warning' | 'note';

/**
 * A violation is an error; a difference, what is undocumented and what is not checkable are warnings; advice is a note, or a
 * warning if it is about a document.
 */
export function severityOf(code: FindingCode): Severity {
  const { kind, about } = catalogueEntry(code);
  switch (kind) {
    case 'violation':
      return 'error';
    case 'difference':
    case 'undocumented':
    case 'not-checkable':
      return 'warning';
    case 'advice':
      return about === 'document' || about === 'scenario' ? 'warning' : 'note';
  }
}

export function isError({ code }: { readonly code: FindingCode }): boolean {
  return severityOf(code) === 'error';
}
