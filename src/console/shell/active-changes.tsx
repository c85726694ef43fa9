// What is switched in the current session: always in view, one click to see it, one to switch all of it off.
import { useEffect, useRef } from 'preact/hooks';
import { countActive, switchAllOff } from '../actions.ts';
import { ActiveList, UsedUpList } from '../parts/active-list.tsx';
import { Icon } from '../parts/icon.tsx';
import { route } from '../router.ts';
import { session } from '../state.ts';

export function ActiveChanges() {
  const popover = useRef<HTMLDivElement>(null);
  const place = route.value;
  // A link of the list leads to a screen, which the list would cover.
  useEffect(() => popover.current?.hidePopover(), [place]);
  const current = session.value;
  if (current === undefined) return null;
  const active = countActive(current);
  if (active === 0) return <span class="nothing-active muted">Nothing is switched on</span>;
  return (
    <>
      <button type="button" class="button active-button" popovertarget="active-changes">
        <Icon name="power" />
        {active} active
      </button>
      <div ref={popover} id="active-changes" class="popover" popover="auto">
        <h2>Active in session "{current.id}"</h2>
        <ActiveList session={current} />
        <UsedUpList session={current} />
        <button type="button" class="button button-danger" onClick={() => void switchAllOff(current.id)}>
          All off
        </button>
      </div>
    </>
  );
}
