// The examples of a content as Prism lists them: that of the schema is the default one, if the media type has no "example".

import { childNode, type DocumentNode, followReferences } from '../../document/documents.ts';
import type { ApiSpec, Content, Example } from '../../openapi/model.ts';

const KNOWN = new WeakMap<Content, readonly Example[]>();

export function prismExamples(api: ApiSpec, content: Content): readonly Example[] {
  let examples = KNOWN.get(content);
  if (examples === undefined) {
    examples = listExamples(api, content);
    KNOWN.set(content, examples);
  }
  return examples;
}

function listExamples({ documents }: ApiSpec, { examples, schema }: Content): readonly Example[] {
  if (schema === undefined || examples.some(({ name }) => name === '')) return examples;
  const node = exampleNode(followReferences(documents, schema) ?? schema);
  return node === undefined ? examples : [{ name: '', value: node.value, node }, ...examples];
}

function exampleNode(schema: DocumentNode): DocumentNode | undefined {
  const list = childNode(schema, 'examples');
  return (list && childNode(list, 0)) ?? childNode(schema, 'example');
}
