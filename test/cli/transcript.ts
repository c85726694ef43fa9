// Collects the output of a command as text, and waits for lines of it.

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Transcript {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** The output so far, with the exit code. */
  readonly end: (code: number | null) => Ended;
  /** Resolves with the first match in standard output; rejects if the command ends without one. */
  readonly line: (pattern: RegExp, ended: Promise<Ended>) => Promise<RegExpExecArray>;
}

export function createTranscript(): Transcript {
  let out = '';
  let err = '';
  const watchers = new Set<() => void>();
  return {
    out: text => {
      out += text;
      for (const watch of [...watchers]) watch();
    },
    err: text => {
      err += text;
    },
    end: code => ({ code, out, err }),
    line: (pattern, ended) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const match = pattern.exec(out);
          if (match === null) return;
          watchers.delete(watch);
          resolve(match);
        };
        watchers.add(watch);
        watch();
        ended.then(() => reject(new Error(`the command ended without ${pattern}\n${out}\n${err}`)), reject);
      }),
  };
}
