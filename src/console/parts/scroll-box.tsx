// A box that scrolls: it takes the focus, so that the keyboard can scroll it, and has a name that is read aloud.
import type { ComponentChildren } from 'preact';

interface ScrollBoxProps {
  /** What is in it: "Lines of specs/petstore.yaml". */
  readonly label: string;
  readonly class: string;
  readonly children: ComponentChildren;
}

export function ScrollBox({ label, class: className, children }: ScrollBoxProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it
    <div class={className} role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
