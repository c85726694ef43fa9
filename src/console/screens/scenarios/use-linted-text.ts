// The text in the editor, with what the server finds wrong with it: asked when typing pauses.
import { useEffect, useState } from 'preact/hooks';
import { ControlFailure, control, type Schema } from '../../client.ts';

export interface Lint {
  /** Undefined until the server has answered for the present text. */
  readonly findings: readonly Schema<'ScenarioFinding'>[] | undefined;
  /** What the scenario does; undefined: the text is not a scenario. */
  readonly sentence: string | undefined;
  readonly rules: readonly Schema<'ScenarioRule'>[];
  /** Why the server cannot say it. */
  readonly failure?: string;
}

const PAUSE_MS = 350;
const UNKNOWN: Lint = { findings: undefined, sentence: undefined, rules: [] };

/** @param text undefined: not loaded yet */
export function useLint(api: string, text: string | undefined): Lint {
  const [lint, setLint] = useState<Lint>(UNKNOWN);
  useEffect(() => {
    if (text === undefined) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      control('post', '/scenarios/lint', { body: { api, text }, signal: abort.signal }).then(
        ({ findings, sentence, rules = [] }) => setLint({ findings, sentence, rules }),
        (error: unknown) => {
          if (abort.signal.aborted) return;
          if (!(error instanceof ControlFailure)) throw error;
          setLint({ ...UNKNOWN, failure: error.message });
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [api, text]);
  return lint;
}
