// The severity of a finding code: error, warning or note.
import { catalogueEntry, type FindingCode } from './catalogue.ts';

export type Severity = 'error' | 'warning' | 'note';

/** A violation is an error; a difference and what is undocumented are warnings; what is not checkable and advice are notes. */
export function severityOf(code: FindingCode): Severity {
  switch (catalogueEntry(code).kind) {
    case 'violation':
      return 'error';
    case 'difference':
    case 'undocumented':
      return 'warning';
    case 'not-checkable':
    case 'advice':
      return 'note';
  }
}
