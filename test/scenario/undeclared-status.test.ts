// Findings of replies with a status that the document does not declare: one round of corrections is enough.
import { expect, test } from 'vitest';
import { loadContract } from '../../src/openapi/load.ts';
import { lintScenarioText } from '../../src/scenario/lint-text.ts';

const { contract } = await loadContract(['test/fixtures/pets.yaml'], { relativeTo: process.cwd() });

function findingsOf(on: string, reply: string): string[] {
  const text = `title: x\nrules:\n  - on: ${JSON.stringify(on)}\n    reply: ${reply}\n`;
  return lintScenarioText(contract, 'x.yaml', ['pets', 'x'], text, undefined).findings.map(
    ({ message }) => message,
  );
}

test.each([
  ['418', 418, '{ message: "Status 418" }'],
  ['{ status: 599 }', 599, '{ message: "Status 599" }'],
  ['304', 304, 'null'],
])(
  '%s: the message asks for body and reason at once, and its reply is without findings',
  (reply, status, body) => {
    const snippet = `{ status: ${status}, body: ${body}, off-contract: "the reason" }`;
    expect(findingsOf('listPets', reply)).toEqual([
      `listPets declares no response ${status} (declared: 200, 503): give a body, and the reason as "off-contract": ${snippet}`,
    ]);
    expect(findingsOf('listPets', snippet)).toEqual([]);
  },
);

test('a reply with a reason needs only the body', () => {
  expect(findingsOf('listPets', '{ status: 418, off-contract: seen }')).toEqual([
    'listPets declares no response 418 (declared: 200, 503), so the reply needs a body',
  ]);
});

test('a rule for every operation has each finding once', () => {
  const findings = findingsOf('*', '{ body: {} }');
  expect(findings.length).toBeGreaterThan(1);
  expect(findings).toEqual([...new Set(findings)]);
});
