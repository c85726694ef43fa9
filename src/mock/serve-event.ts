// The record of one served request: exchange, findings, scenario rules, upstream. Journal, log and events read it.
import type { Exchange } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';
import type { AppliedRule } from '../scenario/compile.ts';
import type { Delivery } from '../scenario/delivery.ts';
import type { InvalidPreference, Preferences, RequestValidation } from './preferences.ts';
import type { ProblemCode } from './problem.ts';
import type { RateVerdict } from './session/rate-limits.ts';
import type { StateEffect } from './state/state-effect.ts';

/** How the session of a request was found. */
export type SessionSource = 'header' | 'credential' | 'cookie' | 'prefix' | 'default';

/** One exchange that this mock served or proxied. */
export interface ServeEvent {
  readonly exchange: Exchange;
  /** Undefined when no operation matches the request. */
  readonly operation: Operation | undefined;
  readonly findings: readonly Finding[];
  /** Name of the session. */
  readonly session: string;
  readonly sessionSource: SessionSource;
  /** What the client requested of the mock; undefined: an upstream responded. */
  readonly preferences?: Preferences | InvalidPreference;
  /** The finding because of which the mock rejected the request; undefined: not rejected. */
  readonly refusedFor: Finding | undefined;
  /** Set if the request is invalid and was answered like a valid one. */
  readonly tolerated?: ToleratedRequest | undefined;
  /** Set if the response is an error of the mock and not a response of the API. */
  readonly problem: ProblemCode | undefined;
  /** The scenario rules that were applied; the one that replied is the last. */
  readonly rules: readonly AppliedRule[];
  /** Targets of the switches that changed the response, as "petstore.getPet"; "*" is everything. */
  readonly switches: readonly string[];
  /** The target of the switch that selected the response. */
  readonly forcedBy?: string | undefined;
  /** Why the response may be invalid: the reason of the scenario (`off-contract`), or an undeclared status of a switch. */
  readonly offContract: string | undefined;
  /** What the request did to the stored state; undefined: the response is not from the state. */
  readonly stateEffect?: StateEffect | undefined;
  readonly delivery: Delivery;
  /** How the request was counted against a rate limit; undefined: none is in force. */
  readonly rateLimit?: RateVerdict | undefined;
  /** The time that the clock of the session showed, in milliseconds since the Unix epoch; undefined: real time. */
  readonly sessionTime?: number | undefined;
  /** True: personal data is redacted wherever the event is shown. */
  readonly redactPersonal: boolean;
  /** Set if the request was sent to an upstream. */
  readonly upstream?: UpstreamAttempt | undefined;
  /** Set if the mock sent the request: a callback or a webhook. The response is that of the receiver. */
  readonly sent?: SentRequest | undefined;
}

/** A request that the mock sent to the client of the API. */
export interface SentRequest {
  readonly kind: 'callback' | 'webhook';
  /** The key under `callbacks` or `webhooks`. */
  readonly name: string;
  /** "http://127.0.0.1:3000"; undefined: the URL is invalid. */
  readonly origin: string | undefined;
  /** Id of the exchange that caused the callback. */
  readonly cause?: string;
  /** Why there is no response, with the remedy. */
  readonly failure?: string | undefined;
}

/** An invalid request that was answered like a valid one. */
export interface ToleratedRequest {
  /** The finding because of which the mock would have rejected the request. */
  readonly finding: Finding;
  readonly validation: Exclude<RequestValidation, 'on'>;
}

/** The request to an upstream service, and why its response is missing or incomplete. */
export interface UpstreamAttempt {
  /** "https://api.example.com" */
  readonly origin: string;
  /** As sent to the upstream, without the query. */
  readonly path: string;
  /** Why the response is missing or incomplete; undefined: it is complete. */
  readonly failure: string | undefined;
}
