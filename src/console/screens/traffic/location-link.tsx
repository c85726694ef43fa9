// "specs/petstore.yaml:310": the line that decides.
import type { VNode } from 'preact';

export function LocationLink({ location }: { readonly location: string }): VNode {
  return <code class="location-link">{location}</code>;
}
