// Header fields that a recording does not contain as they were sent.
import { header, isWithheld, type Request } from './exchange.ts';
import { isCredentialMark } from './redaction-marks.ts';

/**
 * True for a header field that the recording leaves out or contains as a mark, such as "Authorization: [Filtered]".
 * @param name in lower case
 */
export function isUnknownField(
  message: Pick<Request, 'headers' | 'withheld' | 'mayBeMasked'>,
  name: string,
): boolean {
  const value = header(message.headers, name) ?? '';
  return value === '' ? isWithheld(message, name) : message.mayBeMasked === true && isCredentialMark(value);
}
