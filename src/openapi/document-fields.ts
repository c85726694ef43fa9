// Checks the fields of a document that OpenAPI 3.2 added and that other fields have to fit: `$self` and the parents of tags.

import { childNode, childNodes, type DocumentNode, stringMember } from '../document/documents.ts';
import type { ReportNode } from './newer-fields.ts';

export function checkDocumentFields(root: DocumentNode, report: ReportNode): void {
  const self = childNode(root, '$self');
  if (self !== undefined && (typeof self.value !== 'string' || self.value.includes('#')))
    report('spec-invalid', self, '"$self" must be a URI without a fragment');
  const tags = childNodes(childNode(root, 'tags')).map(([, tag]) => tag);
  const parents = new Map(tags.map(tag => [stringMember(tag, 'name'), stringMember(tag, 'parent')]));
  for (const tag of tags) {
    const parent = childNode(tag, 'parent');
    if (parent === undefined) continue;
    const name = String(parent.value);
    if (!parents.has(name))
      report('spec-invalid', parent, `"parent" must be the name of a tag, not "${name}"`);
    else if (isOwnAncestor(stringMember(tag, 'name'), parents))
      report('spec-invalid', parent, `the tag "${stringMember(tag, 'name')}" is its own ancestor`);
  }
}

function isOwnAncestor(
  name: string | undefined,
  parents: ReadonlyMap<string | undefined, string | undefined>,
): boolean {
  const seen = new Set<string>();
  for (let at = parents.get(name); at !== undefined && !seen.has(at); at = parents.get(at)) {
    if (at === name) return true;
    seen.add(at);
  }
  return false;
}
