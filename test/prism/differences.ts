// What Prism's validators report and ours do not: each difference with the reason, and the specification that it follows.
import { Buffer } from 'node:buffer';
import { header, parsePairs, type Request, type Response } from '../../src/exchange/exchange.ts';
import { closestMediaType, parseMediaType } from '../../src/exchange/media-type.ts';
import type { FindingCode } from '../../src/finding/catalogue.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { type Parameter, responseFor } from '../../src/openapi/model.ts';
import type { Match } from '../../src/routing/match.ts';
import type { Check, Diagnostic } from './prism-alone.ts';

/** A check of an exchange for which Prism reports an error and our validator reports no violation. */
export interface Comparison {
  readonly check: Check;
  readonly match: Match;
  readonly request: Request;
  readonly response: Response | undefined;
  /** Our findings of this check: advice, undocumented, not checkable. */
  readonly findings: readonly Finding[];
  /** Our findings with `format` asserted. */
  readonly strict: readonly Finding[];
}

export interface Difference {
  readonly name: string;
  readonly reason: string;
  applies(diagnostic: Diagnostic, comparison: Comparison): boolean;
}

const missing = ({ message }: Diagnostic): string | undefined =>
  /required property '([^']+)'/.exec(message)?.[1];

/** The parameter or response header that a diagnostic is about; Prism writes names in lower case. */
function parameterOf(diagnostic: Diagnostic, { check, match, response }: Comparison): Parameter | undefined {
  const name = (diagnostic.path[0] ?? missing(diagnostic))?.toLowerCase();
  const { operation } = match;
  const declared =
    response && check === 'response'
      ? responseFor(operation, response.status)?.headers
      : operation.parameters;
  return declared?.find(each => each.in === diagnostic.place && each.name.toLowerCase() === name);
}

/** The serialized value of the parameter, not decoded; undefined if it was not sent. */
function valueSentFor(diagnostic: Diagnostic, comparison: Comparison): string | undefined {
  const parameter = parameterOf(diagnostic, comparison);
  if (parameter === undefined) return undefined;
  if (parameter.in === 'path') return comparison.match.pathValues[parameter.name];
  const { headers } = (comparison.check === 'response' && comparison.response) || comparison.request;
  if (parameter.in === 'header') return header(headers, parameter.name.toLowerCase());
  return parsePairs(comparison.request.query).find(({ name }) => name.split('[')[0] === parameter.name)?.raw;
}

/** True if the query has the member that a diagnostic reports as missing, as "member" or "parameter[member]". */
const sendsMember = (diagnostic: Diagnostic, { request }: Comparison): boolean =>
  parsePairs(request.query).some(
    ({ name }) => name === missing(diagnostic) || name.endsWith(`[${missing(diagnostic)}]`),
  );

const hasFinding = ({ findings }: Comparison, ...codes: FindingCode[]): boolean =>
  findings.some(({ code }) => codes.includes(code));

const typeOf = ({ check, request, response }: Comparison): string =>
  parseMediaType(header((check === 'response' ? response : request)?.headers ?? {}, 'content-type') ?? '')
    ?.essence ?? '';

/** True if a schema of the operation's document marks the property. */
const marks = (flag: 'readOnly' | 'writeOnly', name: string | undefined, { match }: Comparison): boolean =>
  name !== undefined &&
  new RegExp(`"${name}":\\{[^{}]*"${flag}":true`).test(JSON.stringify(match.operation.api.root.value));

export const DIFFERENCES: readonly Difference[] = [
  {
    name: 'formats',
    reason: 'JSON Schema 2020-12 makes `format` an annotation; we assert it only with an option',
    applies: ({ code }, comparison) => code === 'format' && comparison.strict.length > 0,
  },
  {
    name: 'credentials in an unusual form',
    reason:
      'the request has them, and placeholders look like this: advice. Scheme names ignore case (RFC 9110, 11.1)',
    applies: ({ code }, comparison) => code === '401' && hasFinding(comparison, 'credentials-malformed'),
  },
  {
    name: 'a colon in a Basic password',
    reason: 'only the user-id must not contain one (RFC 7617, 2)',
    applies: ({ code }, { request }) => {
      const [, basic = ''] = /^basic (.*)/i.exec(header(request.headers, 'authorization') ?? '') ?? [];
      return code === '401' && /:.*:/.test(Buffer.from(basic, 'base64').toString());
    },
  },
  {
    name: 'credentials where none are required',
    reason:
      'an empty requirement allows requests without credentials (OpenAPI, "Security Requirement Object"), and with any',
    applies: ({ code }, { match: { operation } }) =>
      code === '401' &&
      (operation.security.length === 0 || operation.security.some(each => each.length === 0)),
  },
  {
    name: 'an undeclared status',
    reason: 'a document need not name every response (OpenAPI, "Responses Object"): undocumented',
    applies: (_, comparison) => hasFinding(comparison, 'status-undocumented'),
  },
  {
    name: 'an undeclared media type of a response',
    reason: 'undocumented: no schema describes such a body. Prism uses the first one',
    applies: (_, comparison) => hasFinding(comparison, 'response-media-type'),
  },
  {
    name: 'a body without a media type where any is declared',
    reason: 'its media type is unknown (RFC 9110, 8.3), and "*/*" describes every one',
    applies: ({ message }, { check, match, response }) =>
      check === 'response' &&
      response !== undefined &&
      message.includes('received media type "" does not match') &&
      responseFor(match.operation, response.status)?.contents.some(({ mediaType }) => mediaType === '*/*') ===
        true,
  },
  {
    name: 'an undeclared body',
    reason: 'undocumented: HTTP allows content in any request (RFC 9110, 9.3)',
    applies: ({ code }, comparison) => code === '415' && hasFinding(comparison, 'request-body-undocumented'),
  },
  {
    name: 'a body that no schema can describe',
    reason: 'not checkable. Prism validates XML and archives as if they were JSON strings',
    applies: ({ place }, comparison) =>
      place === 'body' && hasFinding(comparison, 'request-body-not-checkable', 'response-body-not-checkable'),
  },
  {
    name: 'responses without a body',
    reason:
      'HEAD, 204, 205 and 304 have none (RFC 9110, 6.4.1), whatever the document declares; Prism requires one',
    applies: (_, { check, request, response }) =>
      check === 'response' && (request.method === 'HEAD' || [204, 205, 304].includes(response?.status ?? 0)),
  },
  {
    name: 'a read-only property in a request',
    reason:
      'it should not be sent: advice. Prism removes it from the schema and treats it as an additional property',
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
      'required read-only properties are required in responses only; Prism ignores this below anyOf and allOf',
    applies: (diagnostic, comparison) =>
      diagnostic.code === 'required' &&
      marks(comparison.check === 'response' ? 'writeOnly' : 'readOnly', missing(diagnostic), comparison),
  },
  {
    name: 'a failure of the validator itself',
    reason: 'it throws for arrays and objects in a path, and for arrays in a missing header: no result',
    applies: ({ code }) => code === 'threw',
  },
  {
    name: 'an empty value',
    reason:
      'it is the empty string, array or object; Prism treats it as missing or as an array of an empty item',
    applies: (diagnostic, comparison) =>
      /^(required|additionalProperties)$/.test(diagnostic.code) &&
      /^[.;]?(\w+=)?\s*$/.test(valueSentFor(diagnostic, comparison) ?? 'none'),
  },
  {
    name: 'a comma in a path',
    reason: 'it is text if no array is declared; Prism parses an array',
    applies: (diagnostic, comparison) =>
      diagnostic.place === 'path' &&
      diagnostic.code === 'type' &&
      /,/.test(valueSentFor(diagnostic, comparison) ?? ''),
  },
  {
    name: 'an exploded object in label style',
    reason: 'its members are separated by "." (OpenAPI, "Style Examples"); Prism splits at ","',
    applies: (diagnostic, comparison) =>
      diagnostic.place === 'path' &&
      parameterOf(diagnostic, comparison)?.style === 'label' &&
      /=/.test(valueSentFor(diagnostic, comparison) ?? ''),
  },
  {
    name: 'arrays separated by spaces',
    reason: 'Prism looks for "%20" in decoded text, and treats an absent array as an array of an empty item',
    applies: (diagnostic, comparison) =>
      parameterOf(diagnostic, comparison)?.style === 'spaceDelimited' &&
      /%20|\+| /.test(valueSentFor(diagnostic, comparison) ?? ' '),
  },
  {
    name: 'an escaped comma in an array',
    reason: 'it belongs to its item (RFC 6570, 3.2.1); Prism decodes before it splits',
    applies: (diagnostic, comparison) =>
      diagnostic.place === 'query' && /%2c/i.test(valueSentFor(diagnostic, comparison) ?? ''),
  },
  {
    name: 'upper case in the names of a query object',
    reason:
      'member names are case-sensitive; Prism converts them to lower case and then reports them as missing',
    applies: (diagnostic, comparison) =>
      diagnostic.place === 'query' &&
      /[A-Z]/.test(missing(diagnostic) ?? '') &&
      sendsMember(diagnostic, comparison),
  },
  {
    name: 'an optional query object that is not sent',
    reason: 'it may be absent as a whole; Prism makes an empty object and reports its members as missing',
    applies: (diagnostic, comparison) =>
      diagnostic.place === 'query' &&
      diagnostic.code === 'required' &&
      diagnostic.path.length === 1 &&
      parameterOf(diagnostic, comparison)?.required === false &&
      !sendsMember(diagnostic, comparison),
  },
  {
    name: 'null as text',
    reason:
      'OpenAPI does not define the serialization of null (3.1.1, appendix B); we accept "null" and an empty text',
    applies: (diagnostic, comparison) =>
      /null/.test(JSON.stringify(parameterOf(diagnostic, comparison)?.schema?.value) ?? '') &&
      /null|(^|[=,;.|])\s*([,;.|]|$)/.test(valueSentFor(diagnostic, comparison) ?? '-'),
  },
  {
    name: 'header parameters that are declared elsewhere',
    reason: 'Accept, Content-Type and Authorization as parameters are ignored (OpenAPI, "Parameter Object")',
    applies: diagnostic =>
      diagnostic.place === 'header' &&
      /^(accept|content-type|authorization)$/.test(diagnostic.path[0] ?? missing(diagnostic) ?? ''),
  },
  {
    name: 'siblings of $ref',
    reason:
      'ignored in OpenAPI 3.0, both apply in 3.1; Prism overwrites the referenced schema with the siblings',
    applies: (_, { match }) => /"\$ref":"[^"]*",|,"\$ref":/.test(JSON.stringify(match.operation.node.value)),
  },
  {
    name: 'media types that differ before the suffix or in parameters',
    reason: 'they are different types with different schemas; Prism uses the first with the same suffix',
    applies: ({ place }, comparison) => {
      const { operation } = comparison.match;
      const contents = operation.requestBody?.contents ?? [];
      const sent = parseMediaType(header(comparison.request.headers, 'content-type') ?? '');
      const tail = (type: string): string | undefined => type.split(/[;\s]/)[0]?.split(/[/+]/).at(-1);
      const first = contents.find(({ mediaType }) => tail(mediaType) === tail(sent?.essence ?? ''));
      return (
        place === 'body' &&
        comparison.check === 'request' &&
        first !== (sent && closestMediaType(contents, sent))
      );
    },
  },
  {
    name: 'arrays and objects in form fields',
    reason:
      'arrays are repeated names, objects are JSON (OpenAPI, "Encoding Object"); Prism supports neither by default',
    applies: ({ place, code, path }, comparison) =>
      place === 'body' && code === 'type' && path.length === 1 && /form/.test(typeOf(comparison)),
  },
  {
    name: 'delimiters in form fields',
    reason: '`allowReserved` is about escapes inside a value; the "," between two values is never escaped',
    applies: ({ message }, comparison) =>
      /^Reserved characters/.test(message) && /form/.test(typeOf(comparison)),
  },
  {
    name: 'multiples of a decimal fraction',
    reason:
      '19.99 is a multiple of 0.01 in decimal numbers (JSON Schema Validation, 6.2.1), but not in binary floating-point numbers',
    applies: ({ code, message }) => code === 'multipleOf' && /0\.\d+$/.test(message),
  },
  {
    name: 'items that match contains',
    reason:
      'an item that matches `contains` is evaluated (JSON Schema core, 10.3.1.3); Prism treats it as unevaluated',
    applies: ({ place }, { match }) =>
      place === 'body' &&
      /(?=.*"contains":).*"unevaluatedItems":/.test(JSON.stringify(match.operation.node.value)),
  },
  {
    name: 'headers that a recording omits',
    reason: 'whether they were sent is unknown; Prism does not validate recordings',
    applies: (_, comparison) =>
      (comparison.request.withheld ?? []).length > 0 &&
      hasFinding(comparison, 'security-not-checkable', 'parameter-not-checkable'),
  },
  {
    name: 'structures in a body that is not JSON',
    reason:
      'XML is read as the schema describes it, and JSON in a text as JSON; Prism validates the text of the body as a string',
    applies: ({ place, code, path }, comparison) =>
      place === 'body' && code === 'type' && path.length === 0 && /[/+]xml$|^text\//.test(typeOf(comparison)),
  },
  {
    name: 'numbers as plain text',
    reason:
      'plain text is converted to the type of its schema, as in a parameter; Prism validates the string',
    applies: ({ place, code }, comparison) =>
      place === 'body' &&
      code === 'type' &&
      comparison.check === 'request' &&
      /^text\//.test(typeOf(comparison)),
  },
];
