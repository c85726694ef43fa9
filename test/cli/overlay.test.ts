// --overlay: commands read documents as an overlay changes them, and name its lines.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run, start } from './program.ts';

let folder: string;
let specs: string;
let overlay: string;

const overlayText = (length: number): string => `overlay: 1.0.0
info: { title: Names, version: '1' }
extends: api.yaml
actions:
  - target: $
    update: { x-deadringer: { state: { id: code } } }
  - target: $.components.schemas.Pet.properties.name
    update:
      minLength: ${length}
`;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-overlay-'));
  specs = path.join(folder, 'api.yaml');
  overlay = path.join(folder, 'names.overlay.yaml');
  writeFileSync(overlay, overlayText(3));
  writeFileSync(
    specs,
    `openapi: 3.1.0
info: { title: t, version: "1" }
paths:
  /pets:
    post:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
      responses:
        '201': { description: d, content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
  /pets/{key}:
    parameters: [{ name: key, in: path, required: true, schema: { type: string } }]
    get:
      responses:
        '200': { description: d, content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
components:
  schemas:
    Pet:
      type: object
      properties: { id: { type: integer }, code: { type: string }, name: { type: string } }
`,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

test('lint --state shows what an overlay corrects', async () => {
  expect((await run('lint', '--state', specs)).out).not.toContain('code (x-deadringer.state)');
  const { code, out } = await run('lint', '--state', '--overlay', overlay, specs);
  expect(code).toBe(0);
  expect(out).toContain('code (x-deadringer.state)');
});

test('lint reads a folder in which the overlay stands, and names the line of a wrong action', async () => {
  const wrong = path.join(folder, 'wrong.overlay.yaml');
  writeFileSync(wrong, `${overlayText(3)}  - { target: '$.paths[', remove: true }\n`);
  const { code, out } = await run('lint', '--overlay', wrong, '--overlay', overlay, folder);
  rmSync(wrong);
  expect(code).toBe(1);
  expect(out).toMatch(/wrong\.overlay\.yaml:10:\d+ error "\$\.paths\[" is no JSONPath of RFC 9535/);
  expect(out).toContain(', 2 operations: 1 error');
});

test('serve answers by the overlay, names its line, and follows it with --watch', async () => {
  const program = start(['serve', '--port', '0', '--watch', '--specs', specs, '--overlay', overlay]);
  const [, url = ''] = await program.line(/ on (http:\S+)/);
  const post = async (name: string): Promise<string | null> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/pets`, { method: 'POST', headers, body: JSON.stringify({ name }) });
    await response.text();
    return response.headers.get('x-deadringer-reason');
  };
  expect(await post('Rex')).toBeNull();
  expect(await post('R')).toMatch(/at least 3 characters; got 1 \(.*names\.overlay\.yaml:9\)$/);
  const shown = await fetch(`${url}/__deadringer/source?file=${encodeURIComponent(overlay)}&line=9`);
  expect(await shown.text()).toContain('minLength');
  writeFileSync(overlay, overlayText(5));
  await program.line(/reloaded/);
  expect(await post('Rex')).toMatch(/at least 5 characters/);
});
