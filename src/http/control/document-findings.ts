// The findings about a served document: those of its loading, and those of the linter, which runs when they are asked for.
import { setImmediate as pause } from 'node:timers/promises';
import { type Finding, formatPosition } from '../../finding/finding.ts';
import { type Severity, severityOf } from '../../finding/severity.ts';
import type { ServerState } from '../../mock/server-state.ts';
import type { ApiSpec, Operation } from '../../openapi/model.ts';
import { reachableSchemas } from '../../schema/annotations.ts';
import { lintStepwise } from '../../validate/lint.ts';

/** Milliseconds of work until other requests get a pause. */
const SLICE_MS = 10;

const LINTED = new WeakMap<ApiSpec, Promise<readonly Finding[]>>();

/** All that is wrong with a document. A reload replaces the ApiSpec, so it is linted again. */
export function documentFindings(state: ServerState, api: ApiSpec): Promise<readonly Finding[]> {
  let linted = LINTED.get(api);
  if (linted === undefined) {
    linted = lintInSlices(state, api);
    LINTED.set(api, linted);
  }
  return linted;
}

async function lintInSlices(state: ServerState, api: ApiSpec): Promise<readonly Finding[]> {
  const findings = state.config.documentFindings.filter(
    ({ location }) => location !== undefined && api.documents.uriOf(location.file) !== undefined,
  );
  // The served schemas do not report a flaw twice, and those of a large document would stay in memory.
  const work = lintStepwise({ ...api, schemas: api.schemas.uncompiled() });
  let sliceStart = state.monotonicNow();
  for (const step of work) {
    findings.push(...step);
    if (state.monotonicNow() - sliceStart < SLICE_MS) continue;
    await pause();
    sliceStart = state.monotonicNow();
  }
  const keyOf = ({ code, message, location }: Finding): string =>
    `${code} ${message} ${location?.file} ${location?.pointer}`;
  return [...new Map(findings.map(finding => [keyOf(finding), finding])).values()];
}

/** Those of the findings that are about an operation: its own part of the document, and what it refers to. */
export function findingsOfOperation(operation: Operation, findings: readonly Finding[]): Finding[] {
  if (findings.length === 0) return [];
  const { api, node, parameters, requestBody, responses, unusable } = operation;
  const addresses = new Set<string>();
  const add = ({ uri, pointer }: { uri: string; pointer: string }): void => {
    addresses.add(`${uri}#${pointer}`);
  };
  const fields = [...parameters, ...responses.flatMap(({ headers }) => headers)];
  const contents = [...(requestBody?.contents ?? []), ...responses.flatMap(response => response.contents)];
  for (const part of [...fields, ...contents, ...responses, ...(requestBody ? [requestBody] : [])])
    add(part.node);
  for (const { examples } of contents) for (const example of examples) add(example.node);
  add(node);
  const seen = new Set<string>();
  const { documents } = api;
  const reader = { resolve: documents.resolveChain.bind(documents) };
  for (const { schema } of [
    ...fields.map(({ schema, content }) => ({ schema: schema ?? content?.schema })),
    ...contents,
  ])
    if (schema !== undefined) for (const reached of reachableSchemas(reader, schema, seen)) add(reached);
  const unusablePlace = unusable?.location;
  return findings.filter(({ location }) => {
    if (location === undefined) return false;
    if (unusablePlace?.file === location.file && unusablePlace.pointer === location.pointer) return true;
    const uri = documents.uriOf(location.file);
    for (let { pointer } = location; ; pointer = pointer.slice(0, pointer.lastIndexOf('/'))) {
      if (addresses.has(`${uri}#${pointer}`)) return true;
      if (pointer === '') return false;
    }
  });
}

/** A finding about a document in the control API. `location` is "file:line:column". */
export function toDocumentFindingJson({ code, message, location }: Finding): {
  code: string;
  level: Severity;
  message: string;
  location?: string;
} {
  return {
    code,
    level: severityOf(code),
    message,
    ...(location !== undefined && { location: formatPosition(location) }),
  };
}
