// Values in the body of an error: what its status means, by the name of a member.

import { reasonPhrase } from '../reason-phrase.ts';
import { namesOf, tableOf } from './words.ts';

const SENTENCES: Readonly<Record<number, string>> = {
  400: 'The request is not valid.',
  401: 'The credentials are missing or not valid.',
  403: 'Access is denied.',
  404: 'The resource does not exist.',
  409: 'The request conflicts with the state of the resource.',
  422: 'The request is not valid.',
  429: 'There were too many requests.',
  500: 'The server has failed.',
  503: 'The service is not available.',
};

const sentence = (status: number): string => SENTENCES[status] ?? reasonPhrase(status);
/** NOT_FOUND */
const constant = (status: number): string =>
  reasonPhrase(status)
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();

const TEXTS = tableOf<(status: number) => string>([
  ['title error error_title summary reason reason_phrase status_text status_message', reasonPhrase],
  ['message msg error_message error_msg user_message developer_message', sentence],
  ['detail details description error_detail error_details error_description', sentence],
  ['code error_code', constant],
  ['status status_code http_status http_code http_status_code', String],
]);

const NUMBERS = namesOf('status code status_code http_code http_status http_status_code error_code');

const FLAGS = tableOf<boolean>([
  ['success ok succeeded successful is_success is_successful', false],
  ['error failed failure is_error has_error has_errors', true],
]);

/** @returns undefined if the name is not about the error */
export function errorText(status: number, words: readonly string[]): string | undefined {
  return TEXTS.get(words.join(' '))?.(status);
}

/** @returns undefined if the name is not about the error */
export function errorNumber(status: number, words: readonly string[]): number | undefined {
  return NUMBERS.has(words.join(' ')) ? status : undefined;
}

/** @returns undefined if the name is not about the error */
export function errorFlag(words: readonly string[]): boolean | undefined {
  return FLAGS.get(words.join(' '));
}
