// Links from a part of the document to its line, and the panel or dialog that shows the line.
import type { ComponentChildren } from 'preact';
import { Dialog } from '../../parts/dialog.tsx';
import { Icon } from '../../parts/icon.tsx';
import { parseLocation, SourceLines, shortLocation } from '../../parts/source-lines.tsx';
import { href, route, setQuery } from '../../router.ts';

/** Lines before and after the marked one. */
const MARGIN = 14;

function close(): void {
  setQuery({ source: undefined });
}

/** A link to the present page with the source beside it: it can be shared. */
function sourceHref(location: string): string {
  const { screen, segments, query } = route.value;
  return href(screen, { segments, query: { ...query, source: location } });
}

interface SourceLinkProps {
  /** "file:line:column" */
  readonly location: string;
  /** What is at the line; read aloud. */
  readonly of: string;
  /** Default: the number of the line. */
  readonly children?: ComponentChildren;
}

export function SourceLink({ location, of, children }: SourceLinkProps) {
  const place = parseLocation(location);
  const isShown = route.value.query.source === location;
  return (
    <a
      class="source-link"
      href={sourceHref(location)}
      title={shortLocation(location)}
      aria-label={`Source of ${of}, line ${place?.line}`}
      aria-current={isShown ? 'location' : undefined}
    >
      {children ?? `L${place?.line}`}
    </a>
  );
}

export function SourcePanel({ location }: { readonly location: string }) {
  return (
    <aside class="source-panel" aria-labelledby="source-title">
      <header class="source-panel-header">
        <h2 id="source-title">Source</h2>
        <button type="button" class="icon-button" aria-label="Close the source" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <SourceLines location={location} margin={MARGIN} follow />
    </aside>
  );
}

export function SourceDialog({ location }: { readonly location: string }) {
  return (
    <Dialog title="Source" onClose={close} class="source-dialog">
      <SourceLines location={location} margin={MARGIN} follow />
    </Dialog>
  );
}
