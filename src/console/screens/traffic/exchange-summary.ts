// What a list shows of an exchange: the type of the control API, without the client, which needs a browser.
import type { components } from '../../../client/control-api.ts';

export type ExchangeSummary = components['schemas']['ExchangeSummary'];
