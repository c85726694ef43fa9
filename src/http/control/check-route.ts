// POST /check: checks the recording in the body against the served documents, like `deadringer check`.
import path from 'node:path';
import type { Request, Response } from 'express';
import { didYouMean } from '../../finding/nearest-word.ts';
import { toDocumentSource } from '../../openapi/document-names.ts';
import type { ApiSpec } from '../../openapi/model.ts';
import { REPORT_FORMATS } from '../../reporters/formats.ts';
import { version } from '../../version.ts';
import { type CheckFormat, type CheckOutcome, type CheckTask, checkInThread } from './check-thread.ts';
import { ControlError, type ControlOptions } from './route.ts';

/** Checks that run at the same time: each loads the documents in a thread of its own, so that the server can respond meanwhile. */
const MAX_CHECKS = 2;
const MAX_NAME = 200;

const FORMATS: readonly CheckFormat[] = [...REPORT_FORMATS, 'view'];
const MEDIA_TYPES: Readonly<Record<CheckFormat, string>> = {
  text: 'text/plain',
  json: 'application/json',
  junit: 'application/xml',
  sarif: 'application/sarif+json',
  github: 'text/plain',
  markdown: 'text/markdown',
  html: 'text/html',
  view: 'application/json',
};

export function createCheckHandler(
  options: ControlOptions,
): (request: Request, response: Response) => Promise<void> {
  let running = 0;
  return async (request, response) => {
    const task = readTask(options, new URLSearchParams(request.url.split('?')[1] ?? ''));
    const { bytes: limit } = options.checks;
    if (Number(request.get('content-length') ?? 0) > limit) throw tooLarge(limit);
    if (running >= MAX_CHECKS)
      throw new ControlError({
        code: 'too-many-checks',
        detail: `${MAX_CHECKS} recordings are being checked; the server checks no more at the same time`,
        hint: 'send the recording again when one of them is done, or use "deadringer check <file>"',
        headers: { 'retry-after': ['5'] },
      });
    const left = new AbortController();
    const leave = (): void => left.abort();
    response.on('close', leave);
    options.closing.addEventListener('abort', leave, { signal: left.signal });
    running++;
    try {
      const outcome = await checkInThread(task, request, limit, left.signal);
      sendReports(response, reportsOf(outcome, limit));
    } catch (error) {
      // The client has left, or the server closes: no client waits for the report.
      if (!left.signal.aborted) throw error;
      response.destroy();
    } finally {
      running--;
      // The rest of a recording that was refused: a browser reads the response only after it has sent everything.
      request.resume();
    }
  };
}

/** @throws ControlError if a parameter is invalid */
function readTask({ state, checks }: ControlOptions, query: URLSearchParams): CheckTask {
  const { relativeTo } = checks.load;
  return {
    specs: selectApis(state.config.contract.apis, query.getAll('api')).map(({ name, file }) =>
      toDocumentSource(name, path.resolve(relativeTo, file)),
    ),
    load: checks.load,
    servers: query.getAll('server'),
    settings: { failOn: ['violation'], minCoverage: {}, side: readSide(query.get('side')) },
    version: version(),
    today: new Date(state.now()).toISOString().slice(0, 10),
    stdinName: (query.get('name') ?? 'recording').slice(0, MAX_NAME),
    formats: (query.get('format') ?? 'json').split(',').map(readFormat),
  };
}

function selectApis(apis: readonly ApiSpec[], names: readonly string[]): readonly ApiSpec[] {
  const unknown = names.find(name => !apis.some(api => api.name === name));
  if (unknown === undefined)
    return names.length === 0 ? apis : apis.filter(({ name }) => names.includes(name));
  const known = apis.map(({ name }) => name);
  throw new ControlError({
    code: 'bad-control',
    detail: `there is no API "${unknown}"${didYouMean(unknown, known)}`,
    hint: `the server has ${known.join(', ')}`,
  });
}

const SIDES = ['both', 'client', 'provider'] as const;

function readSide(text: string | null): (typeof SIDES)[number] {
  const side = SIDES.find(each => each === (text ?? 'both'));
  if (side !== undefined) return side;
  throw new ControlError({
    code: 'bad-control',
    detail: `there is no side "${text}"`,
    hint: `use one of ${SIDES.join(', ')}`,
  });
}

function readFormat(text: string): CheckFormat {
  const format = FORMATS.find(each => each === text.trim());
  if (format !== undefined) return format;
  throw new ControlError({
    code: 'bad-control',
    detail: `there is no report format "${text}"`,
    hint: `use one or more of ${FORMATS.join(', ')}, separated by commas`,
  });
}

function tooLarge(limit: number): ControlError {
  return new ControlError({
    code: 'body-too-large',
    detail: `the recording is larger than ${limit} bytes, the limit of this server`,
    hint: 'check it with "deadringer check <file>", which has no limit',
  });
}

/** @throws ControlError if there are none */
function reportsOf(outcome: CheckOutcome, limit: number): Extract<CheckOutcome, { kind: 'reports' }> {
  switch (outcome.kind) {
    case 'reports':
      return outcome;
    case 'refused':
      throw new ControlError({ code: 'bad-control', detail: outcome.reason });
    case 'too-large':
      throw tooLarge(limit);
  }
}

/** One report as it is; several as the members of an object: JSON as objects, the others as texts. */
function sendReports(
  response: Response,
  { reports, notes }: Extract<CheckOutcome, { kind: 'reports' }>,
): void {
  const [first, ...others] = reports;
  if (first !== undefined && others.length === 0) {
    response.type(MEDIA_TYPES[first[0]]).send(first[1]);
    return;
  }
  const members = reports.map(
    ([format, text]) =>
      `"${format}":${MEDIA_TYPES[format] === 'application/json' ? text : JSON.stringify(text)}`,
  );
  response.type('application/json').send(`{${members.join(',')},"notes":${JSON.stringify(notes)}}`);
}
