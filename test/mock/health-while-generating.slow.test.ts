// A server that generates bodies of large graphs of schemas answers other requests in between.
import { expect, test } from 'vitest';
import { createRandom } from './satisfiable-schemas.ts';
import { serveSchemas } from './serve-schemas.ts';

const SCHEMAS = 400;
const OPERATIONS = 40;

/** Inheritance, lists and choices in all directions, as in the documents of large office suites. */
function entityModel(): Record<string, unknown> {
  const random = createRandom(7);
  const ref = (): object => ({ $ref: `#/components/schemas/E${Math.floor(random() * SCHEMAS)}` });
  const schemas: Record<string, unknown> = {};
  for (let index = 0; index < SCHEMAS; index++) {
    const properties: Record<string, unknown> = { id: { type: 'string' }, kind: { type: 'string' } };
    for (let link = 0; link < 8; link++)
      properties[`link${link}`] =
        link % 2 === 0
          ? { type: 'array', items: ref() }
          : { anyOf: [ref(), { type: 'object', properties: { next: ref() } }] };
    const own = { type: 'object', required: ['kind'], properties };
    schemas[`E${index}`] =
      index === 0
        ? { ...own, discriminator: { propertyName: 'kind' } }
        : { allOf: [{ $ref: `#/components/schemas/E${Math.floor(index / 4)}` }, own] };
  }
  return schemas;
}

test('health is answered between the bodies of a large graph, and each body costs little', async () => {
  const responses = Object.fromEntries(
    Array.from({ length: OPERATIONS }, (_, index) => [
      `e${index}`,
      { $ref: `#/components/schemas/E${index * 7}` },
    ]),
  );
  const served = await serveSchemas({ responses, components: entityModel() });
  await served.ask('/e0');
  // The first request to the control API loads its modules, in many small steps of their own.
  await fetch(`${served.url}/__deadringer/health`);
  const order: string[] = [];
  const before = process.cpuUsage();
  await Promise.all(
    Object.keys(responses).flatMap(name => [
      served.ask(`/${name}?__dynamic=true`).then(({ status, text }) => {
        expect({ status, isModerate: text.length < 100_000 }).toEqual({ status: 200, isModerate: true });
        order.push('body');
      }),
      fetch(`${served.url}/__deadringer/health`).then(async response => {
        expect(response.status).toBe(200);
        await response.text();
        order.push('health');
      }),
    ]),
  );
  const { user, system } = process.cpuUsage(before);
  const first = order.indexOf('health');
  expect(first).toBeLessThan(order.lastIndexOf('body'));
  expect(order.slice(first).filter(each => each === 'body').length).toBeGreaterThan(OPERATIONS / 4);
  // In microseconds of processor time: a second for each body, which is far more than it takes.
  expect((user + system) / OPERATIONS).toBeLessThan(1_000_000);
});
