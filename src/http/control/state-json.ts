// Resources, stored items and findings about them as the control API shows them.

import { writeExactJson } from '../../exchange/exact-json.ts';
import type { Finding } from '../../finding/finding.ts';
import { redactItems } from '../../mock/state/redact-items.ts';
import type { Resource } from '../../mock/state/resource.ts';
import type { StoredItem } from '../../mock/state/table.ts';
import { toDocumentFindingJson } from './document-findings.ts';
import type { ControlResponse } from './route.ts';

/** JSON with the digits of long numbers. */
export function exactJson(value: unknown, indentation?: number): ControlResponse {
  return { text: writeExactJson(value, indentation), type: 'application/json' };
}

/** Secrets are placeholders. */
export function describeItems({ api }: Resource, items: readonly StoredItem[]) {
  const values = redactItems(
    api,
    items.map(({ value }) => value),
  );
  return items.map(({ id, parents, createdAt, updatedAt, version, exchange }, index) => ({
    id,
    parents,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    version,
    ...(exchange !== undefined && { exchange }),
    value: values[index],
  }));
}

/** `location` is the line of the document; `at` is a JSON Pointer into the item or the snapshot. */
export function toItemFindingJson(finding: Finding) {
  return { ...toDocumentFindingJson(finding), at: finding.at };
}
