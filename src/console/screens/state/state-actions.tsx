// Saves the stored items of the session to a file, loads such a file, and resets them.
import { useState } from 'preact/hooks';
import { ControlFailure, control, controlPath, download, fetchControl, type Schema } from '../../client.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Icon } from '../../parts/icon.tsx';
import { toast } from '../../parts/toast.tsx';
import { run } from '../../state.ts';
import { ConfirmDialog } from '../sessions/confirm-dialog.tsx';
import { ItemFindings } from './item-findings.tsx';

interface LoadResult {
  readonly loaded: number;
  readonly findings: readonly Schema<'ItemFinding'>[];
  readonly moreFindings: number;
}

/** What a loaded file has that its schemas reject, or why it was not loaded. */
interface LoadReport {
  readonly file: string;
  readonly result: LoadResult | ControlFailure;
}

export function StateActions({ session }: { readonly session: string }) {
  const [isResetting, setResetting] = useState(false);
  const [report, setReport] = useState<LoadReport>();
  const path = controlPath('/sessions/{id}/state', { id: session });
  const load = async (file: File): Promise<void> => {
    try {
      const response = await fetchControl(path, { method: 'PUT', body: await file.text() });
      const result = (await response.json()) as LoadResult;
      toast(`${count(result.loaded)} of ${file.name} replaced those of session "${session}".`);
      if (result.findings.length > 0) setReport({ file: file.name, result });
    } catch (error) {
      if (!(error instanceof ControlFailure)) throw error;
      setReport({ file: file.name, result: error });
    }
  };
  return (
    <>
      <button
        type="button"
        class="button"
        title="Writes a snapshot for serve --state-file. Secrets are placeholders."
        onClick={() => void run(() => download(path, `state-${session}.json`))}
      >
        <Icon name="download" />
        Save
      </button>
      <label class="button state-file-button">
        <input
          type="file"
          accept=".json,application/json"
          class="visually-hidden"
          onChange={event => {
            const input = event.currentTarget;
            const [file] = input.files ?? [];
            // The same file can be chosen again.
            input.value = '';
            if (file !== undefined) void load(file);
          }}
        />
        <Icon name="upload" />
        Load a file
      </label>
      <button type="button" class="button button-danger" onClick={() => setResetting(true)}>
        <Icon name="retry" />
        Reset
      </button>
      {isResetting && (
        <ConfirmDialog
          title={`Reset the state of session "${session}"?`}
          action="Reset the state"
          onClose={() => setResetting(false)}
          onConfirm={() =>
            run(
              () => control('delete', '/sessions/{id}/state', { path: { id: session } }),
              `Session "${session}" has its first items again.`,
            )
          }
        >
          All stored items are removed. The session begins again with the examples of the documents, or with
          the state file of the server. Its journal and switches stay.
        </ConfirmDialog>
      )}
      {report !== undefined && <LoadDialog report={report} onClose={() => setReport(undefined)} />}
    </>
  );
}

function LoadDialog({
  report: { file, result },
  onClose,
}: {
  readonly report: LoadReport;
  readonly onClose: () => void;
}) {
  if (result instanceof ControlFailure)
    return (
      <Dialog title={`${file} is not loaded`} onClose={onClose}>
        {result.findings.length === 0 ? <p>{result.message}</p> : <ItemFindings findings={result.findings} />}
        {result.hint !== undefined && <p class="muted">{result.hint}</p>}
      </Dialog>
    );
  return (
    <Dialog title={`${file} is loaded, with remarks`} onClose={onClose}>
      <p>Responses leave out what the schemas reject, and generate what they require.</p>
      <ItemFindings findings={result.findings} />
      {result.moreFindings > 0 && <p class="muted">And {result.moreFindings.toLocaleString('en')} more.</p>}
    </Dialog>
  );
}

function count(items: number): string {
  return items === 1 ? '1 item' : `${items.toLocaleString('en')} items`;
}
