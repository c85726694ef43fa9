// "Try it": a valid request that can be edited, sent by the page to the mock for the current session.
import { useEffect, useId, useState } from 'preact/hooks';
import type { ControlFailure } from '../../client.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Failure } from '../../parts/page.tsx';
import { AnswerSelect } from './answer-select.tsx';
import { formatJson } from './format-json.ts';
import type { OperationRow } from './operation-rows.ts';
import { draftAsCurl, jsonMistake, readSample, type Sample } from './request-draft.ts';
import { type RequestDraft, withAnswer } from './send-request.ts';
import type { Answer } from './switch-answer.ts';
import { TryResult } from './try-result.tsx';
import { useTrial } from './use-trial.ts';

interface TryItProps {
  readonly row: OperationRow;
  readonly session: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'QUERY'];
const BODY_ROWS = { least: 3, most: 22 };

export function TryIt({ row: { api, operation }, session }: TryItProps) {
  const [sample, setSample] = useState<Sample | undefined>(undefined);
  const [draft, setDraft] = useState<RequestDraft | undefined>(undefined);
  const [failure, setFailure] = useState<ControlFailure | undefined>(undefined);
  const [variant, setVariant] = useState(0);
  const [answer, setAnswer] = useState<Answer | undefined>(undefined);
  const trial = useTrial(session);
  const jsonHint = useId();

  const load = (number: number): void => {
    readSample(api, operation.id, number === 0 ? undefined : String(number)).then(
      read => {
        setVariant(number);
        setSample(read);
        setDraft(read.draft);
        setFailure(undefined);
      },
      (error: ControlFailure) => setFailure(error),
    );
  };
  useEffect(() => load(0), []);

  if (failure !== undefined) return <Failure error={failure} onRetry={() => load(variant)} />;
  if (draft === undefined) return null;

  const edit = (changes: Partial<RequestDraft>): void => setDraft({ ...draft, ...changes });
  const request = withAnswer(draft, answer);
  const send = (): void => void trial.send(request);
  const mistake = jsonMistake(draft);
  const formatted = formatJson(draft.body);
  const lines = draft.body.split('\n').length;
  return (
    <section class="card try-it" aria-labelledby="try-title">
      <h2 id="try-title">Try it</h2>
      <div class="try-columns">
        <form
          class="stack stack-small"
          onSubmit={event => {
            event.preventDefault();
            send();
          }}
          onKeyDown={event => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            send();
          }}
        >
          {sample?.refusedFor !== undefined && (
            <p class="field-error">
              No valid request is found; the mock rejects this one: {sample.refusedFor}
            </p>
          )}
          <div class="try-target">
            <label class="field">
              Method
              <select
                value={draft.method}
                onChange={({ currentTarget }) => edit({ method: currentTarget.value })}
              >
                {[...new Set([operation.method, ...METHODS])].map(method => (
                  <option key={method}>{method}</option>
                ))}
              </select>
            </label>
            <label class="field">
              Path
              <input
                class="mono"
                spellcheck={false}
                value={draft.path}
                onInput={({ currentTarget }) => edit({ path: currentTarget.value })}
              />
            </label>
            <label class="field">
              Query
              <input
                class="mono"
                spellcheck={false}
                placeholder="name=value&other=value"
                value={draft.query}
                onInput={({ currentTarget }) => edit({ query: currentTarget.value })}
              />
            </label>
          </div>
          <label class="field">
            Headers, one a line
            <textarea
              class="mono"
              spellcheck={false}
              rows={Math.max(2, draft.headers.split('\n').length)}
              value={draft.headers}
              onInput={({ currentTarget }) => edit({ headers: currentTarget.value })}
            />
          </label>
          {(!/^(GET|HEAD)$/.test(draft.method) || draft.body !== '') && (
            <div class="field">
              <label for={`${jsonHint}-body`}>Body</label>
              <textarea
                id={`${jsonHint}-body`}
                class="mono"
                spellcheck={false}
                rows={Math.min(BODY_ROWS.most, Math.max(BODY_ROWS.least, lines))}
                aria-invalid={mistake !== undefined}
                aria-describedby={jsonHint}
                value={draft.body}
                onInput={({ currentTarget }) => edit({ body: currentTarget.value })}
              />
              <p id={jsonHint} class="body-hint" role="status">
                {mistake !== undefined && <span class="field-error">Not valid JSON: {mistake}</span>}
                {formatted !== undefined && formatted !== draft.body && (
                  <button type="button" class="button" onClick={() => edit({ body: formatted })}>
                    Format
                  </button>
                )}
              </p>
            </div>
          )}
          <AnswerSelect operation={operation} answer={answer} onChange={setAnswer} />
          <div class="row">
            {trial.isSending ? (
              // Without a key it would become the button "Send" during the click, and send again.
              <button key="cancel" type="button" class="button" onClick={trial.cancel}>
                Cancel
              </button>
            ) : (
              <button type="submit" class="button button-primary" title="Ctrl+Enter">
                Send
              </button>
            )}
            <button type="button" class="button" onClick={() => load(variant + 1)}>
              Other values
            </button>
            {sample !== undefined && draft !== sample.draft && (
              <button type="button" class="button" onClick={() => setDraft(sample.draft)}>
                Undo edits
              </button>
            )}
            <CopyButton
              text={draftAsCurl(request, session) ?? ''}
              label="Copy the request as a curl command"
              caption="Copy as curl"
            />
          </div>
        </form>
        <TryResult trial={trial} />
      </div>
    </section>
  );
}
