// Replaces ids that are secrets, such as the token of a device, in the items of a snapshot: by placeholders that differ.

import { mask, secretTest } from '../../exchange/secrets.ts';
import { redactedNames } from '../../openapi/model.ts';
import { idIn } from './change-item.ts';
import type { Resource } from './resource.ts';
import type { StoredItem } from './table.ts';

interface RedactedItems {
  readonly resource: Resource;
  readonly items: readonly StoredItem[];
  /** The same items with placeholders in their values. */
  readonly redacted: readonly StoredItem[];
}

/** The redacted items. An id is a secret if its value is, or the name of its parameter says so; items below it name it alike. */
export function withoutSecretIds(
  contents: readonly RedactedItems[],
): { readonly resource: Resource; readonly items: readonly StoredItem[] }[] {
  const placeholders = createPlaceholders();
  const secrets = new Map<string, string>();
  const keyOf = ({ api }: Resource, parameter: string | undefined, id: string): string =>
    JSON.stringify([api.name, parameter, id]);
  for (const { resource, items, redacted } of contents) {
    const { api, idParameter } = resource;
    const isSecretName = secretTest(redactedNames(api));
    for (const [index, { id, value }] of items.entries()) {
      const own = idIn(resource, value);
      const isSecret =
        own === undefined
          ? idParameter !== undefined && isSecretName(idParameter)
          : idIn(resource, redacted[index]?.value ?? value) !== own;
      if (isSecret) secrets.set(keyOf(resource, idParameter, id), placeholders(id));
    }
  }
  if (secrets.size === 0) return contents.map(({ resource, redacted }) => ({ resource, items: redacted }));
  return contents.map(({ resource, redacted }) => ({
    resource,
    items: redacted.map(item => ({
      ...item,
      id: secrets.get(keyOf(resource, resource.idParameter, item.id)) ?? item.id,
      parents: item.parents.map(
        (id, level) => secrets.get(keyOf(resource, resource.parents[level], id)) ?? id,
      ),
    })),
  }));
}

/** Masks texts. Where texts have the same form, the placeholders end with numbers, because ids must differ. */
function createPlaceholders(): (text: string) => string {
  const counts = new Map<string, number>();
  return text => {
    const masked = mask(text);
    const count = (counts.get(masked) ?? 0) + 1;
    counts.set(masked, count);
    return count === 1 ? masked : masked.slice(0, -String(count).length) + count;
  };
}
