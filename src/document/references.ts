// References between documents: from a $ref to the file and pointer it names, and back.

/**
 * The file and the JSON Pointer that a `$ref` names (RFC 3986 section 5, RFC 6901 section 6).
 * @param base the URL of the file that contains the reference
 */
export function resolveReference(base: string, ref: string): { uri: string; pointer: string } {
  const hash = ref.indexOf('#');
  const file = hash < 0 ? ref : ref.slice(0, hash);
  const fragment = hash < 0 ? '' : ref.slice(hash + 1);
  // A text that is not a URL is kept: no document has such a URL.
  const uri = file === '' ? base : (URL.parse(file, base)?.href ?? file);
  try {
    return { uri, pointer: decodeURIComponent(fragment) };
  } catch {
    return { uri, pointer: fragment };
  }
}

/** The absolute reference to a node, percent-encoded for a URI. */
export function toReference(node: { readonly uri: string; readonly pointer: string }): string {
  return `${node.uri}#${node.pointer.toWellFormed().split('/').map(encodeURIComponent).join('/')}`;
}
