// Personal data, which is redacted on request: names that stand for it, and texts that are personal by their form.

/** Names of secrets of an API, in lower case, besides those that are secret everywhere. */
export interface SecretNames extends ReadonlySet<string> {
  /** True: personal data is redacted like secrets. */
  readonly personal?: boolean;
}

export function withPersonalData(names: ReadonlySet<string>): SecretNames {
  return Object.assign(new Set(names), { personal: true });
}

/** Words of a name in lower case, joined by "_": English, Spanish, Portuguese, French, Italian, German, Dutch. */
const PERSONAL_NAME = new RegExp(
  `(?:^|_)(?:${[
    'e_?mails?(?:_?addr(?:ess)?)?|mail_?address|correos?(?:_electronicos?)?|courriel|posta_elettronica',
    '(?:tele|cell?|mobile_?)?phones?(?:_?(?:no|nr|num|number|numbers))?|mobile_?(?:no|nr|num|number)|msisdn|fax(?:_?number)?|whats_?app|tel|telefone?|telefono|celular|movil|telefonnummer|handynummer|telefoonnummer|cellulare|telemovel|mobile',
    '(?:first|last|middle|given|family|full|maiden|legal|birth|sur|nick|fore)_?names?|surnames?|(?:customer|user|client|contact|holder|card_?holder|account_?holder|owner|patient|employee|member|guest|passenger|recipient|sender|beneficiary|billing|shipping|person|author|driver)_?names?|card_?holder',
    'apellidos?|nombres?_?(?:completo|y_apellidos?)|nombres|primer_nombre|segundo_nombre|nome_?completo|nome_(?:da_)?mae|sobrenomes?|apelido|prenom|nom_?(?:complet|de_famille|famille)|cognome|vorname|nachname|familienname|voornaam|achternaam',
    '(?:date_?of_?)?birth(?:_?(?:date|day|place))?|dob|(?:fecha|data|date)_?(?:de_?|di_?)?(?:nacimiento|nascimento|nascita|naissance)|nascimento|nacimiento|geburts(?:datum|tag)|geboortedatum',
    '(?:(?:street|postal|home|mailing|billing|shipping|delivery|residential)_?)?address(?:es)?(?:_?(?:line)?_?\\d)?|address_?line|street(?:_?(?:name|number|line|\\d))?|direccion(?:es)?|domicilio|calle|endereco|logradouro|bairro|adresse|rue|indirizzo|anschrift|strasse|hausnummer|adres|straat',
    '(?:zip|post(?:al)?)_?codes?|zip|codigo_?postal|cep|code_?postal|plz|postleitzahl|postcode',
    'cpf|cnpj|rg|curp|rfc|rut|cuit|cuil|dni|nie|nif|cif|nino|nrn|bsn|pesel|cedula|ssn|itin|ein|aadhaar|pan_?(?:card|number)|codice_?fiscale|steuer_?(?:id|nummer)|numero_?(?:de_?)?(?:documento|identidad|identificacion|securite_sociale)|(?:national|citizen|tax(?:payer)?|identity|personal)_?(?:id|number|code|identification)(?:_?number)?|social_?security(?:_?(?:no|number))?|passports?(?:_?(?:no|num|number|id))?|pasaporte|passaporte|passeport|passaporto|reisepass|driver_?s?_?licen[cs]e(?:_?number)?|document_?number|id_?card(?:_?number)?',
    'iban|bic|bank_?account(?:_?(?:no|number))?|account_?number|routing_?number|sort_?code|clabe|cbu|(?:credit_?|debit_?|bank_?)?card_?(?:no|num|number)|credit_?card|numero_?(?:de_?)?(?:tarjeta|cartao|carte|cuenta|conta)|kartennummer|kontonummer',
    'ip|ip_?(?:v[46]_?)?addr(?:ess)?|(?:client|remote|user|source|src|last|login|peer)_?ip|remote_?addr(?:ess)?|forwarded|x_forwarded_for|direccion_ip|gender|sexo|genero',
  ].join('|')})$`,
);

/** Names of facts about a program or machine, whose values may look like an IP address. */
const TECHNICAL_NAME = /version|host|server|agent|engine|build|origin|referer|^via$/i;

/** True for a name whose value is personal data. The last words of the name decide: "customerEmail", "billing_address". */
export function isPersonalName(name: string): boolean {
  if (name.length > 100) return false;
  const words = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1_')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_');
  return PERSONAL_NAME.test(words.replace(/^_|_$/g, ''));
}

/** RFC 5321; the sign may be percent-encoded. */
const EMAIL =
  /(?<![\p{L}\p{N}_.+-])[\p{L}\p{N}_.+-]{1,64}(?:@|%40)(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}/gu;
/** ITU-T E.164 with its plus sign, with or without separators. */
const PHONE = /(?<![\w+.])\+[1-9]\d{0,2}(?:[ ().-]{0,2}\d){6,13}(?!\w)/g;
/** ISO 13616: country, check digits, and up to 30 characters. */
const IBAN = /(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?(?!\w)/g;
/** ISO/IEC 7812: the lengths and first digits of the large card networks. */
const CARD =
  /(?<![\w.-])(?:(?:[4-6]|2(?=[ -]?[2-7]))(?:[ -]?\d){15}|3(?=[ -]?[47])(?:[ -]?\d){14}|3(?=[ -]?[0689])(?:[ -]?\d){13})(?![\w.-]*\d)/g;
/** Not a version of a program ("name/1.2.3.4") and not the host of a URL, but a segment of a path. */
const IPV4 =
  /(?:(?<![\w./:@-])|(?<=\/[\w.%~-]{1,60}\/))(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?=\d)|(?!\.?\d))){4}(?![\w:/-])/g;
const IPV6 =
  /(?<![\w:.])(?=[\da-f:]{0,39}[\da-f])(?:(?:[\da-f]{1,4}:){7}[\da-f]{1,4}|(?:[\da-f]{1,4}:){0,6}[\da-f]{0,4}::(?:[\da-f]{1,4}:){0,6}[\da-f]{0,4})(?![\w:.])/gi;

/** Replaces what is personal by its form: e-mail addresses, phone numbers, bank accounts and payment cards. */
export function replacePersonalForms(text: string, placeholder: (value: string) => string): string {
  // The parts around "@" are replaced one by one, so that "%40" is kept.
  let replaced = /@|%40/.test(text)
    ? text.replace(EMAIL, email =>
        email
          .split(/(@|%40)/)
          .map(part => (/^(?:@|%40)$/.test(part) ? part : placeholder(part)))
          .join(''),
      )
    : text;
  if (!/\d/.test(text)) return replaced;
  if (replaced.includes('+')) replaced = replaced.replace(PHONE, placeholder);
  return replaced
    .replace(IBAN, value => (isIban(value) ? placeholder(value) : value))
    .replace(CARD, value => (isCardNumber(value) ? placeholder(value) : value));
}

/** Replaces IP addresses in a value. @param name of the value */
export function replaceIpAddresses(
  text: string,
  name: string | undefined,
  placeholder: (value: string) => string,
): string {
  if (name !== undefined && TECHNICAL_NAME.test(name)) return text;
  const replaced = text.includes('.') ? text.replace(IPV4, placeholder) : text;
  return replaced.includes(':') ? replaced.replace(IPV6, placeholder) : replaced;
}

/** ISO 7064, MOD 97-10. */
function isIban(text: string): boolean {
  const compact = text.replaceAll(' ', '');
  const digits = `${compact.slice(4)}${compact.slice(0, 4)}`.replace(/[A-Z]/g, letter =>
    String(Number.parseInt(letter, 36)),
  );
  return compact.length >= 15 && BigInt(digits) % 97n === 1n;
}

/** The checksum of Luhn (ISO/IEC 7812-1, annex B). A text of zeros is a placeholder. */
function isCardNumber(text: string): boolean {
  const digits = [...text.replace(/\D/g, '')].toReversed().map(Number);
  const sum = digits.reduce(
    (total, digit, index) => total + (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2),
    0,
  );
  return sum % 10 === 0;
}
