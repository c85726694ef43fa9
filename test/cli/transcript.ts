// What a command writes, kept as text, and a way to wait for a line of it.

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Transcript {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What was written until now. */
  readonly end: (code: number | null) => Ended;
  /** Resolves with the first match in standard output; rejects when the command ends before. */
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
