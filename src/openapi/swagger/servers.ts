// Converts "host", "basePath" and "schemes" of Swagger 2.0 to servers.
import type { DocumentNode } from '../../document/documents.ts';
import type { Conversion, ObjectNode } from './conversion.ts';

/** @param schemes of the operation or the document */
export function serversOf(
  conversion: Conversion,
  root: ObjectNode,
  schemes: DocumentNode | undefined,
): unknown {
  const { host, basePath } = root.value;
  const path = typeof basePath === 'string' ? basePath.replace(/^(?!\/)/, '/') : '';
  if (path !== '' && path !== basePath)
    conversion.report(
      'spec-invalid',
      root,
      `"basePath" must begin with "/": it is read as ${path}`,
      'basePath',
    );
  const place = conversion.child(root, host === undefined ? 'basePath' : 'host') ?? root;
  const listed = Array.isArray(schemes?.value) ? schemes.value.filter(each => typeof each === 'string') : [];
  const urls = typeof host === 'string' && host !== '' ? hostUrls(host, listed) : [path === '' ? '/' : path];
  return conversion.from(
    place,
    urls.map(url => conversion.from(place, { url })),
  );

  function hostUrls(text: string, names: readonly string[]): string[] {
    const [, scheme, name = ''] =
      /^(?:([a-z][a-z\d+.-]*):)?(?:\/\/)?([^/?#]*)/i.exec(text.replace(/^(?=[^/]*:\d)/, '//')) ?? [];
    if (name !== text)
      conversion.report(
        'spec-invalid',
        root,
        `"host" is a name and a port only: it is read as ${name}`,
        'host',
      );
    const all = names.length > 0 ? names : scheme === undefined ? [''] : [scheme];
    return all.map(each => `${each === '' ? '' : `${each}:`}//${name}${path}`);
  }
}
