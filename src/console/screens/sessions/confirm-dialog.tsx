// Asks before something is deleted.
import type { ComponentChildren } from 'preact';
import { Dialog, DialogActions } from '../../parts/dialog.tsx';

interface ConfirmDialogProps {
  readonly title: string;
  /** What the button does: "End the session". */
  readonly action: string;
  readonly onClose: () => void;
  /** @returns whether it succeeded: then the dialog closes */
  readonly onConfirm: () => Promise<boolean>;
  /** What is lost. */
  readonly children: ComponentChildren;
}

export function ConfirmDialog({ title, action, onClose, onConfirm, children }: ConfirmDialogProps) {
  const confirm = async (): Promise<void> => {
    if (await onConfirm()) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{children}</p>
      <DialogActions onCancel={onClose}>
        <button type="button" class="button button-danger" onClick={() => void confirm()}>
          {action}
        </button>
      </DialogActions>
    </Dialog>
  );
}
