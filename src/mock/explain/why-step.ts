// One step of the explanation of a response, and how steps name places in documents and scenario files.

import { formatLocation, type SourceLocation } from '../../finding/finding.ts';
import type { Contract, Operation } from '../../openapi/model.ts';
import type { AppliedRule } from '../../scenario/compile.ts';
import type { NodeReference } from '../respond/body-source.ts';
import type { JournalEntry } from '../session/journaled-event.ts';

export interface WhyStep {
  readonly step: 'match' | 'validation' | 'session' | 'selection' | 'body' | 'delivery' | 'callbacks';
  /** One or two sentences. */
  readonly text: string;
  /** "specs/petstore.yaml:46". */
  readonly location?: string;
  /** Further sentences. */
  readonly detail?: readonly string[];
}

/** What a step is made of, without its name. */
export type WhyText = Omit<WhyStep, 'step'>;

export function why(
  text: string,
  location?: SourceLocation | undefined,
  detail: readonly string[] = [],
): WhyText {
  return {
    text,
    ...(location !== undefined && { location: formatLocation(location) }),
    ...(detail.length > 0 && { detail }),
  };
}

/** The operation of an entry as it is served now; undefined: a reload has removed it. */
export function servedNow({ apis }: Contract, { operation, sent }: JournalEntry): Operation | undefined {
  if (operation === undefined) return undefined;
  const api = apis.find(({ name }) => name === operation.api.name);
  if (sent !== undefined)
    return [...(api?.webhooks ?? []), ...(api?.operations ?? []).flatMap(({ callbacks }) => callbacks)].find(
      each => each.name === sent.name && each.operation.id === operation.id,
    )?.operation;
  return api?.operations.find(({ id }) => id === operation.id);
}

/** Undefined: the file is no longer loaded. */
export function locateNode(
  operation: Operation | undefined,
  node: NodeReference | undefined,
): SourceLocation | undefined {
  const documents = operation?.api.documents;
  return documents !== undefined && node !== undefined && documents.has(node.uri)
    ? documents.locate(node)
    : undefined;
}

/** @param below JSON Pointer below the rule. @returns undefined for a built-in scenario */
export function locateRule({ source, pointer }: AppliedRule, below = ''): SourceLocation | undefined {
  return source?.locate(pointer + below);
}

/** "rule petstore/not-found 1"; a built-in scenario has one rule. */
export function ruleName({ key, source, isUnloaded }: AppliedRule): string {
  return source === undefined && !isUnloaded
    ? `built-in scenario ${key.replace(/ \d+$/, '')}`
    : `rule ${key}`;
}

/** "rule petstore/not-found 1 (scenarios/petstore/not-found.yaml:4)" */
export function locatedRuleName(rule: AppliedRule): string {
  const location = locateRule(rule);
  return `${ruleName(rule)}${location === undefined ? '' : ` (${formatLocation(location)})`}`;
}

/** A text as a sentence. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
}

/** The body of a problem: what is wrong, and the remedy. */
export function problemTexts({ exchange, problem }: JournalEntry): string[] {
  const body = exchange.response?.body;
  if (problem === undefined || !(body instanceof Uint8Array)) return [];
  const { detail, hint } = JSON.parse(new TextDecoder().decode(body)) as { detail?: string; hint?: string };
  return [detail, hint && `Remedy: ${hint}`].filter(text => text !== undefined && text !== '') as string[];
}
