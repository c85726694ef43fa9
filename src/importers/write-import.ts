// Turns what was imported into files: scenarios that pass the linter, bodies, and a document if the user has none.
import { Buffer } from 'node:buffer';
import path from 'node:path';
import { toYaml } from '../document/write-yaml.ts';
import { formatLocation } from '../finding/finding.ts';
import { InputError } from '../finding/input-error.ts';
import type { Contract, Operation } from '../openapi/model.ts';
import { violationsOf } from '../scenario/reply-violations.ts';
import type { ResponseStep, Rule, Step } from '../scenario/scenario.ts';
import { TemplateError } from '../scenario/template.ts';
import { type BindTarget, bindRule, contentTypeOf, type NameFile } from './bind-rules.ts';
import { splitTemplate } from './contract-paths.ts';
import { LossList } from './loss-list.ts';
import type { Imported, ImportedReply, ImportedRule, ImportedScenario, ImportFile, Loss } from './model.ts';
import { MAX_RULES } from './model.ts';
import { addPath, findPaths, type PathTree, pathTree } from './path-pattern.ts';
import { readBack } from './read-back.ts';
import { writeRules } from './write-rules.ts';

export interface WrittenImport {
  readonly files: readonly ImportFile[];
  /** Ids of the scenarios, by whether they are on by default. */
  readonly scenarios: readonly { readonly id: string; readonly onByDefault: boolean }[];
  readonly losses: readonly Loss[];
  /** Arguments of --upstream, for rules whose responses come from another server. */
  readonly upstreams: readonly string[];
}

/** The start of every imported file. Only files that start like this are overwritten. */
export const IMPORTED_MARK = '# Made by "deadringer import"';

/** An operation at one of its addresses. */
interface Address extends BindTarget {
  readonly operation: Operation;
}

/** @param hasFallback true: an operation replies 404 when no rule applies, as the other tool does */
export function writeImport(
  contract: Contract,
  imported: Imported,
  origin: string,
  hasFallback: boolean,
): WrittenImport {
  const files: ImportFile[] = [];
  const losses = new LossList();
  const upstreams = new Set<string>();
  const scenarios: { id: string; onByDefault: boolean }[] = [];
  const tree = operationTree(contract);
  const nameFile = fileNamer(files);
  const boundScenarios = imported.scenarios.map(
    scenario => [scenario, bindAll(scenario, tree, losses, nameFile, hasFallback)] as const,
  );
  const operations = new Map(
    boundScenarios.flatMap(([, rules]) => rules.map(({ bound, address }) => [bound.on, address.operation])),
  );
  for (const [scenario, rules] of boundScenarios) {
    for (const [api, bound] of Map.groupBy(rules, each => each.address.operation.api.name)) {
      for (const { rule } of bound)
        if ('upstream' in rule.reply) upstreams.add(`${api}=${rule.reply.upstream}`);
      const carried = bound.flatMap(each => {
        const withReason = withReasons(each, losses);
        if (withReason === undefined) return [];
        // The other tool answers valid and invalid requests alike.
        const rule = hasFallback ? { ...withReason, 'even-if-invalid': true as const } : withReason;
        return [{ rule, place: each.rule.place }];
      });
      const id = `${api}/${scenario.name}`;
      const text = writeRules(
        carried,
        losses,
        rules => {
          const all = hasFallback ? [...rules, ...fallbacks(rules, operations)] : rules;
          const { title, onByDefault } = scenario;
          return { title, ...(onByDefault && { 'on-by-default': true }), rules: all };
        },
        scenarioOf => {
          const content = `${IMPORTED_MARK} (source: ${origin}). --force overwrites this file.\n${toYaml(scenarioOf)}`;
          return { content, invalid: readBack(contract, id, content, scenarioOf, files) };
        },
      );
      if (text === undefined) continue;
      files.push({ name: `${id}.yaml`, ...text });
      scenarios.push({ id, onByDefault: scenario.onByDefault });
    }
  }
  if (hasFallback) addDifferencesOfServers(imported, losses);
  return {
    files,
    scenarios,
    losses: [...imported.losses, ...losses.losses],
    upstreams: [...upstreams],
  };
}

/** A difference that no rule can remove: the reply to a request without a rule. */
function addDifferencesOfServers({ scenarios }: Imported, losses: LossList): void {
  const [rule] = scenarios.flatMap(({ rules }) => rules);
  if (rule === undefined) return;
  losses.add(
    { ...rule.place, pointer: '' },
    '',
    'requests without a rule',
    'an unknown path gets 404 with a problem as its body, and another method of a known path gets 405',
    'none is needed: the problem names the nearest operation',
  );
}

interface BoundRule {
  readonly rule: ImportedRule;
  readonly address: Address;
  readonly bound: Rule;
}

/** Every operation below the paths of its servers, and without them. */
function operationTree({ apis }: Contract): PathTree<Address> {
  const tree = pathTree<Address>();
  for (const operation of apis.flatMap(({ operations }) => operations)) {
    const bases = new Set(['', ...operation.servers.map(({ basePath }) => basePath)]);
    for (const base of bases) {
      const segments = splitTemplate(base + operation.path);
      if (segments === undefined) continue;
      const { method } = operation;
      const address: Address = { on: `${method} ${operation.path}`, method, segments, operation };
      addPath(
        tree,
        segments.map(each => ('literal' in each ? each.literal : '{}')),
        address,
      );
    }
  }
  return tree;
}

function bindAll(
  { rules }: ImportedScenario,
  tree: PathTree<Address>,
  losses: LossList,
  nameFile: (api: string) => NameFile,
  keepsTypes: boolean,
): BoundRule[] {
  const all: BoundRule[] = [];
  for (const rule of rules) {
    const seen = new Set<Operation>();
    for (const address of findPaths(tree, rule.path)) {
      if (seen.has(address.operation)) continue;
      const bound = bindRule(
        keepsTypes ? rule : withoutRemovals(rule),
        address,
        nameFile(address.operation.api.name),
      );
      if (bound === undefined) continue;
      seen.add(address.operation);
      all.push({ rule, address, bound });
      if (all.length > MAX_RULES)
        throw new InputError(
          `the rules apply to too many operations: more than ${MAX_RULES} rules would be written; import fewer files`,
        );
    }
    if (seen.size === 0)
      losses.add(
        rule.place,
        '',
        'path',
        `no operation of the documents has this ${rule.methods.length > 0 ? 'method and ' : ''}path; the rule is left out`,
        'add the operation to the document, or import without --specs',
      );
  }
  return all;
}

/** The document of the user says which Content-Type a body has that was sent without one. */
function withoutRemovals(rule: ImportedRule): ImportedRule {
  if ('upstream' in rule.reply) return rule;
  const reply = rule.reply.map(each => ({
    ...each,
    headers: Object.fromEntries(Object.entries(each.headers).filter(([, value]) => value !== null)),
  }));
  return { ...rule, reply };
}

function fileNamer(files: ImportFile[]): (api: string) => NameFile {
  const names = new Map<string, string>();
  const used = new Set<string>();
  return api => (bytes, reply) => {
    const wanted = fileNameOf(reply);
    const key = `${api} ${wanted} ${Buffer.from(bytes).toString('latin1')}`;
    const known = names.get(key);
    if (known !== undefined) return known;
    const { name: stem, ext } = path.parse(wanted);
    let name = `files/${wanted}`;
    for (let next = 2; used.has(`${api} ${name.toLowerCase()}`); next++) name = `files/${stem}-${next}${ext}`;
    used.add(`${api} ${name.toLowerCase()}`);
    names.set(key, name);
    files.push({ name: `${api}/${name}`, content: bytes });
    return name;
  };
}

/** The name that the file has in the other tool, without folders, or one by its media type. */
function fileNameOf(reply: ImportedReply): string {
  const own = (reply.fileName ?? '').replace(/^.*[\\/]/s, '').replace(/[^\w.-]+/g, '-');
  if (/\w/.test(own)) return own.replace(/^\.+/, '').slice(-80);
  const kind = /\/(?:[\w.-]+\+)?([a-z0-9]{2,5})\b/.exec(contentTypeOf(reply) ?? '')?.[1] ?? 'bin';
  return `body.${kind}`;
}

/** The rule with a reason for each reply that the document does not declare like this. */
function withReasons({ rule, address, bound }: BoundRule, losses: LossList): Rule | undefined {
  const { reply } = bound;
  if (reply === undefined || reply === 'upstream') return bound;
  const { operation } = address;
  const { file, line } = rule.place.source.locate(rule.place.pointer);
  const origin = `imported from ${path.isAbsolute(file) ? path.basename(file) : file}:${line}`;
  try {
    const steps = [reply]
      .flat()
      .map((step: Step): Step => (typeof step === 'object' ? withReason(operation, step, origin) : step));
    return { ...bound, reply: Array.isArray(reply) ? steps : (steps[0] as Step) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const text = `its template cannot be rendered here: ${error.message}; the rule is left out`;
    losses.add(rule.place, '', 'template', text, 'write the reply by hand, see docs/scenarios.md');
    return undefined;
  }
}

function withReason(operation: Operation, step: ResponseStep, origin: string): ResponseStep {
  const plain: ResponseStep = step['body-file'] === undefined ? step : { ...step, 'body-file': undefined };
  const [first] = violationsOf(operation, plain);
  if (first === undefined) return step;
  const place = first.location === undefined ? '' : ` (${formatLocation(first.location)})`;
  const reason = `${origin}: ${first.message}${place}`.replace(/\{(?=[{%])/g, '{ ');
  return { ...step, 'off-contract': reason };
}

/** One rule for each operation that may have no rule for a request: the other tool replies 404 then. */
function fallbacks(rules: readonly Rule[], operations: ReadonlyMap<string, Operation>): Rule[] {
  const always = new Set(
    rules
      .filter(
        ({ when, reply, then: after }) => when === undefined && reply !== undefined && after !== 'pass-on',
      )
      .map(({ on }) => on),
  );
  const reply: ResponseStep = { status: 404, headers: { 'content-type': null }, body: null };
  return [...operations]
    .filter(([on]) => !always.has(on))
    .map(([on, operation]) => ({ on, reply: withReason(operation, reply, 'no imported rule applies') }));
}
