// Writes YAML files that users edit afterwards. Output is deterministic, and reads back as the same value.
import { type CreateNodeOptions, Document, isCollection, isNode, Scalar, visit } from 'yaml';
import { splitPointer } from '../exchange/json-pointer.ts';

/** As toCommentedYaml without comments; an object that occurs several times is written each time. */
export function toYaml(value: unknown): string {
  return write(value, { aliasDuplicateObjects: false });
}

/**
 * Like toYaml, with comments. An object that occurs several times is written once; the other places are aliases of it.
 * @param comments one line each, without "#", by the JSON Pointer of the node below the comment
 */
export function toCommentedYaml(value: unknown, comments: ReadonlyMap<string, string>): string {
  return write(value, { aliasDuplicateObjects: true }, comments);
}

/**
 * Texts that only a double-quoted scalar keeps: control characters, lone surrogates, byte order marks, blanks around line
 * breaks, which a block scalar folds or takes for its indentation, and "<<", which a reader may take for a merge key.
 */
const NEEDS_QUOTES =
  /^<<$|^[\t\n ]|[\t ](?:\n|$)|\n\n$|[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

function write(
  value: unknown,
  options: CreateNodeOptions,
  comments: ReadonlyMap<string, string> = new Map(),
) {
  const document = new Document(value, options);
  for (const [pointer, comment] of comments) {
    const node: unknown = isCollection(document.contents)
      ? document.contents.getIn(splitPointer(pointer), true)
      : undefined;
    if (isNode(node)) node.commentBefore = ` ${comment}`;
  }
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && NEEDS_QUOTES.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  // A double-quoted scalar on several lines folds them and loses lines of blanks: write it on one line.
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY });
}
