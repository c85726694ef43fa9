// Writes YAML files that users edit afterwards. Output is deterministic.
import { Document, isCollection, isNode, stringify } from 'yaml';
import { splitPointer } from '../exchange/json-pointer.ts';

export function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/**
 * @param before comments by the JSON Pointer of the item of a list that they stand above; without "#", one line each
 * @returns the same as toYaml, and an object that stands in several places of one list once, with aliases to it
 */
export function toCommentedYaml(value: unknown, before: ReadonlyMap<string, string>): string {
  const document = new Document(value, { aliasDuplicateObjects: true });
  for (const [where, comment] of before) {
    const node: unknown = isCollection(document.contents)
      ? document.contents.getIn(splitPointer(where), true)
      : undefined;
    if (isNode(node)) node.commentBefore = ` ${comment}`;
  }
  return document.toString({ lineWidth: 0 });
}
