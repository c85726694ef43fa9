// Are the parameters there, readable in their declared style, and as their schemas say?

import { decodeBytes } from '../exchange/body.ts';
import { decodePercent, hasMalformedEscape, header, type Pair, type Request } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { parseMediaType } from '../exchange/media-type.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import type { ApiSpec, Parameter } from '../openapi/model.ts';
import type { Match } from '../routing/match.ts';
import type { Direction } from '../schema/dialect.ts';
import { findSchemaProblems } from '../schema/explain.ts';
import { typeHintsOf } from '../schema/type-hints.ts';
import {
  type ParameterValue,
  parseCookieParameter,
  parseHeaderParameter,
  parsePathParameter,
  parseQueryParameter,
} from './parameter-styles.ts';

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
    const hints = typeHintsOf(operation.api.documents, parameter.schema);
    const raw = parameter.in === 'path' ? match.pathValues[parameter.name] : undefined;
    const sent = ((): ParameterValue => {
      if (parameter.content !== undefined)
        return readContentOf(parameter, request, raw, query, cookies, used);
      switch (parameter.in) {
        case 'path':
          return raw === undefined ? { kind: 'absent' } : parsePathParameter(parameter, hints, raw);
        case 'query':
          return parseQueryParameter(parameter, hints, query, used);
        case 'header':
          return parseHeaderParameter(
            parameter,
            hints,
            header(request.headers, parameter.name.toLowerCase()),
          );
        case 'cookie':
          return parseCookieParameter(parameter, hints, cookies);
      }
    })();
    validateParameterValue(operation.api, parameter, sent, 'request', findings, request.withheld);
  }
  if (query.length > used.size) reportUndocumentedQuery(match, query, used, findings);
  return findings;
}

/** A parameter declared with `content` holds a whole document of that media type. */
function readContentOf(
  parameter: Parameter,
  request: Request,
  raw: string | undefined,
  query: readonly Pair[],
  cookies: readonly Pair[],
  used: Set<Pair>,
): ParameterValue {
  if (parameter.in === 'path') {
    if (raw !== undefined && hasMalformedEscape(raw)) {
      return { kind: 'malformed', message: 'contains a "%" that is not followed by two hexadecimal digits' };
    }
    return readContentParameter(parameter, raw && decodePercent(raw));
  }
  if (parameter.in === 'header') {
    return readContentParameter(parameter, header(request.headers, parameter.name.toLowerCase()));
  }
  const pairs = parameter.in === 'query' ? query : cookies;
  const own = pairs.filter(({ name }) => name === parameter.name);
  for (const pair of own) used.add(pair);
  return readContentParameter(parameter, own[0]?.value);
}

/** The text of a parameter or response header as the media type that its `content` names. */
export function readContentParameter({ content }: Parameter, text: string | undefined): ParameterValue {
  if (text === undefined) return { kind: 'absent' };
  const mediaType = content?.mediaType ?? '';
  const decoded = decodeBytes(new TextEncoder().encode(text), parseMediaType(mediaType));
  if (decoded.kind === 'json') return { kind: 'values', values: [decoded.value] };
  if (decoded.kind === 'malformed') return { kind: 'malformed', message: `cannot be read: ${decoded.reason}` };
  if (content?.schema !== undefined && !/^text\/(?!xml)/.test(mediaType)) {
    return {
      kind: 'not-checkable',
      message: `a value of type ${mediaType} cannot be validated against a schema`,
    };
  }
  return { kind: 'values', values: [text] };
}

const POINTER_SEGMENTS = { path: 'path', query: 'query', header: 'headers', cookie: 'cookies' };
const PARAMETER_CODES = {
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
export function validateParameterValue(
  api: ApiSpec,
  parameter: Parameter,
  sent: ParameterValue,
  direction: Direction,
  findings: Finding[],
  withheld: readonly string[] = [],
): void {
  const codes = PARAMETER_CODES[direction];
  const field = parameter.in === 'cookie' ? 'cookie' : parameter.name.toLowerCase();
  const place = (): string => {
    const name = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
    return `/${direction}/${POINTER_SEGMENTS[parameter.in]}${jsonPointer(name)}`;
  };
  const title = () =>
    `${direction === 'response' ? 'response header' : `${parameter.in} parameter`} "${parameter.name}"`;
  const report = (code: FindingCode, message: string): void => {
    findings.push({
      code,
      message: `${title()} ${message}`,
      at: place(),
      location: api.documents.locate(parameter.node),
    });
  };
  switch (sent.kind) {
    case 'absent':
      if (!parameter.required) return;
      if (/^(header|cookie)$/.test(parameter.in) && withheld.includes(field))
        report(codes['not-checkable'], `cannot be checked: the recording omits "${field}"`);
      else report(codes.missing, 'is required and missing');
      return;
    case 'malformed':
      report(codes.malformed, sent.message);
      return;
    case 'not-checkable':
      report(codes['not-checkable'], `cannot be checked: ${sent.message}`);
      return;
  }
  if (parameter.deprecated && direction === 'request') report('parameter-deprecated', 'is deprecated');
  const schema = parameter.schema ?? parameter.content?.schema;
  if (schema === undefined || sent.values.length === 0) return;
  const mode = { direction, errors: 'all' } as const;
  let problems = findSchemaProblems(api.schemas, schema, sent.values[0], mode);
  for (const value of sent.values.slice(1)) {
    if (problems.length === 0) return;
    if (findSchemaProblems(api.schemas, schema, value, mode).length === 0) problems = [];
  }
  for (const problem of problems) {
    const inner = problem.at === '' ? '' : ` at ${problem.at}`;
    findings.push({
      code: codes.schema,
      message: `${title()}${inner} ${problem.message}`,
      at: place() + problem.at,
      location: api.documents.locate(problem.address),
    });
  }
}

function reportUndocumentedQuery(
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
      message: `query parameter "${name}" is not declared by ${operation.id}`,
      at: `/request/query${jsonPointer(name)}`,
      location: operation.api.documents.locate(operation.node),
    });
  }
}
