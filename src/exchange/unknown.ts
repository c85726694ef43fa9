// What a recording does not contain of a message. The judges report it as not checkable, never as missing or wrong.
import { header, type Request } from './exchange.ts';
import { isCredentialMark } from './redaction-marks.ts';

/** What `withheld` contains when the recording leaves out header fields without naming them. */
export const ANY_FIELD = '*';

type Evidence = Pick<Request, 'headers' | 'withheld' | 'mayBeMasked'>;

/** @param name a header field in lower case, or a pointer such as "/query/api_key" */
export function isWithheld({ withheld }: Pick<Evidence, 'withheld'>, name: string): boolean {
  return withheld !== undefined && (withheld.includes(name) || withheld.includes(ANY_FIELD));
}

/**
 * True for a header field that the recording leaves out or contains as a mark, such as "Authorization: [Filtered]".
 * @param name in lower case
 */
export function isUnknownField(message: Evidence, name: string): boolean {
  const value = header(message.headers, name) ?? '';
  return value === '' ? isWithheld(message, name) : message.mayBeMasked === true && isCredentialMark(value);
}
