// Which values are secret by a name: in other languages, by a label beside the value, or because a token stands in its place.
import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { type Exchange, isRecorded } from '../../src/exchange/exchange.ts';
import { redact, redactWith } from '../../src/exchange/redact.ts';
import { isSecretName } from '../../src/exchange/secrets.ts';

const NONE: ReadonlySet<string> = new Set();

function exchangeOf(type: string, body: string, query = ''): Exchange {
  return {
    id: 'x',
    startedAt: 1,
    duration: 1,
    request: {
      method: 'POST',
      path: '/things',
      query,
      headers: { 'content-type': [type] },
      body: Buffer.from(body),
    },
  };
}

function redactedBody(type: string, body: string): string {
  const { request } = redact(exchangeOf(type, body), NONE);
  return isRecorded(request.body) ? Buffer.from(request.body).toString('utf8') : 'not recorded';
}

describe('a label beside a value makes it secret', () => {
  test.for([
    ['a list of headers', '[{"name":"Authorization","value":"Bearer Tulip-77"}]'],
    ['the value before its label', '{"value":"Tulip-77","name":"password"}'],
    ['key and value', '{"env":[{"key":"STRIPE_API_KEY","value":"Tulip-77"}]}'],
    ['a field of a form builder', '{"fields":[{"id":"new_password","type":"text","value":"Tulip-77"}]}'],
    ['a label of two words', '{"label":"Client secret","value":"Tulip-77"}'],
    ['a list of pairs', '{"headers":[["accept","*"],["Authorization","Bearer Tulip-77"]]}'],
    ['pairs with lists of values', '[["password",["Tulip-77"]]]'],
    ['a value that is an object', '{"name":"credentials","value":{"user":"Tulip-77"}}'],
    ['a value in a list', '{"name":"tokens","values":["Tulip-77"]}'],
    ['blanks between the members', '{ "name" : "pwd",\n  "value" : "Tulip-77" }'],
  ])('JSON: %s', ([, body = '']) => {
    const shown = redactedBody('application/json', body);
    expect(shown).not.toContain('Tulip-77');
    expect(() => JSON.parse(shown)).not.toThrow();
  });

  test.for([
    ['a form', 'application/x-www-form-urlencoded', 'name=password&value=Tulip-77'],
    [
      'a form with lists',
      'application/x-www-form-urlencoded',
      'f[0][name]=user&f[0][value]=ana&f[1][name]=token&f[1][value]=Tulip-77',
    ],
    ['a form with dots', 'application/x-www-form-urlencoded', 'f.0.value=Tulip-77&f.0.key=api_key'],
    ['YAML', 'application/yaml', 'env:\n  - name: DB_PASSWORD\n    value: Tulip-77\n'],
    ['XML', 'application/xml', '<e><name>password</name>\n<value>Tulip-77</value></e>'],
  ])('%s', ([, type = '', body = '']) => {
    expect(redactedBody(type, body)).not.toContain('Tulip-77');
  });

  test('the values of other labels are kept', () => {
    const body = '[{"name":"user","value":"maria"},{"name":"password","value":"Tulip-77"}]';
    expect(redactedBody('application/json', body)).toContain('"value":"maria"');
    const pairs = '{"fields":["password","email"],"rows":[["user","password"],["maria","x"]]}';
    expect(redactedBody('application/json', pairs)).toBe(pairs);
    const sentence = '{"name":"The token of my appreciation for you","value":"a card"}';
    expect(redactedBody('application/json', sentence)).toBe(sentence);
    expect(redactedBody('application/x-www-form-urlencoded', 'name=user&value=maria')).toBe(
      'name=user&value=maria',
    );
  });
});

describe('names of secrets in other languages', () => {
  test.for([
    'senha',
    'minhaSenha',
    'nova_senha',
    'contraseña',
    'contrasena',
    'clave',
    'mot_de_passe',
    'motDePasse',
    'mdp',
    'Passwort',
    'kennwort',
    'wachtwoord',
    'hasło',
    'heslo',
    'şifre',
    'пароль',
    '密码',
    '用户密码',
    'パスワード',
    '비밀번호',
  ])('%s is secret', name => {
    expect(isSecretName(name)).toBe(true);
  });

  test.for(['desenhar', 'enclave', 'conclave', 'parolay', 'secretaria', 'klave', 'name', 'title'])(
    '%s is not',
    name => {
      expect(isSecretName(name)).toBe(false);
    },
  );
});

describe('a token in the place of a name', () => {
  const TOKEN = 'Hq7vXw2LmPz9Rt4Ya6Kc8Bd1';

  test('it is a secret in messages too when it is the whole query', () => {
    const { exchange, scrub } = redactWith(exchangeOf('text/plain', '', TOKEN), NONE);
    expect(exchange.request.query).not.toContain(TOKEN);
    expect(scrub(`query parameter "${TOKEN}" is not declared`)).not.toContain(TOKEN);
  });

  test('it is a secret as the name of a member of JSON and of a form field', () => {
    for (const [type, body] of [
      ['application/json', `{"${TOKEN}":1}`],
      ['application/x-www-form-urlencoded', `${TOKEN}=1`],
    ] as const) {
      expect(redactedBody(type, body)).not.toContain(TOKEN);
    }
  });

  test('long names are kept', () => {
    const body = '{"customerNotificationPreferencesUpdatedAt":1,"x-rate-limit-remaining-per-hour":2}';
    expect(redactedBody('application/json', body)).toBe(body);
  });
});
