// Recognises the tool whose files are imported by their content, and imports them.
import type { ParsedFile } from '../document/parse.ts';
import type { JsonObject } from '../exchange/json.ts';
import { isObject } from '../exchange/json.ts';
import { InputError } from '../finding/input-error.ts';
import { documentKind, POSTMAN_COLLECTION } from '../openapi/document-kind.ts';
import type { ImportInput } from './import-input.ts';
import { importMockoon, isMockoon } from './mockoon/import-mockoon.ts';
import { importMocksServer, isMocksServer } from './mocks-server/import-mocks-server.ts';
import { importMockServer, isMockServer } from './mockserver/import-mockserver.ts';
import { IMPORT_FORMATS, type Imported, type ImportFormat, type Loss, MAX_RULES } from './model.ts';
import { importWireMock, isWireMock } from './wiremock/import-wiremock.ts';

interface Importer {
  readonly recognises: (value: unknown) => boolean;
  readonly read: (input: ImportInput) => Imported | Promise<Imported>;
}

/** In the order in which they are asked. */
const IMPORTERS: Readonly<Record<ImportFormat, Importer>> = {
  wiremock: { recognises: isWireMock, read: importWireMock },
  mockoon: { recognises: isMockoon, read: importMockoon },
  mockserver: { recognises: isMockServer, read: importMockServer },
  'mocks-server': { recognises: isMocksServer, read: importMocksServer },
};

/** @throws InputError when no file is recognised */
export async function importFiles(input: ImportInput, wanted: ImportFormat | undefined): Promise<Imported> {
  const format = wanted ?? detect(input);
  const importer = IMPORTERS[format];
  const files = input.files.filter(({ value }) => importer.recognises(value));
  if (files.length === 0)
    throw new InputError(
      `${
        input.files
          .map(({ file }) => file)
          .slice(0, 3)
          .join(', ') || 'the folder'
      }: no rules of ${format} are found${membersOf(input)}`,
    );
  const imported = await importer.read({ ...input, files });
  const most = Math.max(0, ...imported.scenarios.map(({ rules }) => rules.length));
  if (most > MAX_RULES)
    throw new InputError(`a scenario has at most ${MAX_RULES} rules, not ${most}: import fewer files`);
  const others = input.files.filter(file => !files.includes(file)).map(file => notRecognised(file, format));
  return { ...imported, losses: [...imported.losses, ...others] };
}

function notRecognised({ file }: ParsedFile, format: ImportFormat): Loss {
  return {
    file,
    line: 1,
    construct: 'file',
    reason: `it has no rules of ${format} and is not read`,
    remedy: 'none is needed, if the file is for something else',
  };
}

function detect({ files }: ImportInput): ImportFormat {
  const found = IMPORT_FORMATS.find(format => files.some(({ value }) => IMPORTERS[format].recognises(value)));
  if (found !== undefined) return found;
  const [first] = files;
  const document = documentWord(first?.value);
  throw new InputError(
    first === undefined
      ? 'the folder has no JSON file; name the folder or the file that has the rules'
      : document !== undefined
        ? `${first.file} is ${document}, which needs no import: deadringer serve --specs ${first.file}`
        : `cannot tell which tool ${first.file} is of (${IMPORT_FORMATS.join(', ')})${membersOf({ files })}; --from names the tool`,
  );
}

/** Undefined: the file is no document that can be served. */
function documentWord(value: unknown): string | undefined {
  const { version, format } = documentKind(value);
  if (version === undefined) return undefined;
  return format?.startsWith(POSTMAN_COLLECTION) ? 'a Postman collection' : 'an OpenAPI document';
}

function membersOf({ files }: Pick<ImportInput, 'files'>): string {
  const value: unknown = files[0]?.value;
  if (!isObject(value)) return '';
  const names = Object.keys(value satisfies JsonObject).slice(0, 5);
  return names.length === 0
    ? ''
    : `: it has ${names.map(name => JSON.stringify(name.slice(0, 40))).join(', ')}`;
}
