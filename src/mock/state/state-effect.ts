// What a request did to the stored state: recorded with the event, told in header fields of the response.

/** What happened. The token of the field x-deadringer-state. */
export type StateToken =
  | 'read'
  | 'listed'
  | 'created'
  | 'replaced'
  | 'updated'
  | 'deleted'
  | 'unchanged'
  | 'missing'
  | 'conflict'
  | 'precondition-failed'
  | 'patch-failed'
  | 'bad-cursor'
  | 'full';

export interface StateEffect {
  readonly token: StateToken;
  /** Name of the resource. */
  readonly resource: string;
  /** Undefined for a list, and for an item that was not created. */
  readonly id: string | undefined;
  /** The exchange that wrote the item before this one; undefined: it is new, or an example of the document. */
  readonly writtenBy?: string | undefined;
  /** JSON Pointers into the item, or into the body of a list: what the response does not show, because its schema does not admit it. */
  readonly leftOff: readonly string[];
  /** Names of query parameters that have no effect on the list. */
  readonly ignored: readonly string[];
}

/** An Item with the parameter "partial", whose value lists pointers (RFC 9651 sections 3.3 and 3.1.2). */
export function stateField({ token, leftOff }: StateEffect): string {
  return leftOff.length === 0 ? token : `${token}; partial=${quoted(leftOff.map(withoutBlanks).join(' '))}`;
}

/** A List of Strings (RFC 9651 section 3.1); undefined: nothing is ignored. */
export function ignoredField({ ignored }: StateEffect): string | undefined {
  return ignored.length === 0 ? undefined : ignored.map(quoted).join(', ');
}

const MAX_TEXT = 1000;

/** A String has printable ASCII only: other characters are percent-encoded. */
function quoted(text: string): string {
  const ascii = text
    .slice(0, MAX_TEXT)
    .replaceAll(/[^\x20-\x7e]/gu, character => encodeURIComponent(character.toWellFormed()));
  return `"${ascii.replaceAll(/[\\"]/g, '\\$&')}"`;
}

/** The pointer of a whole body is empty, which a list of pointers does not show: it is written as a URI fragment. */
function withoutBlanks(pointer: string): string {
  return pointer === '' ? '#' : pointer.replaceAll(' ', '%20');
}
