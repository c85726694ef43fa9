// Tests of which names and texts are personal data.
import { describe, expect, test } from 'vitest';
import {
  isPersonalName,
  replaceIpAddresses,
  replacePersonalForms,
} from '../../src/exchange/personal-data.ts';

const marked = (value: string): string => '*'.repeat(value.length);

describe('a name stands for personal data', () => {
  test.for([
    'email',
    'contactEmail',
    'E-Mail',
    'user.email',
    'correo_electronico',
    'phoneNumber',
    'teléfono',
    'celular',
    'lastName',
    'customer_name',
    'apellidos',
    'sobrenome',
    'prénom',
    'Nachname',
    'dateOfBirth',
    'fecha_nacimiento',
    'data_de_nascimento',
    'Geburtsdatum',
    'shippingAddress',
    'address_line_2',
    'endereço',
    'postal_code',
    'cep',
    'cpf',
    'cnpj',
    'ssn',
    'nif',
    'dni',
    'passportNumber',
    'iban',
    'cardNumber',
    'clientIp',
    'X-Forwarded-For',
  ])('%s', name => {
    expect(isPersonalName(name)).toBe(true);
  });
});

test('names of other facts are no personal data', () => {
  const names = ['name', 'email_verified', 'phone_type', 'zone', 'platform', 'shipment', 'tip', 'recipe'];
  expect(names.filter(isPersonalName)).toEqual([]);
  expect(isPersonalName(`${'a'.repeat(100)}_email`)).toBe(false);
});

describe('a text is personal by its form', () => {
  test.for([
    ['write to ada@example.org.', 'write to ***@***********.'],
    ['/users/ada%40example.org/x', '/users/***%40***********/x'],
    ['call +49 (170) 123-4567 now', 'call ****************** now'],
    ['IBAN GB82 WEST 1234 5698 7654 32', 'IBAN ***************************'],
    ['paid with 4111-1111-1111-1111', 'paid with *******************'],
    ['378282246310005', '***************'],
  ] as const)('%s', ([text, expected]) => {
    expect(replacePersonalForms(text, marked)).toBe(expected);
  });

  test.for([
    '4111111111111112',
    '1732821500000',
    'GB83WEST12345698765432',
    '2026-11-28T12:00:00+01:00',
    '@types/node',
    'a + 1234567',
  ])('%s is not', text => {
    expect(replacePersonalForms(text, marked)).toBe(text);
  });
});

test('IP addresses are personal, but not versions, hosts of URLs and technical fields', () => {
  const replaced = (text: string, name?: string): string => replaceIpAddresses(text, name, marked);
  expect(replaced('from 203.0.113.7, 2001:db8::7')).toBe('from ***********, ***********');
  expect(replaced('GET /devices/203.0.113.7')).toBe('GET /devices/***********');
  const others =
    'Browser/120.0.0.0 http://127.0.0.1:80/ 1.2.3 1.2.3.4.5 300.1.1.1 12:30:45 aa:bb:cc:dd:ee:ff';
  expect(replaced(others)).toBe(others);
  expect(replaced('1.2.3.4', 'appVersion')).toBe('1.2.3.4');
});
