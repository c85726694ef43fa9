// Drop a recording on the page: it is checked against the documents, and its report is shown.
import './check/check.css';
import { useEffect, useState } from 'preact/hooks';
import { Failure, PageHeader, type ScreenProps } from '../parts/page.tsx';
import { CheckForm } from './check/check-form.tsx';
import { CheckProgress } from './check/check-progress.tsx';
import { type CheckState, checkState, startCheck, stopCheck } from './check/check-state.ts';
import { CheckReport } from './check/report.tsx';

export function CheckScreen(_props: ScreenProps) {
  const [refusal, setRefusal] = useState('');
  const check = (files: readonly File[]): void => {
    const [file, ...others] = files;
    setRefusal(
      others.length > 0 ? 'Check one file at a time. A .zip archive may hold several recordings.' : '',
    );
    if (file !== undefined && others.length === 0) void startCheck(file);
  };
  const isDragged = useFileDrop(check);
  const state = checkState.value;
  return (
    <div class="check-screen stack">
      <PageHeader title="Check">
        {state.kind === 'done' && (
          <button type="button" class="button" onClick={stopCheck}>
            Check another recording
          </button>
        )}
      </PageHeader>
      {refusal !== '' && (
        <p class="notice notice-warning" role="alert">
          {refusal}
        </p>
      )}
      <CheckContent state={state} onFiles={check} />
      {isDragged && (
        <div class="check-drop-overlay" aria-hidden="true">
          <p>Drop the recording to check it</p>
        </div>
      )}
    </div>
  );
}

interface CheckContentProps {
  readonly state: CheckState;
  readonly onFiles: (files: readonly File[]) => void;
}

function CheckContent({ state, onFiles }: CheckContentProps) {
  switch (state.kind) {
    case 'running':
      return <CheckProgress file={state.file} sent={state.sent} />;
    case 'done':
      return <CheckReport file={state.file} session={state.session} reports={state.reports} />;
    case 'failed':
      return (
        <>
          <Failure error={state.error} onRetry={() => void startCheck(state.file, state.session)} />
          <CheckForm onFiles={onFiles} />
        </>
      );
    case 'idle':
      return <CheckForm onFiles={onFiles} />;
  }
}

/** Takes files that are dropped anywhere on the page. @returns whether a file is held over the page */
function useFileDrop(onFiles: (files: readonly File[]) => void): boolean {
  const [isDragged, setDragged] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      // Without this the browser opens the file instead.
      event.preventDefault();
      setDragged(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setDragged(false);
    };
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDragged(false);
      onFiles([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  return isDragged;
}
