// Lists the operations whose schemas are inferred from the saved responses and requests of a collection.
import { isObject } from '../exchange/json.ts';
import type { Finding } from '../finding/finding.ts';
import { pluralize } from '../finding/plural.ts';
import { POSTMAN_COLLECTION } from './document-kind.ts';
import type { ApiSpec, Operation } from './model.ts';

interface InferenceSource {
  readonly savedResponses: number;
  readonly requestBodies: number;
}

/** @returns undefined for an operation whose schemas an author has written */
function inferredFrom({ node }: Operation): InferenceSource | undefined {
  const source = isObject(node.value) ? node.value['x-inferred-from'] : undefined;
  if (!isObject(source)) return undefined;
  const { savedResponses, requestBodies } = source;
  return typeof savedResponses === 'number' && typeof requestBodies === 'number'
    ? { savedResponses, requestBodies }
    : undefined;
}

/** What follows the message of a finding about a schema that may have been inferred. */
export function inferenceNote({ format }: ApiSpec): string {
  return format.startsWith(POSTMAN_COLLECTION) ? ' (inferred schema)' : '';
}

/** What lint reports about an operation: one finding if its schemas are inferred. */
export function inferredFindings(operation: Operation): Finding[] {
  const source = inferredFrom(operation);
  if (source === undefined) return [];
  const { savedResponses, requestBodies } = source;
  const bodies = requestBodies === 0 ? '' : ` and ${pluralize(requestBodies, 'request body')}`;
  const message =
    savedResponses === 0
      ? `${operation.id} has no saved response: any response is valid`
      : `the schemas of ${operation.id} are inferred from ${pluralize(savedResponses, 'saved response')}${bodies}`;
  return [
    { code: 'spec-inferred', message, at: '', location: operation.api.documents.locate(operation.node) },
  ];
}

/** @returns undefined if nothing was inferred */
export function describeInferred({ operations }: ApiSpec): string | undefined {
  const sources = operations.flatMap(operation => inferredFrom(operation) ?? []);
  if (sources.length === 0) return undefined;
  const saved = sources.reduce((sum, { savedResponses }) => sum + savedResponses, 0);
  const without = sources.filter(({ savedResponses }) => savedResponses === 0).length;
  if (saved === 0) return 'no saved responses from which schemas could be inferred';
  const rest = without === 0 ? '' : `; ${pluralize(without, 'operation')} without one`;
  return `schemas inferred from ${pluralize(saved, 'saved response')}${rest}`;
}
