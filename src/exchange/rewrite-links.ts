// Rewrites links to a service in header fields of its responses, so that the next request comes to this server too.

import { mapHeaderLinks } from './links.ts';

/** Where the links of a response lead, and where they shall lead. */
export interface LinkMapping {
  /** Whether links to this host, "api.example.com:8443", lead to the service. */
  readonly isService: (authority: string) => boolean;
  /** The path here of a path, with query and fragment, at the service; undefined: it does not belong to the API. */
  readonly mapPath: (path: string) => string | undefined;
  /** The origin of this server; undefined: the client did not name it. */
  readonly origin: string | undefined;
}

/** @returns the value of a header field as the client gets it. Values of other fields, and links to other hosts, stay */
export function rewriteHeaderLinks(name: string, value: string, mapping: LinkMapping): string {
  return mapHeaderLinks(name, value, link => mapLink(link, mapping));
}

/** A link that begins with the host of the service or with "/", as a link to this server; any other link stays. */
function mapLink(link: string, { isService, mapPath, origin = '' }: LinkMapping): string {
  if (/^\/(?!\/)/.test(link)) return mapPath(link) ?? link;
  const [, authority = '', rest = ''] = /^(?:https?:)?\/\/([^/?#]*)(.*)$/is.exec(link) ?? [];
  const mapped =
    authority !== '' && isService(authority) ? mapPath(rest.startsWith('/') ? rest : `/${rest}`) : undefined;
  return mapped === undefined ? link : origin + mapped;
}
