// What is switched in the current session: always in view, one click to see it, one to switch all of it off.
import { activeChanges, switchAllOff } from '../actions.ts';
import { Icon } from '../parts/icon.tsx';
import { session } from '../state.ts';

export function ActiveChanges() {
  const current = session.value;
  if (current === undefined) return null;
  const active = activeChanges(current);
  if (active.length === 0) return <span class="nothing-active muted">Nothing is switched</span>;
  return (
    <>
      <button type="button" class="button active-button" popovertarget="active-changes">
        <Icon name="power" />
        {active.length} active
      </button>
      <div id="active-changes" class="popover" popover="auto">
        <h2>Active in session "{current.id}"</h2>
        <ul class="plain-list">
          {active.map(change => (
            <li key={change}>
              <code>{change}</code>
            </li>
          ))}
        </ul>
        <button type="button" class="button button-danger" onClick={() => void switchAllOff(current.id)}>
          All off
        </button>
      </div>
    </>
  );
}
