// The check that runs, or its report. It stays while other screens are open.
import { signal } from '@preact/signals';
import { ControlFailure, controlPath, fetchControl, type Schema, uploadFile } from '../../client.ts';

export type ReportView = Schema<'ReportView'>;
export type IssueView = Schema<'IssueView'>;

/** The report in three forms: to show, and to save. */
export interface CheckedReports {
  readonly view: ReportView;
  readonly html: string;
  readonly json: Schema<'CheckReports'>['json'];
  readonly notes: readonly string[];
}

export interface CheckChoices {
  /** Only the document of this API; "": all. */
  readonly api: string;
  /** Where the traffic was recorded, if no document says so; may be "". */
  readonly server: string;
  /** Whose violations fail the check. */
  readonly side: 'both' | 'client' | 'provider';
}

export type CheckState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly file: File; readonly sent: number; readonly stop: () => void }
  | {
      readonly kind: 'failed';
      readonly file: File;
      readonly session: string | undefined;
      readonly error: ControlFailure;
    }
  | {
      readonly kind: 'done';
      readonly file: File;
      readonly session: string | undefined;
      readonly reports: CheckedReports;
    };

export const checkState = signal<CheckState>({ kind: 'idle' });
export const choices = signal<CheckChoices>({ api: '', server: '', side: 'both' });

/**
 * Checks the file against the documents. A check that runs is stopped.
 * @param session whose journal the file is; undefined: a recording
 */
export async function startCheck(file: File, session?: string): Promise<void> {
  stopCheck();
  const stopping = new AbortController();
  const { signal: stopped } = stopping;
  const stop = (): void => stopping.abort();
  checkState.value = { kind: 'running', file, sent: 0, stop };
  const { api, server, side } = choices.value;
  const path = controlPath(
    '/check',
    {},
    {
      format: 'json,html,view',
      name: file.name,
      side,
      ...(api !== '' && { api }),
      ...(server.trim() !== '' && { server: server.trim() }),
    },
  );
  try {
    const text = await uploadFile(
      path,
      file,
      sent => {
        if (!stopped.aborted) checkState.value = { kind: 'running', file, sent, stop };
      },
      stopped,
    );
    checkState.value = { kind: 'done', file, session, reports: JSON.parse(text) as CheckedReports };
  } catch (error) {
    if (stopped.aborted) return;
    if (!(error instanceof ControlFailure)) throw error;
    checkState.value = { kind: 'failed', file, session, error };
  }
}

export function stopCheck(): void {
  if (checkState.value.kind === 'running') checkState.value.stop();
  checkState.value = { kind: 'idle' };
}

/** Checks what the mock has served in a session. @throws ControlFailure */
export async function checkSession(id: string): Promise<void> {
  const response = await fetchControl(controlPath('/sessions/{id}/journal.har', { id }, {}));
  await startCheck(new File([await response.blob()], `session-${id}.har`), id);
}
