// A finding as one line of a terminal. Colours only where the style has them.
import type { Finding, SourceLocation } from '../finding/finding.ts';
import { severityOf } from '../finding/severity.ts';
import { printable, type TextStyle } from './safe-text.ts';

/** "specs/pets.yaml:12:3 error the example must be integer (spec-example)" */
export function formatFinding(
  {
    code,
    message,
    location,
  }: Pick<Finding, 'code' | 'message'> & { readonly location?: SourceLocation | undefined },
  style: TextStyle,
): string {
  const severity = severityOf(code);
  const label =
    severity === 'error'
      ? style('red', 'error')
      : severity === 'warning'
        ? style('yellow', 'warning')
        : style('dim', 'note');
  const place =
    location === undefined ? '' : `${printable(location.file)}:${location.line}:${location.column} `;
  return `${place}${label} ${printable(message)} ${style('dim', `(${code})`)}`;
}
