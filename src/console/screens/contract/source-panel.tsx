// Links from a part of the document to its line, and the panel or dialog that shows the line.
import type { ComponentChildren } from 'preact';
import { Dialog } from '../../parts/dialog.tsx';
import { Icon } from '../../parts/icon.tsx';
import { lineText, parseLocation, SourceLines, shortLocation } from '../../parts/source-lines.tsx';
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
  /** What is at the line; read aloud. Default: `children`. */
  readonly of?: string;
  /** True: the line is elsewhere, where a `$ref` leads to. */
  readonly isDefinition?: boolean;
  /** Default: the number of the line. */
  readonly children?: ComponentChildren;
}

export function SourceLink({ location, of, isDefinition = false, children }: SourceLinkProps) {
  const place = parseLocation(location);
  const isShown = route.value.query.source === location;
  return (
    <a
      class="source-link"
      href={sourceHref(location)}
      title={shortLocation(location)}
      aria-current={isShown ? 'location' : undefined}
    >
      <span class="visually-hidden">Source of {of !== undefined && `${of}, `}</span>
      {isDefinition && '→ '}
      {children ?? (place === undefined ? location : `L${lineText(place)}`)}
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
