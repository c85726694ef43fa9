// Generated bodies of error responses name the status, and not whatever a text of that name says elsewhere.
import { beforeAll, describe, expect, test } from 'vitest';
import { serveText } from './serve-schemas.ts';

const string = { type: 'string' };
const integer = { type: 'integer' };
const object = (properties: object): object => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
const problem = object({ type: string, title: string, status: integer, detail: string });
const SCHEMAS: Readonly<Record<string, object>> = {
  400: object({
    code: integer,
    errors: { type: 'array', items: object({ field: string, message: string }) },
  }),
  401: object({ error: object({ code: string, message: string, email: string }) }),
  403: object({
    status: string,
    error: string,
    errorMessage: string,
    countryCode: string,
    success: { type: 'boolean' },
  }),
  404: problem,
  409: object({ code: { type: 'integer', maximum: 9 }, message: { type: 'string', maxLength: 10 } }),
  418: object({ code: { enum: ['TEAPOT'] }, message: string }),
  200: object({ code: string, message: string, status: integer }),
};
const response = (schema: object): object => ({
  description: 'A response.',
  content: { 'application/json': { schema } },
});

const bodies = new Map<string, unknown>();
beforeAll(async () => {
  const responses = Object.fromEntries(
    Object.entries(SCHEMAS).map(([status, schema]) => [status, response(schema)]),
  );
  const done: (() => Promise<void>)[] = [];
  const served = await serveText(
    'api.json',
    JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'Errors', version: '1' },
      paths: { '/x': { get: { responses: { ...responses, default: response(problem) } } } },
    }),
    cleanUp => done.push(cleanUp),
  );
  for (const status of [...Object.keys(SCHEMAS), '503']) {
    const { text, findings } = await served.ask(`/x?__code=${status}`);
    expect({ status, findings }).toEqual({ status, findings: [] });
    bodies.set(status, JSON.parse(text));
  }
  for (const cleanUp of done.toReversed()) await cleanUp();
});

describe('the generated body of an error', () => {
  test('says what the status means', () => {
    expect(bodies.get('404')).toMatchObject({
      title: 'Not Found',
      status: 404,
      detail: 'The resource does not exist.',
    });
    expect(bodies.get('403')).toMatchObject({
      status: '403',
      error: 'Forbidden',
      errorMessage: 'Access is denied.',
      countryCode: expect.stringMatching(/^[A-Z]{2}$/),
      success: false,
    });
    expect(bodies.get('503')).toMatchObject({ title: 'Service Unavailable', status: 503 });
  });

  test('says so in objects and lists, too, and leaves other members as they are', () => {
    expect(bodies.get('401')).toMatchObject({
      error: { code: 'UNAUTHORIZED', message: 'The credentials are missing or not valid.' },
    });
    expect(bodies.get('401')).toMatchObject({ error: { email: expect.stringMatching(/@example/) } });
    expect(bodies.get('400')).toMatchObject({
      code: 400,
      errors: expect.arrayContaining([expect.objectContaining({ message: 'The request is not valid.' })]),
    });
  });

  test('obeys its schema first', () => {
    expect(bodies.get('418')).toMatchObject({ code: 'TEAPOT', message: "I'm a Teapot" });
    expect((bodies.get('409') as { code: number }).code).toBeLessThan(10);
  });

  test('has no effect on a success', () => {
    expect(bodies.get('200')).not.toMatchObject({ code: 'OK' });
    expect((bodies.get('200') as { code: string }).code).toMatch(/^CODE-\d+$/);
  });
});
