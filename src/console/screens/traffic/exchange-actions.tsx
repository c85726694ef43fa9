// What to do with an exchange: answer the next call otherwise, keep it as a scenario, copy it, export it.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { control, controlPath, download, fetchControl, type Schema } from '../../client.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { absoluteUrl, href } from '../../router.ts';
import { run } from '../../state.ts';
import { openNewScenario } from '../scenarios/new-scenario.ts';
import { NextAnswerDialog } from './next-answer-dialog.tsx';

export function ExchangeActions({ entry }: { readonly entry: Schema<'Entry'> }): VNode {
  const { id, session, api, operation, response } = entry;
  // What the mock sent is no call that it could answer in another way.
  const isCall = operation !== undefined && entry.sent === undefined;
  const [isAnswering, setAnswering] = useState(false);
  const path = { id: session, exchange: id };
  const har = controlPath('/sessions/{id}/journal/{exchange}.har', path);
  const evidence = controlPath('/sessions/{id}/journal/{exchange}/evidence.html', path);
  const link = absoluteUrl(href('traffic', { segments: [id], session }));
  const save = (from: string, extension: string): Promise<boolean> => {
    const file = `exchange-${id}.${extension}`;
    return run(() => download(from, file), `Saved as ${file}.`);
  };
  return (
    <div class="exchange-actions" role="toolbar" aria-label="Actions on this exchange">
      {api !== undefined && isCall && (
        <button type="button" class="button button-primary" onClick={() => setAnswering(true)}>
          Answer the next call with…
        </button>
      )}
      {isCall && response !== undefined && (
        <button
          type="button"
          class="button"
          onClick={() =>
            void run(async () => {
              const route = '/sessions/{id}/journal/{exchange}/scenario';
              const { text, suggestedId } = await control('post', route, { path });
              openNewScenario({ api: api ?? '', name: suggestedId.replace(/^.*\//, ''), text });
            })
          }
        >
          Turn into a scenario
        </button>
      )}
      <button
        type="button"
        class="button"
        title="One HTML file for a bug report"
        onClick={() => void save(evidence, 'html')}
      >
        <Icon name="download" /> Export evidence
      </button>
      <span class="action-group">
        {entry.curl !== undefined && (
          <CopyButton text={entry.curl} label="Copy as curl" caption="curl" note={entry.repeatHint} />
        )}
        <CopyButton text={link} label="Copy a link to this exchange" caption="Link" />
        <CopyButton text={async () => (await fetchControl(har)).text()} label="Copy as HAR" caption="HAR" />
        <button
          type="button"
          class="button"
          title="Save this exchange as an HTTP archive"
          onClick={() => void save(har, 'har')}
        >
          <Icon name="download" /> Save HAR
        </button>
      </span>
      {isAnswering && api !== undefined && operation !== undefined && (
        <NextAnswerDialog
          api={api}
          operation={operation}
          session={session}
          onClose={() => setAnswering(false)}
        />
      )}
    </div>
  );
}
