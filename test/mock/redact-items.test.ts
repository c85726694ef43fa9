// Secrets in stored items: what is shown, and what an edited item keeps.
import { beforeAll, expect, test } from 'vitest';
import { parseExactJson, writeExactJson } from '../../src/exchange/exact-json.ts';
import { redactItems, restoreSecrets } from '../../src/mock/state/redact-items.ts';
import { loadContract } from '../../src/openapi/load.ts';
import type { ApiSpec } from '../../src/openapi/model.ts';

let api: ApiSpec;
beforeAll(async () => {
  const { contract } = await loadContract(['test/fixtures/todos.yaml'], { relativeTo: process.cwd() });
  api = contract.apis[0] as ApiSpec;
});

const STORED =
  '{"id":9007199254740993,"name":"Ana","password":"hunter22","keys":[{"token":"FAKE-1a"},{"token":"FAKE-2b"}],"pin":9007199254740995,"__proto__":{"secret":"FAKE-3c"}}';
const SHOWN =
  '{"id":9007199254740993,"name":"Ana","password":"xxxxxx00","keys":[{"token":"XXXX-0x"},{"token":"XXXX-0x"}],"pin":1111111111111111,"__proto__":{"secret":"XXXX-0x"}}';

/** @param edit of the text that is shown */
function edited(edit: (shown: string) => string): string {
  const stored = parseExactJson(STORED);
  const shown = redactItems(api, stored);
  return writeExactJson(restoreSecrets(parseExactJson(edit(writeExactJson(shown))), shown, stored));
}

test('secrets are placeholders, and all else is as it was', () => {
  expect(writeExactJson(redactItems(api, parseExactJson(STORED)))).toBe(SHOWN);
  const harmless = parseExactJson('{"id":1,"name":"Ana"}');
  expect(redactItems(api, harmless)).toBe(harmless);
});

test('an edit keeps the secrets that it shows as placeholders', () => {
  expect(edited(shown => shown)).toBe(STORED);
  expect(edited(shown => shown.replace('"Ana"', '"Bea"'))).toBe(STORED.replace('"Ana"', '"Bea"'));
});

test('an edit replaces a secret, removes one, and adds others', () => {
  expect(edited(shown => shown.replace('xxxxxx00', 'changed1'))).toBe(STORED.replace('hunter22', 'changed1'));
  expect(edited(shown => shown.replace(',"pin":1111111111111111', ''))).toBe(
    STORED.replace(',"pin":9007199254740995', ''),
  );
  expect(edited(shown => shown.replace('[{', '[{"token":"FAKE-new"},{'))).toBe(
    STORED.replace('[{', '[{"token":"FAKE-new"},{'),
  );
  expect(edited(() => '[1]')).toBe('[1]');
  expect(edited(() => '{"keys":{"0":{"token":"XXXX-0x"}}}')).toBe('{"keys":{"0":{"token":"XXXX-0x"}}}');
});
