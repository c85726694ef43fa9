// The interface of the HTTP sender that replay uses: one request, one response or the reason of a failure.
import type { Request, Response } from '../exchange/exchange.ts';

export type SendResult =
  /** Content codings are decoded. A body above the size limit is "not recorded". */
  | { readonly response: Response }
  /** No response (refused, timeout, untrusted certificate, truncated): one sentence. */
  | { readonly failure: string };

/**
 * @param origin "https://api.example.com:8443"; no request to another origin, redirects are not followed
 * @param request the final request: only Host, Content-Length and Accept-Encoding are added
 */
export type SendRequest = (origin: string, request: Request, signal: AbortSignal) => Promise<SendResult>;
