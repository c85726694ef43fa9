// A scenario that repeats an answer: its text to copy, and the way to the editor.
import type { VNode } from 'preact';
import { plainRows } from '../../parts/body-view/body-rows.ts';
import { BodyRowsView } from '../../parts/body-view/body-rows-view.tsx';
import { textLines } from '../../parts/body-view/text-lines.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Dialog } from '../../parts/dialog.tsx';

interface ScenarioDialogProps {
  readonly text: string;
  readonly suggestedId: string;
  readonly onClose: () => void;
}

const COLUMNS = 100;

export function ScenarioDialog({ text, suggestedId, onClose }: ScenarioDialogProps): VNode {
  return (
    <Dialog title={`Scenario ${suggestedId}`} onClose={onClose} class="scenario-dialog">
      <p>
        This scenario repeats the answer. Save it as <code>{suggestedId}.scenario.yaml</code> in the folder of
        your scenarios.
      </p>
      <BodyRowsView label="Text of the scenario" rows={plainRows(textLines(text), COLUMNS)} />
      <p>
        <CopyButton text={text} label="Copy the scenario" caption="Copy the scenario" />
      </p>
    </Dialog>
  );
}
