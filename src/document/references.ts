// References between documents: from a $ref to the file and pointer it names, and back.

export function resolveReference(base: string, ref: string): { uri: string; pointer: string } {
  const hash = ref.indexOf('#');
  const file = hash < 0 ? ref : ref.slice(0, hash);
  const fragment = hash < 0 ? '' : ref.slice(hash + 1);
  // What is no URL at all is kept as it is written: no document has been loaded from there.
  const uri = file === '' ? base : (URL.parse(file, base)?.href ?? file);
  try {
    return { uri, pointer: decodeURIComponent(fragment) };
  } catch {
    return { uri, pointer: fragment };
  }
}

/** The reference that names a part absolutely, escaped for use inside a URI. */
export function toReference(node: { readonly uri: string; readonly pointer: string }): string {
  return `${node.uri}#${node.pointer.split('/').map(encodeURIComponent).join('/')}`;
}
