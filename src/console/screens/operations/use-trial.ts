// Sends one request at a time and keeps what came back.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ControlFailure } from '../../client.ts';
import { type RequestDraft, type SentRequest, sendRequest, whyNotSendable } from './send-request.ts';

export interface Trial {
  readonly isSending: boolean;
  readonly sent: SentRequest | undefined;
  /** Why nothing was sent. */
  readonly mistake: string | undefined;
  readonly send: (draft: RequestDraft) => Promise<void>;
  readonly cancel: () => void;
}

const IDLE = { isSending: false, sent: undefined, mistake: undefined };

export function useTrial(session: string): Trial {
  const [state, setState] = useState<Omit<Trial, 'send' | 'cancel'>>(IDLE);
  const running = useRef(new AbortController());
  const cancel = (): void => running.current.abort();
  useEffect(() => cancel, []);
  const send = async (draft: RequestDraft): Promise<void> => {
    const mistake = whyNotSendable(draft);
    if (mistake !== undefined) {
      setState({ ...IDLE, mistake });
      return;
    }
    cancel();
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    setState(({ sent }) => ({ isSending: true, sent, mistake: undefined }));
    try {
      const sent = await sendRequest(draft, session, signal);
      if (!signal.aborted) setState({ isSending: false, sent, mistake: undefined });
    } catch (error) {
      if (signal.aborted) setState({ ...IDLE, mistake: 'The request was cancelled.' });
      else if (error instanceof ControlFailure) setState({ ...IDLE, mistake: error.message });
      else throw error;
    }
  };
  return { ...state, send, cancel };
}
