// Counts what became of documents and operations, and keeps the problems by name.
import type { ResponseVerdict } from './response-validator.ts';
import type { Asked } from './server.ts';

/** Milliseconds above which an answer is slow. */
export const SLOW = 2000;

export interface Problem {
  /** The document, or the document and its operation. */
  readonly name: string;
  readonly kind: string;
  readonly cause: string;
}

export class Tally {
  readonly server: string;
  readonly problems: Problem[] = [];
  readonly counts = new Map<string, number>();
  slowest = 0;

  constructor(server: string) {
    this.server = server;
  }

  count(kind: string): number {
    return this.counts.get(kind) ?? 0;
  }

  served(): void {
    this.#add('served');
  }

  notServed(file: string, cause: string): void {
    this.#problem(file, 'not served', cause);
  }

  notAsked(cause: string): void {
    this.#add(`not asked: ${cause}`);
    this.#add('not asked');
  }

  answered(name: string, answer: Asked | 'no answer', validateAnswer: () => ResponseVerdict): void {
    this.#add('asked');
    if (answer === 'no answer') {
      this.#problem(name, 'no answer', '');
      return;
    }
    this.slowest = Math.max(this.slowest, answer.took);
    if (answer.took > SLOW) this.#problem(name, 'slow', `${Math.round(answer.took)} ms`);
    if (answer.toolError !== undefined || answer.contentType.startsWith('application/problem+json')) {
      this.#problem(name, 'tool error', `${answer.toolError ?? answer.status}: ${detailOf(answer)}`);
      return;
    }
    const verdict = validateAnswer();
    if (verdict.kind === 'valid') {
      this.#add(answer.status >= 400 ? 'valid, declared error' : 'valid');
    } else if (verdict.kind === 'not JSON') {
      this.#add('not JSON');
    } else {
      this.#problem(name, verdict.kind, verdict.cause);
    }
  }

  #add(kind: string): void {
    this.counts.set(kind, this.count(kind) + 1);
  }

  #problem(name: string, kind: string, cause: string): void {
    this.#add(kind);
    this.problems.push({ name, kind, cause });
  }
}

function detailOf(answer: Asked): string {
  try {
    const { title, detail } = JSON.parse(answer.body.toString()) as { title?: string; detail?: string };
    return `${detail ?? title ?? ''}`;
  } catch {
    return '';
  }
}
