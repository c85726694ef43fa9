// Why a store cannot be used at the start, and what to do about it.

import { InputError } from '../../finding/input-error.ts';
import { StoreUnavailable } from '../../mock/session/session-store.ts';
import type { StoreAddress } from './store-settings.ts';

type Failure = NodeJS.ErrnoException & { readonly lastNodeError?: NodeJS.ErrnoException };

/** @returns a sentence that names the store, the reason and the remedy; the error itself if no store caused it */
export function storeStartError(address: StoreAddress, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof InputError || error instanceof TypeError) return error;
  return new InputError(`the store ${address.name} cannot be used: ${explainFailure(address, error)}`);
}

function explainFailure(address: StoreAddress, error: Failure): string {
  const { message, code = '' } = error.lastNodeError ?? error;
  if (/WRONGPASS|NOAUTH|invalid password/i.test(message))
    return 'it refuses the credentials; check the user in the URL, and DEADRINGER_STORE_PASSWORD or --store-password-file';
  if (/NOPERM/.test(message))
    return `its user may not use a command, a key or a channel (${message}); give the user the rights that docs/scale.md lists, for the prefix of the URL`;
  if (/DB index is out of range/i.test(message))
    return `it has no database ${address.database}; name a lower number, or another prefix instead, such as ?prefix=team`;
  if (/cluster support disabled/i.test(message))
    return 'it is not part of a cluster; leave out "cluster=true"';
  if (/CLUSTERDOWN|MOVED|CROSSSLOT/.test(message) && !address.isCluster)
    return 'it is a node of a cluster; add "cluster=true" to the parameters of the URL';
  if (code === 'ECONNREFUSED' || /ECONNREFUSED/.test(message))
    return 'the connection is refused; start the store first';
  if (code === 'ENOENT') return 'there is no such socket; start the store first';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is unknown';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'its certificate is for another host name; write that name in the URL';
  if (/certificate/i.test(message))
    return `its certificate is not trusted (${message}); name the file of its authority in NODE_EXTRA_CA_CERTS`;
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return address.isTls
      ? 'it breaks off the connection; write valkey:// if it does not use TLS'
      : 'it breaks off the connection; write valkeys:// or rediss:// if it uses TLS';
  if (code === 'ETIMEDOUT' || /timed? ?out/i.test(message))
    return address.isTls
      ? 'it does not answer; write valkey:// if it does not use TLS'
      : 'it does not answer';
  if (/RESP type|protocol error/i.test(message))
    return 'what answers there is no Valkey and no Redis server; correct the host or the port';
  if (error instanceof StoreUnavailable) return message;
  return `${message}; is it a Valkey or Redis server from 6.2 on?`;
}
