// What "deadringer serve" prints when it is ready.
import { pluralize } from '../finding/plural.ts';
import { reachableUrls } from '../http/reachable-urls.ts';
import type { UpstreamMode } from '../mock/proxy/upstream.ts';
import { basePathOf } from '../mock/respond/refuse.ts';
import { printable, type TextStyle } from '../reporters/safe-text.ts';
import type { MockServer } from '../start.ts';

const UPSTREAM_MODE_TEXT = {
  always: '',
  first: '(fallback: mock)',
  'on-request': '(only on request of a scenario)',
} as const satisfies Record<UpstreamMode, string>;

/** Where the page of the console is, for this machine and for others. */
function consoleLines({ url, port }: MockServer, style: TextStyle): string[] {
  const listening = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return reachableUrls(listening, port).map(
    (reachable, index) =>
      `${index === 0 ? 'Console: ' : '         '}${style('bold', `${reachable.url}/__deadringer/`)}`,
  );
}

/** The operations, the upstreams and a request to try. */
export async function serveBanner(mock: MockServer, style: TextStyle): Promise<string> {
  const { contract, unusableScenarios } = mock.state.config;
  const { apis } = contract;
  const declared = apis.flatMap(api => api.operations);
  const operations = declared.filter(({ unusable }) => unusable === undefined);
  const shown = operations.slice(0, 12);
  const width = Math.max(...shown.map(({ method }) => method.length));
  const lines = [
    `${style('bold', 'deadringer')} serves ${pluralize(apis.length, 'API')} (${pluralize(operations.length, 'operation')}) on ${style('bold', mock.url)}`,
    ...consoleLines(mock, style),
    '',
    ...shown.map(
      operation =>
        `  ${style('cyan', operation.method.padEnd(width))} ${printable(`${basePathOf(operation)}${operation.path}`)}  ${style('dim', printable(operation.id))}`,
    ),
    ...(operations.length > shown.length ? [`  ... and ${operations.length - shown.length} more`] : []),
  ];
  if (declared.length > operations.length) {
    const count = pluralize(declared.length - operations.length, 'operation');
    lines.push(style('yellow', `  ${count} cannot be served and get an error (unusable-operation)`));
  }
  const upstreams = mock.state.upstreams.list();
  if (upstreams.length > 0) lines.push('');
  for (const { name, origin, path, mode } of upstreams)
    lines.push(
      `  ${style('yellow', 'upstream')}: ${printable(name)} -> ${printable(origin + (path ?? ''))} ${style('dim', UPSTREAM_MODE_TEXT[mode])}`,
    );
  if (unusableScenarios > 0)
    lines.push(
      '',
      style(
        'yellow',
        `${pluralize(unusableScenarios, 'scenario')} skipped: --provenance removed parts that they need`,
      ),
    );
  const { suggestCurl, suggestFirst } = await import('../mock/respond/suggest-request.ts');
  const suggested = await suggestFirst(operations);
  if (suggested !== undefined) {
    const { operation } = suggested;
    const curl = await suggestCurl(operation, basePathOf(operation), mock.url);
    lines.push('', 'Try:', `  ${printable(curl)}`);
  }
  lines.push('', style('dim', 'Press Ctrl-C to stop.'));
  return lines.join('\n');
}
