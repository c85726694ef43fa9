// How many declared statuses were tried, in words and as a bar with a part for errors and one for the others.
import { currentSession } from '../../router.ts';
import type { CoverageFigures } from './operation-rows.ts';

interface CoverageBarProps {
  readonly figures: CoverageFigures;
  /** Where it is shown which. */
  readonly link?: string;
}

export function CoverageBar({ figures, link }: CoverageBarProps) {
  const text = `${figures.tried} of ${figures.declared} statuses tried`;
  const { declared, tried, declaredErrors, triedErrors } = figures;
  const others = tried - triedErrors;
  const width = (count: number) => ({ width: `${declared === 0 ? 0 : (100 * count) / declared}%` });
  return (
    <div class="coverage-figure">
      <p>
        <strong>{link === undefined ? text : <a href={link}>{text}</a>}</strong>
        <span class="muted">
          {triedErrors} of {declaredErrors} errors, in session {currentSession.value}
        </span>
      </p>
      <div class="coverage-bar" aria-hidden="true">
        <span class="coverage-others" style={width(others)} />
        <span class="coverage-errors" style={width(triedErrors)} />
      </div>
    </div>
  );
}
