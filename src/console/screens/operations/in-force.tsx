// What an operation answers now, in one line: the status, what decides on it, and where that is written.
import { StatusBadge } from '../../parts/badges.tsx';
import { LocationLink } from '../../parts/location-link.tsx';
import { href } from '../../router.ts';
import type { SessionOperation } from './operation-rows.ts';

type ResponseInForce = SessionOperation['inForce'];

export function InForce({ response }: { readonly response: ResponseInForce }) {
  const { status, location, offContract, conditional = [] } = response;
  return (
    <div class="in-force">
      <div>
        <span class="muted">Now:</span>{' '}
        {status !== undefined && (
          <>
            <StatusBadge status={status} offContract={offContract} /> from
          </>
        )}{' '}
        <Cause response={response} />
        {location !== undefined && (
          <>
            {' '}
            <LocationLink location={location} />
          </>
        )}
      </div>
      {conditional.length > 0 && (
        <details>
          <summary>
            {conditional.length === 1 ? 'Another answer' : `${conditional.length} other answers`} by condition
          </summary>
          <ul>
            {conditional.map(each => (
              <li key={each.location}>
                {each.status !== undefined && <StatusBadge status={each.status} />} <Cause response={each} />
                {each.location !== undefined && (
                  <>
                    {' '}
                    <LocationLink location={each.location} />
                  </>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** What decides, with a link to where it is changed. */
function Cause({ response: { text, scenario, target } }: { readonly response: ResponseInForce }) {
  if (target !== undefined) return <a href={href('switches', { query: { target } })}>{text}</a>;
  if (scenario !== undefined) return <a href={href('scenarios', { segments: [scenario] })}>{text}</a>;
  return <>{text}</>;
}
