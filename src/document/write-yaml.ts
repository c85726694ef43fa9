// Writes YAML files that users edit afterwards. Output is deterministic.
import { Document, isCollection, isNode, stringify } from 'yaml';
import { splitPointer } from '../exchange/json-pointer.ts';

export function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/**
 * Like toYaml, with comments. An object that occurs several times is written once; the other places are aliases of it.
 * @param comments one line each, without "#", by the JSON Pointer of the node below the comment
 */
export function toCommentedYaml(value: unknown, comments: ReadonlyMap<string, string>): string {
  const document = new Document(value, { aliasDuplicateObjects: true });
  for (const [pointer, comment] of comments) {
    const node: unknown = isCollection(document.contents)
      ? document.contents.getIn(splitPointer(pointer), true)
      : undefined;
    if (isNode(node)) node.commentBefore = ` ${comment}`;
  }
  return document.toString({ lineWidth: 0 });
}
