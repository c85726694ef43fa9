// The command line: help, exit codes, and messages that name the file, the line and the remedy.
// Commands get port 0 even if they end before they listen: a server on the default port must not matter.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runProcess, startProcess } from './process.ts';
import { run, start } from './program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const target = path.join(folder, name);
  writeFileSync(target, text);
  return target;
}

describe('help', () => {
  test('lists the commands, with examples and exit codes', async () => {
    const { code, out, err } = await run('--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const words of ['serve', 'lint', 'Examples:', 'Exit codes:']) expect(out).toContain(words);
  });

  test.each(['serve', 'lint'])('of %s has examples of its own', async command => {
    const { code, out } = await run(command, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Examples:\\n +deadringer ${command}`));
  });

  test('is printed to stderr without a command', async () => {
    const { code, out, err } = await run();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Usage: deadringer');
  });

  test('the version is that of the package', async () => {
    const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
    expect(await runProcess('--version')).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
  });
});

test('the program ends with the exit code of SIGPIPE if the reader closes the pipe', async () => {
  const program = startProcess(['--help']);
  program.child.stdout.destroy();
  expect(await program.ended).toEqual({ code: 141, out: '', err: '' });
});

describe('wrong usage exits with 2 and one sentence', () => {
  test.each([
    [['sevre'], "error: unknown command 'sevre'\n(Did you mean serve?)\n"],
    [['serve', '--prot', '1'], "error: unknown option '--prot'\n(Did you mean --port?)\n"],
    [['serve', 'shop.yaml'], 'deadringer: --specs names the documents: deadringer serve --specs shop.yaml\n'],
    [['serve', '--port', 'http'], /Must be a number from 0 to 65535/],
    [['serve', '--body-limit', 'large'], /Write a size such as 10mb/],
    [['serve', '--log', 'xml'], /Allowed choices are pretty, json, silent/],
    [
      ['serve', '--port', '0', '--specs', 'nowhere.yaml'],
      /nowhere\.yaml cannot be read: the file does not exist/,
    ],
    [
      ['serve', '--host', '192.0.2.1', '--port', '0', '--token', 't'],
      /192\.0\.2\.1:0 is not an address of this machine; choose another with --host/,
    ],
    [['lint', '--provenance', 'vendr'], /Use one or more of page, vendor, vendor-code, inferred/],
    [['lint', 'nowhere'], /nowhere cannot be read: the file does not exist/],
    [['lint', 'test/pages'], /no OpenAPI document was found in test\/pages/],
  ])('%j', async (args, expected) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    if (typeof expected === 'string') expect(err).toBe(expected);
    else expect(err).toMatch(expected);
    expect(err).not.toContain('    at ');
  });

  test('as a process, too', async () => {
    expect((await runProcess('sevre')).code).toBe(2);
  });

  test('an unsupported Node version is reported', async () => {
    const old =
      "data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.19.0' } })";
    const { code, err } = await startProcess(['--help'], { nodeArgs: ['--import', old] }).ended;
    expect(code).toBe(2);
    expect(err).toMatch(
      /^deadringer needs Node 22 from 22\.22\.2, or Node 24\.15 or newer; this is Node 20\.19\.0\. .*\n$/,
    );
  });
});

describe('lint', () => {
  test('finds no errors in the bundled documents', async () => {
    expect(await run('lint')).toEqual({
      code: 0,
      out: expect.stringMatching(/^5 documents \(OpenAPI 3.1.0\), 5 operations, \d+ scenarios: no errors\n$/),
      err: '',
    });
  });

  test('names file, line and column of errors, and exits with 1', async () => {
    const spec = file(
      'wrong.yaml',
      [
        'openapi: 3.1.0',
        'info: { title: Wrong, version: "1" }',
        'paths:',
        '  /a/{id}:',
        '    get:',
        '      operationId: a',
        '      responses:',
        '        "200":',
        '          description: ok',
        '          content:',
        '            application/json:',
        '              schema: { type: integer }',
        '              example: text',
      ].join('\n'),
    );
    const { code, out } = await run('lint', spec);
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      `${spec}:5:5 error {id} in the path is not declared as a path parameter (spec-parameter)`,
      `${spec}:13:15 error the example must be integer; got "text" (${spec}:12) (spec-example)`,
      '1 document (OpenAPI 3.1.0), 1 operation: 2 errors',
      '',
    ]);
  });

  test.each([
    ['broken.yaml', 'openapi: 3.1.0\ninfo: [', /broken\.yaml:2:\d+ error .*\(spec-unreadable\)/],
    ['empty.yaml', '', /empty\.yaml:1:1 error "openapi: 3\.x\.y" is missing/],
    [
      'swagger.yaml',
      'swagger: "1.2"\n',
      /swagger\.yaml:1:1 error this is Swagger 1\.2; documents are Swagger 2\.0/,
    ],
    ['four.yaml', 'openapi: 4.0.0\n', /four\.yaml:1:1 error OpenAPI 4\.0\.0 is not supported/],
  ])('%s cannot be used, and lint exits with 2', async (name, text, expected) => {
    const { code, err } = await run('lint', file(name, text));
    expect(code).toBe(2);
    expect(err).toMatch(expected);
  });

  test('another schema dialect is an error, and the rest of the document is linted', async () => {
    const text =
      'openapi: 3.1.0\njsonSchemaDialect: https://json-schema.org/draft-07/schema\npaths: { /a: [] }\n';
    const { code, out } = await run('lint', file('dialect.yaml', text));
    expect(code).toBe(1);
    expect(out).toMatch(
      /dialect\.yaml:2:1 error the schema dialect https:\/\/json-schema\.org\/draft-07\/schema is not supported/,
    );
    expect(out).toMatch(/dialect\.yaml:3:10 error a path item must be an object \(spec-operation\)/);
  });
});

describe('serve', () => {
  test('and lint skip scenarios whose parts --provenance removes', async () => {
    expect((await run('lint', '--provenance', 'page')).out).toMatch(
      /^\d+ scenarios skipped: --provenance removed parts that they need\n5 documents .*: no errors\n$/,
    );
    const program = start(['serve', '--port', '0', '--provenance', 'page']);
    await program.line(/\d+ scenarios skipped: --provenance removed parts that they need/);
    await program.line(/Press Ctrl-C to stop/);
    program.signal('SIGTERM');
    expect((await program.ended).code).toBe(0);
  });

  test('falls back to the bundled documents, lint does not', async () => {
    const program = startProcess(['serve', '--port', '0'], { cwd: folder });
    await program.line(/serves 5 APIs/);
    await program.line(
      /These are bundled examples: .*\nYour own document: deadringer serve --specs <file>\n/,
    );
    program.child.kill('SIGTERM');
    expect((await program.ended).code).toBe(0);
    const { code, err } = await startProcess(['lint'], { cwd: folder }).ended;
    expect([code, err]).toEqual([
      2,
      'deadringer: no folder "specs" and no openapi.yaml in the working directory; name the documents to check\n',
    ]);
  });

  test('and lint take openapi.yaml of the working folder, without the bundled scenarios', async () => {
    const own = mkdtempSync(path.join(tmpdir(), 'deadringer-own-'));
    onTestFinished(() => rmSync(own, { recursive: true }));
    copyFileSync('test/fixtures/pets.yaml', path.join(own, 'openapi.yaml'));
    const program = startProcess(['serve', '--port', '0'], { cwd: own });
    const [banner] = await program.line(/^deadringer serves 1 API [\s\S]*Press Ctrl-C/);
    expect(banner).not.toContain('bundled');
    expect(banner).toMatch(/\n {2}GET +\/pets {2}listPets\n[\s\S]*\nTry:\n {2}curl http:\S+\/pets\n/);
    program.child.kill('SIGTERM');
    await program.ended;
    expect((await startProcess(['lint'], { cwd: own }).ended).out).toMatch(/1 document/);
  });

  test('prints addresses for this machine when it listens on all addresses', async () => {
    const program = start(['serve', '--port', '0', '--host', '0.0.0.0', '--token', 'FAKE-token']);
    const [, page = ''] = await program.line(/Console: (http:\/\/127\.0\.0\.1:\S+)\n/);
    expect((await fetch(page)).headers.get('content-type')).toBe('text/html; charset=utf-8');
    await program.line(/Try:\n {2}curl .*http:\/\/127\.0\.0\.1:/);
    program.signal('SIGINT');
    expect((await program.ended).code).toBe(0);
  });

  test('prints what it serves and an example, logs one line per request, and stops at Ctrl-C', async () => {
    const program = startProcess(['serve', '--port', '0']);
    const [, url = ''] = await program.line(/serves 5 APIs \(5 operations\) on (\S+)/);
    const [, page] = await program.line(/Console: (\S+)\n/);
    expect(page).toBe(`${url}/__deadringer/`);
    const [, command = ''] = await program.line(/Try:\n +(curl .*)\n/);
    expect(command).toContain(url);
    await fetch(`${url}/masivo/customers/7/devices`, {
      method: 'PATCH',
      headers: { authorization: 'Bearer secret-token' },
    });
    const [line] = await program.line(/PATCH .*ms .*\n/);
    expect(line).toMatch(
      /^PATCH {3}\/masivo\/customers\/7\/devices registerCustomerDevice 400 \d+\.\dms request body is required and missing \(specs\/masivo\.yaml:\d+\)\n$/,
    );
    program.child.kill('SIGINT');
    const { code, out, err } = await program.ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).not.toContain('secret-token');
    // No colours: the output is no terminal.
    expect(out).not.toContain('\u001b[');
  });

  test('stops immediately at the second Ctrl-C, even with open requests', async () => {
    const program = startProcess(['serve', '--port', '0', '--specs', 'test/fixtures/pets.yaml']);
    const [, url = ''] = await program.line(/serves 1 API .* on (\S+)/);
    await fetch(`${url}/__deadringer/sessions/default/delivery`, { method: 'PUT', body: '{"fault":"hang"}' });
    const pending = fetch(`${url}/pets/pets`);
    await program.line(/GET +\/pets\/pets/);
    program.child.kill('SIGINT');
    await program.line(/press Ctrl-C again/);
    program.child.kill('SIGINT');
    await expect(pending).rejects.toThrow('fetch failed');
    expect((await program.ended).code).toBe(130);
  });

  test('logs JSON with --log json, and nothing with --log silent', async () => {
    const json = start(['serve', '--port', '0', '--log', 'json']);
    const [, url = ''] = await json.line(/"listening":"([^"]+)"/);
    await fetch(`${url}/nowhere?token=secret-token`);
    const [line] = await json.line(/.*no-such-path.*\n/);
    expect(JSON.parse(line)).toMatchObject({
      method: 'GET',
      path: '/nowhere',
      status: 404,
      problem: 'no-such-path',
      findings: [],
    });
    json.signal('SIGTERM');
    const ended = await json.ended;
    expect(ended.code).toBe(0);
    expect(ended.out).not.toContain('secret-token');
  });

  test('does not start on a port in use', async () => {
    const first = start(['serve', '--port', '0', '--log', 'json']);
    const [, port = ''] = await first.line(/"listening":"http:\/\/127\.0\.0\.1:(\d+)"/);
    const { code, err } = await run('serve', '--port', port);
    expect(code).toBe(2);
    expect(err).toBe(
      `deadringer: 127.0.0.1:${port} is already in use; stop the other process, or choose another port with --port (0: any free port)\n`,
    );
    first.signal('SIGTERM');
    await first.ended;
  });

  test('does not start with --strict if a schema does not compile, and names its line', async () => {
    const spec = file(
      'uncompilable.yaml',
      [
        'openapi: 3.1.0',
        'info: { title: Broken, version: "1" }',
        'paths:',
        '  /a:',
        '    get:',
        '      responses:',
        '        "200":',
        '          description: ok',
        '          content:',
        '            application/json:',
        '              schema: { type: strnig }',
      ].join('\n'),
    );
    const { code, err } = await run('serve', '--strict', '--specs', spec, '--port', '0');
    expect(code).toBe(2);
    expect(err).toMatch(/uncompilable\.yaml:11:\d+ error "type" must be one of .*"strnig" \(spec-schema\)/);
  });
});
