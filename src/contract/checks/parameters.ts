// Are the parameters there, readable in their declared style, and as their schemas say?

import { decodeBytes } from '../../exchange/body.ts';
import { decodePercent, hasBrokenEscape, header, type Pair, type Request } from '../../exchange/exchange.ts';
import { parseMediaType } from '../../exchange/media-type.ts';
import type { FindingCode } from '../../finding/catalogue.ts';
import type { Finding } from '../../finding/finding.ts';
import { pointer } from '../../finding/pointer.ts';
import type { ApiSpec, Parameter } from '../contract.ts';
import type { Direction } from '../dialect.ts';
import { problemsOf } from '../explain.ts';
import type { Match } from '../match.ts';
import {
  readCookieParameter,
  readHeaderParameter,
  readPathParameter,
  readQueryParameter,
  type Styled,
} from '../params.ts';
import { shapeOf } from '../shape.ts';

export function checkParameters(
  match: Match,
  request: Request,
  query: readonly Pair[],
  cookies: readonly Pair[],
): Finding[] {
  const { operation } = match;
  const findings: Finding[] = [];
  const used = new Set<Pair>();
  for (const parameter of operation.parameters) {
    const shape = shapeOf(operation.api.sources, parameter.schema);
    const raw = parameter.in === 'path' ? match.pathValues[parameter.name] : undefined;
    const sent = ((): Styled => {
      if (parameter.content !== undefined) return readContent(parameter, request, raw, query, cookies, used);
      switch (parameter.in) {
        case 'path':
          return raw === undefined ? { kind: 'absent' } : readPathParameter(parameter, shape, raw);
        case 'query':
          return readQueryParameter(parameter, shape, query, used);
        case 'header':
          return readHeaderParameter(parameter, shape, header(request.headers, parameter.name.toLowerCase()));
        case 'cookie':
          return readCookieParameter(parameter, shape, cookies);
      }
    })();
    judgeStyled(operation.api, parameter, sent, 'request', findings, request.withheld);
  }
  if (query.length > used.size) reportUnknown(match, query, used, findings);
  return findings;
}

/** A parameter declared with `content` holds a whole document of that media type. */
function readContent(
  parameter: Parameter,
  request: Request,
  raw: string | undefined,
  query: readonly Pair[],
  cookies: readonly Pair[],
  used: Set<Pair>,
): Styled {
  if (parameter.in === 'path') {
    if (raw !== undefined && hasBrokenEscape(raw)) {
      return { kind: 'malformed', why: 'holds a "%" that begins no escape' };
    }
    return readDocument(parameter, raw && decodePercent(raw));
  }
  if (parameter.in === 'header') {
    return readDocument(parameter, header(request.headers, parameter.name.toLowerCase()));
  }
  const pairs = parameter.in === 'query' ? query : cookies;
  const own = pairs.filter(({ name }) => name === parameter.name);
  for (const pair of own) used.add(pair);
  return readDocument(parameter, own[0]?.value);
}

/** The text of a parameter or response header as the media type that its `content` names. */
export function readDocument({ content }: Parameter, text: string | undefined): Styled {
  if (text === undefined) return { kind: 'absent' };
  const mediaType = content?.mediaType ?? '';
  const decoded = decodeBytes(new TextEncoder().encode(text), parseMediaType(mediaType));
  if (decoded.kind === 'json') return { kind: 'values', values: [decoded.value] };
  if (decoded.kind === 'malformed') return { kind: 'malformed', why: `cannot be read: ${decoded.why}` };
  if (content?.schema !== undefined && !/^text\/(?!xml)/.test(mediaType)) {
    return { kind: 'not-checkable', why: `a document of ${mediaType} cannot be held against a schema` };
  }
  return { kind: 'values', values: [text] };
}

const PLACES = { path: 'path', query: 'query', header: 'headers', cookie: 'cookies' };
const CODES = {
  request: {
    missing: 'parameter-missing',
    malformed: 'parameter-malformed',
    schema: 'parameter-schema',
    'not-checkable': 'parameter-not-checkable',
  },
  response: {
    missing: 'response-header-missing',
    malformed: 'response-header-malformed',
    schema: 'response-header-schema',
    'not-checkable': 'response-header-not-checkable',
  },
} as const satisfies Record<Direction, Record<string, FindingCode>>;

/**
 * Judges one read parameter or response header.
 * @param withheld headers that the recording may have left out
 */
export function judgeStyled(
  api: ApiSpec,
  parameter: Parameter,
  sent: Styled,
  direction: Direction,
  findings: Finding[],
  withheld: readonly string[] = [],
): void {
  const codes = CODES[direction];
  const field = parameter.in === 'cookie' ? 'cookie' : parameter.name.toLowerCase();
  const place = (): string => {
    const name = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
    return `/${direction}/${PLACES[parameter.in]}${pointer(name)}`;
  };
  const title = () =>
    `${direction === 'response' ? 'response header' : `${parameter.in} parameter`} "${parameter.name}"`;
  const report = (code: FindingCode, message: string): void => {
    findings.push({
      code,
      message: `${title()} ${message}`,
      at: place(),
      clause: api.sources.clause(parameter.part),
    });
  };
  switch (sent.kind) {
    case 'absent':
      if (!parameter.required) return;
      if (/^(header|cookie)$/.test(parameter.in) && withheld.includes(field))
        report(codes['not-checkable'], `cannot be judged: the recording leaves "${field}" out`);
      else report(codes.missing, 'is required and missing');
      return;
    case 'malformed':
      report(codes.malformed, sent.why);
      return;
    case 'not-checkable':
      report(codes['not-checkable'], `cannot be judged: ${sent.why}`);
      return;
  }
  if (parameter.deprecated && direction === 'request') report('parameter-deprecated', 'is deprecated');
  const schema = parameter.schema ?? parameter.content?.schema;
  if (schema === undefined || sent.values.length === 0) return;
  const reading = { direction, strictness: 'plain' } as const;
  let problems = problemsOf(api.schemas, schema, sent.values[0], reading);
  for (const value of sent.values.slice(1)) {
    if (problems.length === 0) return;
    if (problemsOf(api.schemas, schema, value, reading).length === 0) problems = [];
  }
  for (const problem of problems) {
    const inner = problem.at === '' ? '' : ` at ${problem.at}`;
    findings.push({
      code: codes.schema,
      message: `${title()}${inner} ${problem.message}`,
      at: place() + problem.at,
      clause: api.sources.clause(problem.place),
    });
  }
}

function reportUnknown(
  { operation }: Match,
  query: readonly Pair[],
  used: ReadonlySet<Pair>,
  findings: Finding[],
): void {
  const keys = new Set(
    operation.security
      .flat()
      .flatMap(({ scheme }) => (scheme.type === 'apiKey' && scheme.in === 'query' ? [scheme.name] : [])),
  );
  const unknown = new Set(
    query.filter(pair => !used.has(pair) && !keys.has(pair.name)).map(({ name }) => name),
  );
  for (const name of unknown) {
    findings.push({
      code: 'parameter-undocumented',
      message: `query parameter "${name}" is not one that ${operation.id} declares`,
      at: `/request/query${pointer(name)}`,
      clause: operation.api.sources.clause(operation.part),
    });
  }
}
