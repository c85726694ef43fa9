// Reports x-faker keywords that cannot be used. Faker is loaded only if a document has the keyword.

import type { DocumentSet } from '../document/documents.ts';
import { visitObjects } from '../document/identifiers.ts';
import type { Finding } from '../finding/finding.ts';
import { loadFaker } from './faker-library.ts';
import { fakerProblem } from './x-faker.ts';

export async function checkFakerKeywords(documents: DocumentSet): Promise<Finding[]> {
  const found: { readonly uri: string; readonly pointer: string; readonly value: unknown }[] = [];
  for (const uri of documents.uris().filter(each => documents.mentions(each, 'x-faker')))
    visitObjects(
      documents.root(uri).value,
      ({ value, pointer }) => {
        if (value['x-faker'] !== undefined)
          found.push({ uri, pointer: `${pointer()}/x-faker`, value: value['x-faker'] });
      },
      false,
    );
  if (found.length === 0) return [];
  const library = await loadFaker();
  return found.flatMap(({ value, ...address }): Finding[] => {
    const problem = fakerProblem(value, library);
    if (problem === undefined) return [];
    const message = `x-faker: ${problem}; the value is generated without it`;
    return [{ code: 'spec-extension', message, at: '', location: documents.locate(address) }];
  });
}
