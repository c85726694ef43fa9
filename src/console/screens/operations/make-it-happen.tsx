// A dialog that sends a valid request for which the mock answers with one status, and shows what came back.
import { useEffect, useState } from 'preact/hooks';
import type { ControlFailure } from '../../client.ts';
import { declaredStatus } from '../../declared-status.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Failure } from '../../parts/page.tsx';
import { currentSession, href } from '../../router.ts';
import type { OperationRow } from './operation-rows.ts';
import { draftAsCurl, readSample } from './request-draft.ts';
import { type RequestDraft, withAnswer } from './send-request.ts';
import { switchAnswer, switchedAnswer } from './switch-answer.ts';
import { TryResult } from './try-result.tsx';
import { useTrial } from './use-trial.ts';

interface MakeItHappenProps {
  readonly row: OperationRow;
  /** As declared: "404", "4XX" or "default". */
  readonly status: string;
  readonly onClose: () => void;
}

export function MakeItHappen({ row, status, onClose }: MakeItHappenProps) {
  const { api, operation, target } = row;
  const session = currentSession.value;
  const trial = useTrial(session);
  const [request, setRequest] = useState<RequestDraft | undefined>(undefined);
  const [failure, setFailure] = useState<ControlFailure | undefined>(undefined);
  const sends = operation.responses.find(each => each.status === status)?.sends ?? 0;
  useEffect(() => {
    readSample(api, operation.id, undefined).then(
      ({ draft }) => {
        const wanted = withAnswer(draft, { status: sends });
        setRequest(wanted);
        void trial.send(wanted);
      },
      (error: ControlFailure) => setFailure(error),
    );
  }, []);
  const switched = switchedAnswer(target);
  const isSwitched = switched !== undefined && declaredStatus(operation.statuses, switched.status) === status;
  return (
    <Dialog title={`${status} of ${operation.id}`} onClose={onClose} class="dialog-wide">
      {failure !== undefined && <Failure error={failure} />}
      <p class="muted">
        The request asks for {sends} in its Prefer header, so this call alone gets it. For the calls of an
        app, switch it on.
      </p>
      <TryResult trial={trial} isCompact />
      <div class="dialog-actions">
        <button
          type="button"
          class="button"
          aria-pressed={isSwitched}
          onClick={() => void switchAnswer(target, isSwitched ? undefined : { status: sends })}
        >
          Answer {sends} to all calls
        </button>
        {request !== undefined && (
          <>
            <button
              type="button"
              class="button"
              disabled={trial.isSending}
              onClick={() => void trial.send(request)}
            >
              Send again
            </button>
            <CopyButton
              text={draftAsCurl(request, session) ?? ''}
              label="Copy the request as a curl command"
              caption="Copy as curl"
            />
          </>
        )}
        <a class="button" href={href('operations', { segments: [api, operation.id] })}>
          Edit the request
        </a>
      </div>
    </Dialog>
  );
}
