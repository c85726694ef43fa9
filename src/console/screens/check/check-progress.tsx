// How far the check is. The recording is checked while it is sent, so its progress is that of the check.
import { formatBytes } from '../../parts/format.ts';
import { stopCheck } from './check-state.ts';

interface CheckProgressProps {
  readonly file: File;
  readonly sent: number;
}

export function CheckProgress({ file, sent }: CheckProgressProps) {
  const isSent = sent >= file.size;
  const percent = file.size === 0 ? 100 : Math.floor((sent / file.size) * 100);
  return (
    <section class="card check-progress" aria-labelledby="check-running">
      <h2 id="check-running">
        Checking <span class="mono">{file.name}</span>
      </h2>
      <progress max={100} value={isSent ? undefined : percent} aria-labelledby="check-running" />
      <div class="row">
        <p class="muted">
          {isSent
            ? `All ${formatBytes(file.size)} are read; the report is being written.`
            : `${formatBytes(sent)} of ${formatBytes(file.size)} checked (${percent}%)`}
        </p>
        <button type="button" class="button" onClick={stopCheck}>
          Cancel
        </button>
      </div>
    </section>
  );
}
