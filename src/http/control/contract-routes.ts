// Control routes for the documents: their lines, their operations, their schemas, and what is wrong with them.
import { sourceWindow } from '../../document/source-window.ts';
import { CATALOGUE, catalogueEntry, type FindingCode } from '../../finding/catalogue.ts';
import { severityOf } from '../../finding/severity.ts';
import { loadedText } from '../../mock/loaded-text.ts';
import { describeOperation } from '../../openapi/describe-operation.ts';
import { describeSchemas, SCHEMA_CHARACTERS } from '../../openapi/describe-schema.ts';
import { documentFindings, findingsOfOperation, toDocumentFindingJson } from './document-findings.ts';
import { ControlError, type Route, requireApi, requireOperation } from './route.ts';

export const CONTRACT_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/source',
    handle: ({ state, query }) => {
      const file = query.get('file') ?? '';
      const text = loadedText(state.config, file);
      if (text === undefined)
        throw new ControlError({
          code: 'no-such-control',
          detail: `no document and no scenario was loaded from "${file}"`,
          hint: 'use a file of GET /__deadringer/apis, of GET /__deadringer/scenarios, or of the location of a finding',
        });
      const [line, column, from, to] = ['line', 'column', 'from', 'to'].map(name => readNumber(query, name));
      return { body: { file, ...sourceWindow(text, { line, column, from, to }) } };
    },
  },
  {
    method: 'get',
    path: '/apis/:api/operations/:operation',
    handle: request => {
      const operation = requireOperation(request);
      const prefix = `/${encodeURIComponent(operation.api.name)}`;
      const basePaths = request.state.config.asWritten
        ? ['']
        : [...new Set(operation.servers.map(({ basePath }) => prefix + basePath))];
      return { body: { ...describeOperation(operation), basePaths } };
    },
  },
  {
    method: 'get',
    path: '/apis/:api/schema',
    handle: request => {
      const api = requireApi(request);
      const { documents } = api;
      const at = request.query.get('at') ?? '';
      const uri = documents.uris().find(each => at.startsWith(`${documents.file(each)}#`));
      const node = uri && documents.nodeAt(uri, at.slice(documents.file(uri).length + 1));
      if (!node || node.value === undefined)
        throw new ControlError({
          code: 'no-such-control',
          detail: `the API "${api.name}" has no schema at "${at}"`,
          hint: 'send the member "more" of a schema as "at"',
        });
      const [schema] = describeSchemas(api, [node], { characters: SCHEMA_CHARACTERS });
      return { body: schema };
    },
  },
  {
    method: 'get',
    path: '/apis/:api/findings',
    handle: async request => {
      const api = requireApi(request);
      const name = request.query.get('operation');
      const operation = name === null ? undefined : requireOperation(request, name);
      const all = await documentFindings(request.state, api);
      const findings = operation === undefined ? all : findingsOfOperation(operation, all);
      return { body: { findings: findings.map(toDocumentFindingJson) } };
    },
  },
  {
    method: 'get',
    path: '/finding-codes',
    handle: () => ({
      body: {
        codes: (Object.keys(CATALOGUE) as FindingCode[]).map(code => {
          const { about, kind, meaning, fix } = catalogueEntry(code);
          return { code, about, kind, level: severityOf(code), meaning, ...(fix !== undefined && { fix }) };
        }),
      },
    }),
  },
];

/** @throws ControlError if the parameter is no line or column */
function readNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ControlError({ code: 'bad-control', detail: `"${name}" must be a number from 1, not "${text}"` });
}
