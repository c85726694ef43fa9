// Text from traffic: what would hide or reorder it is shown by name, and it cannot reorder its surroundings.
import type { VNode } from 'preact';
import { visibleRuns } from './visible-text.ts';

export function Visible({ text }: { readonly text: string }): VNode {
  const runs = visibleRuns(text);
  if (runs.length === 1 && runs[0]?.isName === false) return <bdi>{text}</bdi>;
  return (
    <bdi>
      {runs.map((run, index) =>
        run.isName ? (
          <span key={index} class="hidden-character" title={`invisible character ${run.text}`}>
            {run.text}
          </span>
        ) : (
          run.text
        ),
      )}
    </bdi>
  );
}
