// Decides which values of one request or response the messages about it may quote.

import { decodePercent, EMPTY_BODY, type Request } from '../exchange/exchange.ts';
import { findMessageSecrets } from '../exchange/find-secrets.ts';
import { secretTest } from '../exchange/secrets.ts';
import type { Message } from '../exchange/text-body.ts';
import { type ApiSpec, redactedNames } from '../openapi/model.ts';
import type { Match } from '../routing/match.ts';
import { createQuoteTest, type QuoteTest } from '../schema/quoted-value.ts';

/** The messages whose secrets must not be quoted, wherever they occur again. */
export interface QuoteSources {
  readonly messages: readonly (Message & { readonly query?: string })[];
  readonly pathValues: () => Match['pathValues'] | undefined;
}

/**
 * The work starts with the first value: most messages have no findings.
 * @param name of the parameter or header; a body has none
 */
export function quoteTestFor(api: ApiSpec, sources: QuoteSources, name?: string): QuoteTest {
  let test: QuoteTest | undefined;
  return (value, path) => {
    test ??= createTest(api, sources, name);
    return test(value, path);
  };
}

function createTest(
  api: ApiSpec,
  { messages, pathValues }: QuoteSources,
  name: string | undefined,
): QuoteTest {
  const names = redactedNames(api);
  const isSecret = secretTest(names);
  return createQuoteTest({
    ...(name !== undefined && { name }),
    secretNames: names,
    findSecrets: () => {
      const inPath = Object.entries(pathValues() ?? {}).flatMap(([key, value]) =>
        isSecret(key, true) ? [decodePercent(value)] : [],
      );
      return messages.flatMap(message => findMessageSecrets(message, isSecret, inPath));
    },
  });
}

/** The head of a request: its findings are kept for equal heads, so they do not depend on the body. */
export function headOnly(request: Request): Request {
  return { ...request, body: EMPTY_BODY };
}
