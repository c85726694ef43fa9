// "specs/petstore.yaml:310": opens the lines of the file in place.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import './location-link.css';
import { SourceLines, shortLocation } from './source-lines.tsx';

export function LocationLink({ location }: { readonly location: string }): VNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class="location-link"
        aria-expanded={isOpen}
        title={isOpen ? 'Hide the lines of the file' : 'Show the lines of the file'}
        onClick={() => setOpen(!isOpen)}
      >
        {shortLocation(location)}
      </button>
      {isOpen && <SourceLines location={location} />}
    </>
  );
}
