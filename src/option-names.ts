// The names of the options of startMock(), for programs whose editor or compiler does not check them.
import { InputError } from './finding/input-error.ts';
import { nearestWord } from './finding/nearest-word.ts';
import type { MockOptions } from './start-options.ts';

/** How an option is written. The compiler sees to it that none is left out. */
const FORMS: Readonly<Record<keyof MockOptions, 'list' | 'other'>> = {
  assertFormats: 'other',
  bodyLimit: 'other',
  callbackHosts: 'list',
  callbackTimeout: 'other',
  cors: 'other',
  corsOrigins: 'list',
  dialect: 'other',
  dynamic: 'other',
  errors: 'other',
  fillProperties: 'other',
  host: 'other',
  ignoreExamples: 'other',
  limits: 'other',
  onError: 'other',
  onSessionDropped: 'other',
  overlays: 'list',
  port: 'other',
  provenance: 'other',
  readOnly: 'other',
  recordingLimit: 'other',
  redactPersonal: 'other',
  requestValues: 'other',
  scenarios: 'list',
  seed: 'other',
  sessionPerCredential: 'other',
  specs: 'list',
  stateFile: 'other',
  stateful: 'other',
  store: 'other',
  strict: 'other',
  telemetry: 'other',
  tls: 'other',
  token: 'other',
  upstreamMode: 'other',
  upstreamProxy: 'other',
  upstreamTimeout: 'other',
  upstreams: 'list',
  validateRequest: 'other',
};

/** @throws InputError if an option does not exist, or is a text where a list is required */
export function checkOptionNames(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    const form = Object.hasOwn(FORMS, name) ? FORMS[name as keyof MockOptions] : undefined;
    if (form === undefined) {
      const near = nearestWord(name, Object.keys(FORMS));
      throw new InputError(
        `startMock has no option "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
      );
    }
    if (form === 'list' && typeof value === 'string')
      throw new InputError(`the option "${name}" of startMock is a list: write ${name}: ['${value}']`);
  }
}
