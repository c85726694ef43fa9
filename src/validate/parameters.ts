// Validates parameters: required ones are present, they can be parsed in their style, and they match their schemas.

import { type Pair, parsePairs, type Request, type Response } from '../exchange/exchange.ts';
import type { ImpreciseNumber } from '../exchange/imprecise-numbers.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { isUnknownField } from '../exchange/unknown-fields.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { didYouMean } from '../finding/nearest-word.ts';
import type { ApiSpec, Operation, Parameter } from '../openapi/model.ts';
import type { Match } from '../routing/match.ts';
import type { Direction } from '../schema/dialect.ts';
import { TooManyEvaluations } from '../schema/evaluation-budget.ts';
import { findNumberProblems } from '../schema/exact-numbers.ts';
import { findSchemaProblems, type SchemaProblem } from '../schema/explain.ts';
import { UnusableSchema } from '../schema/schemas.ts';
import { findPropertyProblems } from './property-problems.ts';
import { type QuoteSources, quoteTestFor } from './quote-test.ts';
import { readParameter, type SentParameters } from './read-parameter.ts';
import type { ParameterValue } from './style-values.ts';
import { notCheckable } from './unusable.ts';

/** @returns the findings about declared parameters, then those about undeclared query parameters */
export function checkParameters(
  match: Match,
  request: Request,
  {
    query,
    cookies,
    secretsOf,
  }: { readonly query: readonly Pair[]; readonly cookies: readonly Pair[]; readonly secretsOf: Request },
): Finding[] {
  const { operation } = match;
  const findings: Finding[] = [];
  const used = new Set<Pair>();
  const secretSources = { messages: [secretsOf], pathValues: () => match.pathValues };
  const sent: SentParameters = {
    pathValues: match.pathValues,
    query,
    cookies,
    headers: request.headers,
    queryString: () => withoutApiKeys(operation, request.query),
  };
  for (const parameter of operation.parameters) {
    const value = readParameter(operation.api, parameter, sent, used);
    validateParameterValue(
      { api: operation.api, parameter, direction: 'request', secretSources, message: request },
      value,
      findings,
    );
  }
  for (const cause of operation.unusableParameters)
    findings.push(notCheckable(cause, 'request', 'a parameter'));
  // A parameter that cannot be read may declare the name.
  if (query.length > used.size && operation.unusableParameters.length === 0)
    reportUndocumentedQuery(match, query, used, findings);
  return findings;
}

const POINTER_SEGMENTS = {
  path: 'path',
  query: 'query',
  querystring: 'query',
  header: 'headers',
  cookie: 'cookies',
};
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

interface ParameterContext {
  readonly api: ApiSpec;
  readonly parameter: Parameter;
  readonly direction: Direction;
  /** The messages whose secrets are not quoted. */
  readonly secretSources: QuoteSources;
  /** The message that contains the parameter: what its recording omits is not checkable. */
  readonly message: Request | Response;
}

/** Validates one parsed parameter or response header. */
export function validateParameterValue(
  { api, parameter, direction, secretSources, message: parent }: ParameterContext,
  value: ParameterValue,
  findings: Finding[],
): void {
  const codes = PARAMETER_CODES[direction];
  const at = (): string => {
    // The members of the value are beside those of query parameters.
    if (parameter.in === 'querystring') return `/${direction}/query`;
    const name = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
    return `/${direction}/${POINTER_SEGMENTS[parameter.in]}${jsonPointer(name)}`;
  };
  const title = () =>
    `${direction === 'response' ? 'response header' : `${parameter.in} parameter`} "${parameter.name}"`;
  const report = (code: FindingCode, message: string): void => {
    findings.push({
      code,
      message: `${title()} ${message}`,
      at: at(),
      location: api.documents.locate(parameter.node),
    });
  };
  switch (value.kind) {
    case 'absent': {
      if (!parameter.required) return;
      const field = parameter.in === 'cookie' ? 'cookie' : parameter.name.toLowerCase();
      const isUnknown =
        parameter.in === 'query'
          ? parent.withheld?.includes(`/query${jsonPointer(parameter.name)}`)
          : parameter.in === 'querystring'
            ? parent.withheld?.some(each => each.startsWith('/query/'))
            : parameter.in !== 'path' && isUnknownField(parent, field);
      if (isUnknown) report(codes['not-checkable'], `cannot be checked: the recording omits "${field}"`);
      else report(codes.missing, 'is required and missing');
      return;
    }
    case 'malformed':
      report(codes.malformed, value.message);
      return;
    case 'not-checkable':
      report(codes['not-checkable'], `cannot be checked: ${value.message}`);
      return;
  }
  if (parameter.deprecated && direction === 'request') report('parameter-deprecated', 'is deprecated');
  const schema = parameter.schema ?? parameter.content?.schema;
  if (schema === undefined || value.values.length === 0) return;
  const mode = { direction, errors: 'all' } as const;
  const mayQuote = quoteTestFor(api, secretSources, parameter.name);
  const validate = (): readonly SchemaProblem[] => {
    let found = findNumberProblems(api.schemas, schema, value.values[0], longNumber(value), mode, mayQuote);
    for (const alternative of value.values.slice(1)) {
      if (found.length === 0) return found;
      const others = findSchemaProblems(api.schemas, schema, alternative, mode);
      if (others.every(({ isUndecided }) => isUndecided)) found = others;
    }
    if (parameter.in !== 'querystring') return found;
    const inside = findPropertyProblems(api.schemas, schema, value.values[0], direction);
    return [...found, ...inside.filter(({ keyword }) => keyword === UNDOCUMENTED)];
  };
  let problems: readonly SchemaProblem[];
  try {
    problems =
      parameter.content === undefined ? validate() : api.schemas.budget.open(value.values[0], validate);
  } catch (error) {
    if (!(error instanceof UnusableSchema || error instanceof TooManyEvaluations)) throw error;
    const reason = error instanceof UnusableSchema ? error.message : 'its schema takes too many evaluations';
    report(codes['not-checkable'], `cannot be checked: ${reason}`);
    return;
  }
  if (problems.length > 0 && value.unknown !== undefined) {
    report(codes['not-checkable'], `cannot be checked: ${value.unknown}`);
    return;
  }
  for (const problem of problems) {
    const inner = problem.at === '' ? '' : ` at ${problem.at}`;
    const code = problem.keyword === UNDOCUMENTED ? 'parameter-undocumented' : codes.schema;
    findings.push({
      code: problem.isUndecided ? codes['not-checkable'] : code,
      message: `${title()}${inner} ${problem.message}`,
      at: at() + problem.at,
      location: api.documents.locate(problem.address),
    });
  }
}

/** Of a problem with a property that the schema does not declare. */
const UNDOCUMENTED = 'undocumented';

/** A number with too many digits for a double: its text is the last reading (see candidateValues). */
function longNumber({ values }: ParameterValue & { kind: 'values' }): readonly ImpreciseNumber[] {
  const [value] = values;
  const source = values.at(-1);
  if (typeof value !== 'number' || typeof source !== 'string' || Number.isSafeInteger(value)) return [];
  return source.length < 16 ? [] : [{ path: [], source, isExact: false }];
}

function reportUndocumentedQuery(
  { operation }: Match,
  query: readonly Pair[],
  used: ReadonlySet<Pair>,
  findings: Finding[],
): void {
  const keys = apiKeysInQuery(operation);
  const unknown = new Set(
    query.filter(pair => !used.has(pair) && !keys.has(pair.name)).map(({ name }) => name),
  );
  const declared = operation.parameters.flatMap(each => (each.in === 'query' ? [each.name] : []));
  for (const name of unknown) {
    findings.push({
      code: 'parameter-undocumented',
      message: `query parameter "${name}" is not declared by ${operation.id}${didYouMean(name, declared)}`,
      at: `/request/query${jsonPointer(name)}`,
      location: operation.api.documents.locate(operation.node),
    });
  }
}

function apiKeysInQuery({ security }: Operation): ReadonlySet<string> {
  return new Set(
    security
      .flat()
      .flatMap(({ scheme }) => (scheme.type === 'apiKey' && scheme.in === 'query' ? [scheme.name] : [])),
  );
}

function withoutApiKeys(operation: Operation, query: string): string {
  const keys = apiKeysInQuery(operation);
  if (keys.size === 0) return query;
  const pieces = query.split('&');
  return pieces.filter(piece => !parsePairs(piece).some(({ name }) => keys.has(name))).join('&');
}
