// What Prism's validators report and the judge does not: each difference with the reason why the judge is right by the texts.
import { Buffer } from 'node:buffer';
import { header, parsePairs, type Request, type Response } from '../../src/exchange/exchange.ts';
import { closestMediaType, parseMediaType } from '../../src/exchange/media-type.ts';
import type { FindingCode } from '../../src/finding/catalogue.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { type Parameter, responseFor } from '../../src/openapi/model.ts';
import type { Match } from '../../src/routing/match.ts';
import type { Diagnostic, Half } from './prism-alone.ts';

/** One half of an exchange of which Prism reports an error and the judge no violation. */
export interface Seen {
  readonly half: Half;
  readonly match: Match;
  readonly request: Request;
  readonly response: Response | undefined;
  /** What the judge reports of this half: advice, undocumented, not checkable. */
  readonly findings: readonly Finding[];
  /** What it reports with `format` asserted. */
  readonly strict: readonly Finding[];
}

export interface Difference {
  readonly name: string;
  readonly reason: string;
  applies(said: Diagnostic, seen: Seen): boolean;
}

const missing = ({ message }: Diagnostic): string | undefined =>
  /required property '([^']+)'/.exec(message)?.[1];

/** The parameter or response header that a diagnostic is about; Prism writes names in lower case. */
function parameterOf(said: Diagnostic, { half, match, response }: Seen): Parameter | undefined {
  const name = (said.path[0] ?? missing(said))?.toLowerCase();
  const { operation } = match;
  const declared =
    response && half === 'response' ? responseFor(operation, response.status)?.headers : operation.parameters;
  return declared?.find(each => each.in === said.place && each.name.toLowerCase() === name);
}

/** What was sent for it, not decoded; undefined when nothing was. */
function sentFor(said: Diagnostic, seen: Seen): string | undefined {
  const parameter = parameterOf(said, seen);
  if (parameter === undefined) return undefined;
  if (parameter.in === 'path') return seen.match.pathValues[parameter.name];
  const { headers } = (seen.half === 'response' && seen.response) || seen.request;
  if (parameter.in === 'header') return header(headers, parameter.name.toLowerCase());
  return parsePairs(seen.request.query).find(({ name }) => name.split('[')[0] === parameter.name)?.raw;
}

/** Whether the query has the member that a diagnostic misses, by its own name or as "parameter[member]". */
const sendsMember = (said: Diagnostic, { request }: Seen): boolean =>
  parsePairs(request.query).some(({ name }) => name === missing(said) || name.endsWith(`[${missing(said)}]`));

const saw = ({ findings }: Seen, ...codes: FindingCode[]): boolean =>
  findings.some(({ code }) => codes.includes(code));

const typeOf = ({ half, request, response }: Seen): string =>
  parseMediaType(header((half === 'response' ? response : request)?.headers ?? {}, 'content-type') ?? '')
    ?.essence ?? '';

/** Whether a schema anywhere in the operation's document marks this property. */
const marks = (flag: 'readOnly' | 'writeOnly', name: string | undefined, { match }: Seen): boolean =>
  name !== undefined &&
  new RegExp(`"${name}":\\{[^{}]*"${flag}":true`).test(JSON.stringify(match.operation.api.root.value));

export const DIFFERENCES: readonly Difference[] = [
  {
    name: 'formats',
    reason: 'JSON Schema 2020-12 makes `format` an annotation; the judge asserts it only where asked to',
    applies: ({ code }, seen) => code === 'format' && seen.strict.length > 0,
  },
  {
    name: 'credentials in an unusual form',
    reason:
      'they are there, and placeholders look like this: advice. Scheme names ignore case (RFC 9110, 11.1)',
    applies: ({ code }, seen) => code === '401' && saw(seen, 'credentials-malformed'),
  },
  {
    name: 'a colon in a Basic password',
    reason: 'only the user-id must not hold one (RFC 7617, 2)',
    applies: ({ code }, { request }) => {
      const [, basic = ''] = /^basic (.*)/i.exec(header(request.headers, 'authorization') ?? '') ?? [];
      return code === '401' && /:.*:/.test(Buffer.from(basic, 'base64').toString());
    },
  },
  {
    name: 'credentials where none are needed',
    reason:
      'an empty requirement lets everybody in (OpenAPI, "Security Requirement Object"), with credentials too',
    applies: ({ code }, { match: { operation } }) =>
      code === '401' &&
      (operation.security.length === 0 || operation.security.some(each => each.length === 0)),
  },
  {
    name: 'an undeclared status',
    reason: 'a document need not name every response (OpenAPI, "Responses Object"): undocumented',
    applies: (_, seen) => saw(seen, 'status-undocumented'),
  },
  {
    name: 'an undeclared media type of a response',
    reason: 'undocumented; and no schema describes such a body, where Prism takes the first',
    applies: (_, seen) => saw(seen, 'response-media-type'),
  },
  {
    name: 'an undeclared body',
    reason: 'undocumented: HTTP lets any request have content (RFC 9110, 9.3)',
    applies: ({ code }, seen) => code === '415' && saw(seen, 'request-body-undocumented'),
  },
  {
    name: 'a body that no schema can describe',
    reason:
      'Prism holds XML and archives against the schema as if they were JSON strings; that is not checkable',
    applies: ({ place }, seen) =>
      place === 'body' && saw(seen, 'request-body-not-checkable', 'response-body-not-checkable'),
  },
  {
    name: 'answers without a body',
    reason: 'HEAD, 204, 205 and 304 have none (RFC 9110, 6.4.1) whatever is declared; Prism misses it',
    applies: (_, { half, request, response }) =>
      half === 'response' && (request.method === 'HEAD' || [204, 205, 304].includes(response?.status ?? 0)),
  },
  {
    name: 'a read-only property in a request',
    reason:
      'it should not be sent: advice. Prism cuts it out of the schema, and takes it for an additional one',
    applies: ({ place, path }, { findings }) =>
      place === 'body' &&
      findings.some(
        ({ code, at }) =>
          code === 'request-property-read-only' && at.startsWith(['/request/body', ...path].join('/')),
      ),
  },
  {
    name: 'a hidden property that is required below a composition',
    reason:
      'required read-only properties are required in responses only; Prism does not look below anyOf and allOf',
    applies: (said, seen) =>
      said.code === 'required' &&
      marks(seen.half === 'response' ? 'writeOnly' : 'readOnly', missing(said), seen),
  },
  {
    name: 'a failure of the validator itself',
    reason:
      'it throws at lists and objects in a path, and at lists in a header that is not there: no opinion',
    applies: ({ code }) => code === 'threw',
  },
  {
    name: 'an empty value',
    reason: 'it is the empty string, list or object; Prism takes it for none at all, or for one of nothing',
    applies: (said, seen) =>
      /^(required|additionalProperties)$/.test(said.code) &&
      /^[.;]?(\w+=)?\s*$/.test(sentFor(said, seen) ?? 'none'),
  },
  {
    name: 'a comma in a path',
    reason: 'it is text where no list is declared; Prism reads a list',
    applies: (said, seen) =>
      said.place === 'path' && said.code === 'type' && /,/.test(sentFor(said, seen) ?? ''),
  },
  {
    name: 'an exploded object in label style',
    reason: 'its members are separated by "." (OpenAPI, "Style Examples"); Prism splits at ","',
    applies: (said, seen) =>
      said.place === 'path' &&
      parameterOf(said, seen)?.style === 'label' &&
      /=/.test(sentFor(said, seen) ?? ''),
  },
  {
    name: 'lists separated by blanks',
    reason: 'Prism looks for "%20" in what is already decoded, and takes an absent list for one of nothing',
    applies: (said, seen) =>
      parameterOf(said, seen)?.style === 'spaceDelimited' && /%20|\+| /.test(sentFor(said, seen) ?? ' '),
  },
  {
    name: 'an escaped comma in a list',
    reason: 'it belongs to its item (RFC 6570, 3.2.1); Prism decodes before it splits',
    applies: (said, seen) => said.place === 'query' && /%2c/i.test(sentFor(said, seen) ?? ''),
  },
  {
    name: 'upper case in the names of a query object',
    reason: 'names of members are case-sensitive; Prism makes them lower case and then misses them',
    applies: (said, seen) =>
      said.place === 'query' && /[A-Z]/.test(missing(said) ?? '') && sendsMember(said, seen),
  },
  {
    name: 'an optional query object that is not sent',
    reason: 'it may be absent as a whole; Prism makes an empty object of it and misses its members',
    applies: (said, seen) =>
      said.place === 'query' &&
      said.code === 'required' &&
      said.path.length === 1 &&
      parameterOf(said, seen)?.required === false &&
      !sendsMember(said, seen),
  },
  {
    name: 'null as text',
    reason:
      'OpenAPI leaves open how null is written (3.1.1, appendix B); the judge lets "null" and nothing pass',
    applies: (said, seen) =>
      /null/.test(JSON.stringify(parameterOf(said, seen)?.schema?.value) ?? '') &&
      /null|(^|[=,;.|])\s*([,;.|]|$)/.test(sentFor(said, seen) ?? '-'),
  },
  {
    name: 'header parameters that are said elsewhere',
    reason: 'Accept, Content-Type and Authorization as parameters are ignored (OpenAPI, "Parameter Object")',
    applies: said =>
      said.place === 'header' &&
      /^(accept|content-type|authorization)$/.test(said.path[0] ?? missing(said) ?? ''),
  },
  {
    name: 'siblings of $ref',
    reason: 'ignored in OpenAPI 3.0, both hold in 3.1; Prism lets the siblings overwrite what is referred to',
    applies: (_, { match }) => /"\$ref":"[^"]*",|,"\$ref":/.test(JSON.stringify(match.operation.node.value)),
  },
  {
    name: 'media types that differ before the suffix or in parameters',
    reason:
      'they are types of their own, with schemas of their own; Prism takes the first with the same suffix',
    applies: ({ place }, seen) => {
      const { operation } = seen.match;
      const contents = operation.requestBody?.contents ?? [];
      const sent = parseMediaType(header(seen.request.headers, 'content-type') ?? '');
      const tail = (type: string): string | undefined => type.split(/[;\s]/)[0]?.split(/[/+]/).at(-1);
      const first = contents.find(({ mediaType }) => tail(mediaType) === tail(sent?.essence ?? ''));
      return (
        place === 'body' && seen.half === 'request' && first !== (sent && closestMediaType(contents, sent))
      );
    },
  },
  {
    name: 'lists and objects in form fields',
    reason:
      'lists are repeated names, objects are JSON (OpenAPI, "Encoding Object"); Prism does neither by itself',
    applies: ({ place, code, path }, seen) =>
      place === 'body' && code === 'type' && path.length === 1 && /form/.test(typeOf(seen)),
  },
  {
    name: 'delimiters in form fields',
    reason:
      '`allowReserved` tells what a writer escapes inside a value; the "," between two values stays as it is',
    applies: ({ message }, seen) => /^Reserved characters/.test(message) && /form/.test(typeOf(seen)),
  },
  {
    name: 'multiples of a decimal fraction',
    reason:
      '19.99 is a multiple of 0.01 in numbers (JSON Schema Validation, 6.2.1), though not in binary ones',
    applies: ({ code, message }) => code === 'multipleOf' && /0\.\d+$/.test(message),
  },
  {
    name: 'items that contains describes',
    reason:
      'what matches `contains` is evaluated (JSON Schema core, 10.3.1.3); Prism takes it for unevaluated',
    applies: ({ place }, { match }) =>
      place === 'body' &&
      /(?=.*"contains":).*"unevaluatedItems":/.test(JSON.stringify(match.operation.node.value)),
  },
  {
    name: 'headers that a recording leaves out',
    reason: 'whether they were sent cannot be told; Prism knows of no recordings',
    applies: (_, seen) =>
      (seen.request.withheld ?? []).length > 0 &&
      saw(seen, 'security-not-checkable', 'parameter-not-checkable'),
  },
  {
    name: 'numbers as plain text',
    reason: 'text has no types but those of its schema, as in a parameter; Prism compares the string',
    applies: ({ place, code }, seen) =>
      place === 'body' && code === 'type' && seen.half === 'request' && /^text\//.test(typeOf(seen)),
  },
];
