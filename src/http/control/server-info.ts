// What the control API tells about the server: version, addresses, documents and what is wrong with them.
import { childNode, stringMember } from '../../document/documents.ts';
import type { Finding } from '../../finding/finding.ts';
import type { ServedVersions } from '../../mock/replicas.ts';
import { suggestCurl, suggestFirst } from '../../mock/respond/suggest-request.ts';
import { type ServedConfig, servedBasePath } from '../../mock/served-config.ts';
import type { ApiSpec } from '../../openapi/model.ts';
import { version } from '../../version.ts';
import { toDocumentFindingJson } from './document-findings.ts';
import { type ControlRequest, parseSessionName } from './route.ts';

/** @returns the body of GET /server; with ?session= the first requests are for that session */
export async function describeServer(request: ControlRequest): Promise<object> {
  const { state, urls, hasToken, scenarioFiles, replicas, origin, query } = request;
  const { contract, documentFindings } = state.config;
  const session = query.get('session');
  const base = session === null ? origin : `${origin}/~${parseSessionName(session)}`;
  const apiOf = ({ location }: Finding): ApiSpec | undefined =>
    contract.apis.find(({ documents }) => location && documents.uriOf(location.file) !== undefined);
  const byApi = Map.groupBy(documentFindings, apiOf);
  return {
    version: version(),
    startedAt: new Date(state.startedAt).toISOString(),
    revision: state.revision,
    ...toVersionsJson(await replicas.served()),
    urls: urls(),
    token: hasToken,
    readOnly: scenarioFiles.readOnly,
    documents: await Promise.all(
      contract.apis.map(async api => ({
        ...describeDocument(state.config, api),
        findings: (byApi.get(api) ?? []).map(toDocumentFindingJson),
        ...(await firstRequest(state.config, api, base)),
      })),
    ),
    findings: (byApi.get(undefined) ?? []).map(toDocumentFindingJson),
  };
}

function toVersionsJson({ version: documentsVersion, replicas }: ServedVersions): object {
  if (replicas === undefined) return { documentsVersion };
  return {
    documentsVersion,
    replicas: replicas.map(({ id, host, version: served }) => ({ id, host, documentsVersion: served })),
    // A replica that is starting says later what it serves.
    replicasDiffer: replicas.some(({ version: served = documentsVersion }) => served !== documentsVersion),
  };
}

function describeDocument(config: ServedConfig, api: ApiSpec): object {
  const { name, title, version: openapi, format, file, root, operations } = api;
  const usable = operations.filter(({ unusable }) => unusable === undefined);
  const info = childNode(root, 'info');
  const documentVersion = info && stringMember(info, 'version');
  return {
    api: name,
    title,
    ...(documentVersion !== undefined && { version: documentVersion }),
    format,
    openapi: stringMember(root, 'openapi') ?? openapi,
    file,
    basePaths: [...new Set(operations.map(operation => servedBasePath(config, operation) || '/'))],
    operations: usable.length,
    unusable: operations.length - usable.length,
  };
}

/** A request that the mock accepts, to begin with. */
async function firstRequest(
  config: ServedConfig,
  { operations }: ApiSpec,
  base: string,
): Promise<object | undefined> {
  const first = await suggestFirst(operations.filter(({ unusable }) => unusable === undefined));
  if (first === undefined) return undefined;
  const { operation } = first;
  return {
    firstRequest: {
      operation: operation.id,
      curl: await suggestCurl(operation, servedBasePath(config, operation), base),
    },
  };
}
