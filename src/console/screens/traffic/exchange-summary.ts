// What a list shows of an exchange: the type of the control API.
import type { Schema } from '../../client.ts';

export type ExchangeSummary = Schema<'ExchangeSummary'>;
