// Writes the exchanges of a mock into a HAR file while it serves them, for "deadringer run".
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { describeFileError } from '../finding/file-error.ts';
import { pluralize } from '../finding/plural.ts';
import type { ServeEvent } from '../mock/serve-event.ts';
import type { ServedConfig } from '../mock/served-config.ts';
import { toJournaledEvent, toRecordable } from '../mock/session/journaled-event.ts';
import { openRecording, type RecordingWriter } from '../recording/writer.ts';
import { printable } from '../reporters/safe-text.ts';
import { version } from '../version.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';
import { createRecordingRedactor, NOT_REDACTABLE } from './recorder.ts';

export interface ServedRecording {
  add(event: ServeEvent, config: ServedConfig): void;
  /** Replaces the file. @returns the number of exchanges that are not in it */
  finish(): number;
  /** Leaves the file as it was, unless the recording is finished. */
  discard(): void;
}

/**
 * Secrets are redacted. The recording is complete on disk after each exchange; it replaces `file` at the end.
 * @throws UsageError if the file cannot be written
 */
export function startServedRecording(file: string, io: Io): ServedRecording {
  const existing = statSync(file, { throwIfNoEntry: false });
  if (existing?.isFile() === false)
    throw new UsageError(`--har ${file} is no regular file: choose another name`);
  const target = existing === undefined ? file : realpathSync(file);
  const { folder, partial, recording } = openBeside(file, target, io);
  const redact = createRecordingRedactor();
  let refused = 0;
  let isOpen = true;
  const close = (): void => {
    if (isOpen) recording.close();
    isOpen = false;
  };
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  return {
    add(event, config) {
      const { exchange, origin } = toRecordable(toJournaledEvent(event));
      const redacted = redact(event.operation, exchange, config);
      if (redacted !== undefined) recording.write(redacted, origin, event.sent?.failure);
      else {
        refused++;
        io.err(`not recorded: ${NOT_REDACTABLE}`);
      }
    },
    finish() {
      const { written, lost } = recording.stats;
      close();
      try {
        renameSync(partial, target);
      } catch (error) {
        throw new UsageError(
          `${file} cannot be written: ${describeFileError(error)}; the recording is ${partial}`,
        );
      }
      removeFolder();
      io.err(printable(`${pluralize(written, 'exchange')} recorded: ${file}`));
      return lost + refused;
    },
    discard() {
      if (!isOpen) return;
      close();
      removeFolder();
    },
  };
}

/** Opens a recording in a new folder beside the target. */
function openBeside(
  file: string,
  target: string,
  io: Io,
): { folder: string; partial: string; recording: RecordingWriter } {
  let folder: string | undefined;
  try {
    mkdirSync(path.dirname(target), { recursive: true });
    folder = mkdtempSync(path.join(path.dirname(target), '.har-'));
    const partial = path.join(folder, 'traffic.har');
    const recording = openRecording(partial, {
      format: 'har',
      append: false,
      maxBytes: undefined,
      creator: { name: 'deadringer', version: version() },
      owner: { pid: io.pid, isRunning: io.isRunning },
      onEvent: event =>
        io.err(
          printable(
            event.kind === 'write-failed'
              ? `${file} cannot be written; exchanges are not recorded: ${event.message}`
              : `${file} can be written again; ${pluralize(event.lost, 'exchange')} not recorded`,
          ),
        ),
    });
    return { folder, partial, recording };
  } catch (error) {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    throw new UsageError(`${file} cannot be written: ${describeFileError(error)}`);
  }
}
