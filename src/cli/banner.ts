// What "deadringer serve" prints when it is ready.
import { shellWord, toCurl } from '../exchange/curl.ts';
import { isReceived } from '../exchange/methods.ts';
import { pluralize } from '../finding/plural.ts';
import { type ReachableUrl, reachableUrls } from '../http/reachable-urls.ts';
import type { UpstreamMode } from '../mock/proxy/upstream.ts';
import { servedBasePath } from '../mock/served-config.ts';
import { describeInferred } from '../openapi/inferred.ts';
import { formatsOf, type Operation } from '../openapi/model.ts';
import { printable, type TextStyle } from '../reporters/safe-text.ts';
import { shortestPath } from '../routing/shortest-path.ts';
import type { MockServer } from '../start.ts';

const UPSTREAM_MODE_TEXT = {
  always: '',
  first: '(fallback: mock)',
  'on-request': '(only on request of a scenario)',
} as const satisfies Record<UpstreamMode, string>;

/** The addresses of the server, for this machine and for others: 0.0.0.0 is none that a client can use. */
function addressesOf({ url, port }: MockServer): readonly ReachableUrl[] {
  const { protocol, hostname } = new URL(url);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  return reachableUrls(scheme, hostname.replace(/^\[|\]$/g, ''), port);
}

/** Where the page of the console is. */
function consoleLines(mock: MockServer, style: TextStyle): string[] {
  return addressesOf(mock).map(
    (reachable, index) =>
      `${index === 0 ? 'Console: ' : '         '}${style('bold', `${reachable.url}/__deadringer/`)}`,
  );
}

/** How clients come to trust a local certificate. */
function certificateLines(caFile: string, style: TextStyle): string[] {
  const file = printable(shellWord(caFile));
  return [
    `Trust:   ${file}`,
    style('dim', `         curl --cacert FILE; Node: NODE_EXTRA_CA_CERTS=FILE; others: docs/tls.md`),
  ];
}

function withAuthority(command: string, caFile: string): string {
  return command.replace(/^curl /, () => `curl --cacert ${shellWord(caFile)} `);
}

/** APIs for which the banner has a request to try. */
const MAX_SUGGESTED = 6;

/** A request for each API that the mock answers with a success. */
async function suggestionLines(mock: MockServer, caFile: string | undefined): Promise<string[]> {
  const { config } = mock.state;
  const url = addressesOf(mock)[0]?.url ?? mock.url;
  const { contract, match } = config;
  const { suggestFirst } = await import('../mock/respond/suggest-request.ts');
  const lines: string[] = [];
  // Of two documents with a path, the first answers.
  const isReached = (operation: Operation): boolean => {
    const found = match({ method: operation.method, path: operation.path, host: undefined, asWritten: true });
    return found.kind === 'operation' && found.operation === operation;
  };
  for (const { operations } of contract.apis.slice(0, MAX_SUGGESTED)) {
    const served = operations.filter(
      each =>
        each.unusable === undefined && isReceived(each.method) && (!config.asWritten || isReached(each)),
    );
    const suggested = await suggestFirst(served);
    if (suggested === undefined) continue;
    const { operation, request } = suggested;
    const path = config.asWritten ? request.path : shortestPath(match, operation, request, new URL(url).host);
    const command = toCurl(url, { ...request, path });
    lines.push(`  ${printable(caFile === undefined ? command : withAuthority(command, caFile))}`);
  }
  const more = contract.apis.length - MAX_SUGGESTED;
  if (more > 0) lines.push(`  ... and ${pluralize(more, 'API')} more`);
  return lines.length === 0 ? [] : ['', 'Try:', ...lines];
}

interface BannerOptions {
  /** Why these documents are served, if that is not obvious. */
  readonly note?: string | undefined;
  /** The file with the authority of a local certificate. */
  readonly caFile?: string | undefined;
}

/** The operations, the upstreams and requests to try. */
export async function serveBanner(
  mock: MockServer,
  style: TextStyle,
  { note, caFile }: BannerOptions = {},
): Promise<string> {
  const { config } = mock.state;
  const { contract, unusableScenarios, match } = config;
  const { apis } = contract;
  const declared = apis.flatMap(api => api.operations);
  const operations = declared.filter(({ unusable }) => unusable === undefined);
  const shown = operations.slice(0, 12);
  // With several documents the name of the API is always shown, so that what belongs to it can be seen.
  const { host } = new URL(mock.url);
  const addressOf = (operation: Operation): string =>
    apis.length === 1 && !config.asWritten
      ? shortestPath(match, operation, operation, host)
      : `${servedBasePath(config, operation)}${operation.path}`;
  const width = Math.max(...shown.map(({ method }) => method.length));
  const lines = [
    `${style('bold', 'deadringer')} serves ${pluralize(apis.length, 'API')} (${pluralize(operations.length, 'operation')}) on ${style('bold', mock.url)}`,
    ...consoleLines(mock, style),
    ...(caFile === undefined ? [] : certificateLines(caFile, style)),
    `Documents: ${printable(formatsOf(contract))}`,
    ...apis.flatMap(api => {
      const inferred = describeInferred(api);
      return inferred === undefined ? [] : [style('yellow', `${printable(api.name)}: ${inferred}`)];
    }),
    ...(note === undefined ? [] : [style('yellow', note)]),
    '',
    ...shown.map(
      operation =>
        `  ${style('cyan', operation.method.padEnd(width))} ${printable(addressOf(operation))}  ${style('dim', printable(operation.id))}`,
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
  lines.push(...(await suggestionLines(mock, caFile)), '', style('dim', 'Press Ctrl-C to stop.'));
  return lines.join('\n');
}
