// TEMPORARY: replaced by the generated type.
export interface ExchangeSummary {
  readonly sequence: number;
  readonly id: string;
  readonly session: string;
  readonly startedAt: string;
  readonly milliseconds: number;
  readonly api?: string;
  readonly operation?: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status?: number;
  readonly verdict: 'passed' | 'failed' | 'problem';
  readonly findings: number;
  readonly offContract?: string;
  readonly rules: readonly string[];
  readonly switches?: readonly string[];
  readonly refusedFor?: string;
  readonly problem?: string;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
}
