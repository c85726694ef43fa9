// Makes the document for an import whose user has none.
import { toYaml } from '../document/write-yaml.ts';
import { bindRule } from './bind-rules.ts';
import { resourcePaths } from './describe-resources.ts';
import { targetsFor, writeDocument } from './document.ts';
import type { Imported, ImportedRule } from './model.ts';
import { addPath, findPaths, pathTree } from './path-pattern.ts';
import { IMPORTED_MARK } from './write-import.ts';

/** @returns the text of the document */
export function describeImport(imported: Imported, title: string, origin: string): string {
  const rules = imported.scenarios.flatMap(scenario => scenario.rules);
  const operations = targetsFor(rules).map(target => ({ target, rules: new Set<ImportedRule>() }));
  const tree = pathTree<(typeof operations)[number]>();
  for (const operation of operations) {
    const texts = operation.target.segments.map(each => ('literal' in each ? each.literal : '{}'));
    addPath(tree, texts, operation);
  }
  for (const rule of rules)
    for (const operation of findPaths(tree, rule.path))
      if (bindRule(rule, operation.target, () => 'body') !== undefined) operation.rules.add(rule);
  const document = writeDocument(
    title,
    origin,
    operations.map(each => ({ target: each.target, rules: [...each.rules] })),
    resourcePaths(imported.resources),
  );
  return `${IMPORTED_MARK} (source: ${origin}). --force overwrites this file.\n${toYaml(document)}`;
}
