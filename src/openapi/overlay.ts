// Applies OpenAPI Overlays 1.0 and 1.1 to documents while they are loaded.
import { isParseFailure, type ParsedFile } from '../document/parse.ts';
import { isObject, type JsonObject, textOfValue } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { Finding } from '../finding/finding.ts';
import { type JsonPath, jsonPaths } from '../schema/json-path.ts';
import { DocumentEdit, DocumentTooLargeError, type NewValue } from './document-edit.ts';
import { documentKind } from './document-kind.ts';
import { type ReadOptions, readDocument, toUri } from './read-files.ts';

export interface Overlays {
  /** The URLs of the overlays. */
  readonly uris: ReadonlySet<string>;
  /**
   * The file as the overlays change it. Those that extend no document change each document in which a target matches.
   * @param isDocument false for a file that a document refers to: only an overlay that extends it changes it
   */
  readonly apply: (uri: string, file: ParsedFile, isDocument: boolean) => ParsedFile;
  /** What was wrong while the overlays were applied, and what of them was not used. */
  readonly findings: () => Finding[];
}

interface OverlayFile {
  readonly file: ParsedFile;
  /** The URL of the only file that it changes. */
  readonly extends: string | undefined;
  readonly actions: readonly OverlayAction[];
  /** Whether it was applied to a file, with or without effect. */
  isApplied: boolean;
}

interface OverlayAction {
  readonly pointer: string;
  readonly value: JsonObject;
  readonly target: JsonPath;
  readonly copy: JsonPath | undefined;
  isMatched: boolean;
}

type Report = (overlay: ParsedFile, pointer: string, message: string) => void;

const PATHS = jsonPaths({ maxLevels: 300, maxMembers: 5_000_000 });

/**
 * Reads overlays.
 * @param findings filled with what makes an overlay unusable
 */
export async function readOverlays(
  paths: readonly string[],
  options: Pick<ReadOptions, 'onRead' | 'relativeTo'>,
  findings: Finding[],
): Promise<Overlays> {
  const later = new Map<string, Finding>();
  const report: Report = (file, pointer, message) => {
    const location = file.locate(pointer);
    later.set(`${location.file} ${pointer} ${message}`, { code: 'spec-overlay', message, at: '', location });
  };
  const overlays: OverlayFile[] = [];
  const { onRead, relativeTo } = options;
  for (const path of paths) {
    const uri = toUri(path);
    const read = await readDocument(uri, { relativeTo, ...(onRead && { onRead }) });
    if (typeof read === 'string') findings.push({ code: 'spec-unreadable', message: read, at: '' });
    else if (isParseFailure(read))
      findings.push({ code: 'spec-unreadable', message: read.message, at: '', location: read.location });
    else {
      const problem = problemOf(read.value);
      if (problem === undefined) overlays.push(readActions(uri, read, report));
      else {
        const location = read.locate(problem.pointer);
        findings.push({ code: 'spec-overlay', message: problem.message, at: '', location });
      }
    }
  }
  return {
    uris: new Set(paths.map(toUri)),
    apply: (uri, file, isDocument) => {
      const isApi = isDocument && documentKind(file.value).isDescription;
      const chosen = overlays.filter(each => (each.extends === undefined ? isApi : each.extends === uri));
      if (chosen.length === 0) return file;
      const edit = new DocumentEdit(file);
      for (const overlay of chosen) applyActions(overlay, edit, report);
      return edit.file(chosen.map(overlay => overlay.file));
    },
    findings: () => [...later.values(), ...overlays.flatMap(unusedFindings)],
  };
}

/** What makes a file no overlay, and the remedy. */
function problemOf(value: unknown): { readonly pointer: string; readonly message: string } | undefined {
  if (!isObject(value) || value.overlay === undefined)
    return { pointer: '', message: 'this is no OpenAPI Overlay: "overlay: 1.0.0" is missing' };
  const { overlay, actions, extends: extended, info } = value;
  if (typeof overlay !== 'string' || !/^1\.[01](\.|$)/.test(overlay))
    return {
      pointer: '/overlay',
      message: `Overlay ${JSON.stringify(overlay)} is not supported; write '1.0.0' or '1.1.0' as a string`,
    };
  if (!isObject(info) || typeof info.title !== 'string' || typeof info.version !== 'string')
    return { pointer: '/info', message: 'an overlay needs "info" with the texts "title" and "version"' };
  if (!Array.isArray(actions) || actions.length === 0)
    return { pointer: '/actions', message: 'an overlay needs "actions": a list of at least one action' };
  if (extended !== undefined && typeof extended !== 'string')
    return { pointer: '/extends', message: '"extends" must be the name of a file, relative to the overlay' };
  return undefined;
}

function readActions(uri: string, file: ParsedFile, report: Report): OverlayFile {
  const { actions, extends: extended } = file.value as JsonObject;
  return {
    file,
    extends:
      extended === undefined
        ? undefined
        : (URL.parse(textOfValue(extended), uri)?.href ?? textOfValue(extended)),
    actions: (actions as readonly unknown[]).flatMap((value, index) => {
      const pointer = jsonPointer('actions', index);
      const action = readAction(pointer, value, (member, message) => report(file, pointer + member, message));
      return action === undefined ? [] : [action];
    }),
    isApplied: false,
  };
}

function readAction(
  pointer: string,
  value: unknown,
  report: (member: string, message: string) => void,
): OverlayAction | undefined {
  if (!isObject(value) || typeof value.target !== 'string')
    return void report('', 'an action needs "target": a JSONPath, such as $.paths[\'/pets\'].get');
  if (value.remove !== undefined && typeof value.remove !== 'boolean')
    return void report('/remove', '"remove" must be true or false');
  if (value.remove !== true && value.update === undefined && value.copy === undefined)
    return void report('', 'the action does nothing; write "update", "copy" or "remove: true"');
  if (value.remove !== true && value.update !== undefined && value.copy !== undefined)
    return void report('/copy', 'the action has both "update" and "copy"; write two actions');
  const compile = (member: 'target' | 'copy'): JsonPath | undefined => {
    try {
      return PATHS.compile(textOfValue(value[member]));
    } catch (error) {
      const problem = (error as Error).message;
      report(`/${member}`, `${JSON.stringify(value[member])} is no JSONPath of RFC 9535: ${problem}`);
      return undefined;
    }
  };
  const target = compile('target');
  const copy = value.copy === undefined || value.remove === true ? undefined : compile('copy');
  if (target === undefined || (value.copy !== undefined && value.remove !== true && copy === undefined))
    return undefined;
  return { pointer, value, target, copy, isMatched: false };
}

function applyActions(overlay: OverlayFile, edit: DocumentEdit, report: Report): void {
  overlay.isApplied = true;
  for (const action of overlay.actions) {
    const fail = (member: string, message: string): void =>
      report(overlay.file, action.pointer + member, message);
    try {
      applyAction(action, overlay.file, edit, fail, report);
    } catch (error) {
      if (!(error instanceof DocumentTooLargeError)) throw error;
      fail('', 'the action makes the document too large or nests it too deeply; choose a narrower target');
    }
  }
}

function applyAction(
  action: OverlayAction,
  file: ParsedFile,
  edit: DocumentEdit,
  fail: (member: string, message: string) => void,
  report: Report,
): void {
  const { pointer, value } = action;
  const nodes = action.target(edit.value);
  if (nodes === undefined) fail('/target', TOO_WIDE);
  if (nodes === undefined || nodes.length === 0) return;
  action.isMatched = true;
  const locations = nodes.map(({ location }) => location);
  if (value.remove === true) {
    if (locations.some(steps => steps.length === 0))
      fail('/target', 'the whole document cannot be removed; choose a part of it');
    else edit.remove(locations);
    return;
  }
  const update = action.copy === undefined ? updateOf(action, file) : copiedValue(action.copy, edit, fail);
  if (update === undefined) return;
  for (const steps of locations)
    edit.merge(steps, update, (origin, problem) => {
      // A copied value that does not fit is a fault of the action, not of the place where it was written.
      if (action.copy === undefined) report(origin.source, origin.pointer, problem);
      else report(file, `${pointer}/copy`, problem);
    });
}

const TOO_WIDE = 'the JSONPath looks at too many nodes; write a narrower one';

function updateOf({ pointer, value }: OverlayAction, source: ParsedFile): NewValue {
  const origin = { source, pointer: `${pointer}/update` };
  return { value: value.update, holder: value, key: 'update', origin };
}

function copiedValue(
  query: JsonPath,
  edit: DocumentEdit,
  fail: (member: string, message: string) => void,
): NewValue | undefined {
  const nodes = query(edit.value);
  const [node] = nodes ?? [];
  if (nodes === undefined || node === undefined || nodes.length > 1) {
    const message =
      nodes === undefined ? TOO_WIDE : `"copy" must select one node, and selects ${nodes.length}`;
    return void fail('/copy', message);
  }
  const { value, location } = node;
  return {
    value,
    holder: edit.holderOf(location),
    key: String(location.at(-1) ?? ''),
    origin: edit.originOf(location),
  };
}

function unusedFindings({ file, extends: extended, actions, isApplied }: OverlayFile): Finding[] {
  const finding = (
    code: 'spec-overlay' | 'spec-overlay-advice',
    pointer: string,
    message: string,
  ): Finding => ({
    code,
    message,
    at: '',
    location: file.locate(pointer),
  });
  if (!isApplied && extended !== undefined) {
    const message = `"extends" names ${extended}, which is none of the documents; name one of them relative to the overlay, or remove "extends" to change each document in which a target matches`;
    return [finding('spec-overlay', '/extends', message)];
  }
  const unmatched = actions.filter(({ isMatched }) => !isMatched);
  if (extended === undefined && unmatched.length > 0 && unmatched.length === actions.length)
    return [
      finding('spec-overlay', '/actions', 'no target of this overlay matches anything in any document'),
    ];
  return unmatched.map(({ pointer, value }) =>
    finding(
      'spec-overlay-advice',
      `${pointer}/target`,
      `the target ${value.target} matches nothing; the action has no effect`,
    ),
  );
}
