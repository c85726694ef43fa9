// An API of the tests of the store: /turn tells the position in a reply list, /notes are stored, /plain needs no memory.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface TurnFiles {
  readonly specs: readonly string[];
  /** turns/list-<n> for each list: its replies have the positions 0, 1, ... and begin again after the last. */
  readonly scenarios: readonly string[];
  remove(): Promise<void>;
}

const JSON_BODY = (schema: string, example: string): string =>
  `content: { application/json: { schema: ${schema}, example: ${example} } }`;
const TURN = JSON_BODY(
  '{ type: object, required: [list, position], properties: { list: { type: integer }, position: { type: integer } } }',
  '{ list: -1, position: -1 }',
);
const NOTE = '{ $ref: "#/components/schemas/Note" }';

const DOCUMENT = `openapi: 3.1.0
info: { title: Turns, version: "1" }
paths:
  /turn:
    get:
      operationId: takeTurn
      responses:
        "200": { description: A turn., ${TURN} }
        "503": { description: A turn without luck., ${TURN} }
  /plain:
    get:
      operationId: getPlain
      responses:
        "200": { description: Always the same., ${JSON_BODY('{ type: object }', '{ plain: true }')} }
  /limited:
    get:
      operationId: getLimited
      x-deadringer: { rate-limit: 50/1h }
      responses:
        "200": { description: Within the limit., ${JSON_BODY('{ type: object }', '{ limited: true }')} }
        "429": { description: Above it. }
  /notes:
    get:
      operationId: listNotes
      parameters: [{ name: limit, in: query, schema: { type: integer } }]
      responses:
        "200": { description: All notes., ${JSON_BODY(`{ type: array, items: ${NOTE} }`, '[]')} }
    post:
      operationId: addNote
      requestBody: { required: true, content: { application/json: { schema: ${NOTE} } } }
      responses:
        "201": { description: The note., ${JSON_BODY(NOTE, '{ id: 1, text: first }')} }
  /notes/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get:
      operationId: getNote
      responses:
        "200": { description: The note., ${JSON_BODY(NOTE, '{ id: 1, text: first }')} }
        "404": { description: None. }
    delete:
      operationId: removeNote
      responses: { "204": { description: It is gone. }, "404": { description: None. } }
components:
  schemas:
    Note:
      type: object
      required: [text]
      properties: { id: { type: integer, readOnly: true }, text: { type: string } }
`;

/** The status at a position of a list: 503, 503, 200 and again. */
export function statusAt(position: number): number {
  return position % 3 === 2 ? 200 : 503;
}

/** @param lengths of the reply lists */
export async function writeTurnFiles(lengths: readonly number[]): Promise<TurnFiles> {
  const folder = await mkdtemp(path.join(tmpdir(), 'deadringer-turns-'));
  const scenarios = path.join(folder, 'scenarios');
  await mkdir(path.join(scenarios, 'turns'), { recursive: true });
  await writeFile(path.join(folder, 'turns.yaml'), DOCUMENT);
  for (const [list, length] of lengths.entries()) {
    const replies = Array.from(
      { length },
      (_, position) =>
        `      - { status: ${statusAt(position)}, body: { list: ${list}, position: ${position} } }\n`,
    );
    await writeFile(
      path.join(scenarios, 'turns', `list-${list}.yaml`),
      `title: A list of ${length} replies\nrules:\n  - on: takeTurn\n    then: loop\n    reply:\n${replies.join('')}`,
    );
  }
  return {
    specs: [path.join(folder, 'turns.yaml')],
    scenarios: [scenarios],
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface TurnAnswer {
  readonly status: number;
  readonly date: string | null;
  readonly exchange: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read members of any JSON
  readonly body: any;
}

/** Sends "GET /turn" in a session. */
export async function send(url: string, session: string, line: string, body?: unknown): Promise<TurnAnswer> {
  const [method = '', target = ''] = line.split(' ');
  const response = await fetch(`${url}/turns${target}`, {
    method,
    headers: {
      'x-deadringer-session': session,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    date: response.headers.get('date'),
    exchange: response.headers.get('x-deadringer-exchange') ?? '',
    body: text === '' ? undefined : JSON.parse(text),
  };
}
