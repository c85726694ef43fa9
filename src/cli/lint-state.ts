// deadringer lint --state: prints the resources of each document, and what was not understood.

import { pluralize } from '../finding/plural.ts';
import {
  type ApiResourcesView,
  describeResources,
  type ResourceView,
  type RoleView,
} from '../mock/state/describe-resources.ts';
import type { BodyPlace } from '../mock/state/resource.ts';
import type { Contract } from '../openapi/model.ts';
import { printable } from '../reporters/safe-text.ts';
import type { Io } from './io.ts';

export function printState(contract: Contract, format: 'text' | 'json', io: Io): void {
  const apis = contract.apis.map(describeResources);
  if (format === 'json') io.out(JSON.stringify({ apis }));
  else for (const api of apis) printApi(api, io);
}

function printApi({ name, file, resources, notUnderstood }: ApiResourcesView, io: Io): void {
  const { style } = io.stdout;
  io.out(`${style('bold', printable(name))}  ${printable(file)}  ${pluralize(resources.length, 'resource')}`);
  for (const resource of resources) printResource(resource, io);
  if (notUnderstood.length > 0) io.out(style('yellow', '  not understood'));
  for (const { location, method, path, reason } of notUnderstood)
    io.out(printable(`    ${location} ${method} ${path}: ${reason}`));
  io.out('');
}

function printResource(resource: ResourceView, io: Io): void {
  const { style } = io.stdout;
  const paths = [...new Set([resource.collection, ...(resource.item === undefined ? [] : [resource.item])])];
  io.out(`  ${style('bold', printable(resource.name))}  ${printable(paths.join('  '))}`);
  const row = (label: string, value: string, rule: string): void =>
    io.out(
      `    ${label.padEnd(8)} ${printable(value)}${rule === '' ? '' : style('dim', printable(` (${rule})`))}`,
    );
  row('id', resource.idProperty ?? 'in the path only', resource.idRule);
  if (resource.parents.length > 0) row('parents', resource.parents.join(', '), '');
  if (resource.unique.length > 0) row('unique', resource.unique.join(', '), 'x-deadringer.state');
  for (const [role, view] of Object.entries(resource.operations))
    row(role, operationText(view), detailText(view, role === 'list' ? resource.listPlace : view.itemPlace));
  for (const { set, ...view } of resource.actions)
    row('action', `${operationText(view)} sets ${JSON.stringify(set)}`, view.rule);
}

function operationText({ operation, method, path }: RoleView): string {
  const request = `${method} ${path}`;
  return operation === request ? request : `${request} ${operation}`;
}

function detailText({ rule }: RoleView, place: BodyPlace | undefined): string {
  if (place === undefined) return rule;
  return `${rule}; ${place.pointer === '' ? 'body' : place.pointer}: ${place.rule}`;
}
