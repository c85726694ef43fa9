// How much a finding weighs, which is an opinion of whoever asks: a mock tries the client, a checker the provider.
import { describe, type FindingCode } from '../finding/catalogue.ts';

export type Severity = 'error' | 'warning' | 'note';

export function severityOf(code: FindingCode): Severity {
  switch (describe(code).kind) {
    case 'violation':
      return 'error';
    case 'difference':
    case 'undocumented':
    case 'not-checkable':
      return 'warning';
    case 'advice':
      return 'note';
  }
}
