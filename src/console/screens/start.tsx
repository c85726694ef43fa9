// The first screen: where the mock is, what it serves, what is wrong with the documents, and a request to begin with.
import { useState } from 'preact/hooks';
import { control } from '../client.ts';
import { Icon } from '../parts/icon.tsx';
import { Failure, PageHeader, type ScreenProps } from '../parts/page.tsx';
import { useResource } from '../resource.ts';
import { DEFAULT_SESSION, href } from '../router.ts';
import { commandSession } from '../state.ts';
import { Addresses } from './start/addresses.tsx';
import { ApiCard } from './start/api-card.tsx';
import { DocumentFindings } from './start/document-findings.tsx';
import './start/start.css';

/** What people come for. */
const NEXT = [
  { screen: 'traffic', query: {}, icon: 'traffic', text: 'Watch requests' },
  { screen: 'switches', query: {}, icon: 'switches', text: 'Force an answer' },
  { screen: 'operations', query: { view: 'coverage' }, icon: 'operations', text: 'Find what is untried' },
  { screen: 'sessions', query: { dialog: 'new' }, icon: 'sessions', text: 'Invite a tester' },
] as const;

export function StartScreen(_props: ScreenProps) {
  const session = commandSession.value;
  const { data, error, reload } = useResource(
    signal =>
      control('get', '/server', { ...(session !== DEFAULT_SESSION && { query: { session } }), signal }),
    [session],
    ({ type }) => type === 'reloaded',
  );
  const [chosen, choose] = useState(location.origin);
  const addresses = [...new Set([location.origin, ...(data?.urls.map(({ url }) => url) ?? [])])];
  return (
    <>
      <PageHeader title="Start">
        {NEXT.map(({ screen, query, icon, text }) => (
          <a key={screen} class="button" href={href(screen, { query })}>
            <Icon name={icon} />
            {text}
          </a>
        ))}
      </PageHeader>
      {error !== undefined && error.code !== 'unreachable' && <Failure error={error} onRetry={reload} />}
      {data !== undefined && (
        <div class="stack">
          <Addresses server={data} session={session} />
          {data.findings.length > 0 && (
            <section class="card" aria-labelledby="start-not-served">
              <h2 id="start-not-served">Not served</h2>
              <DocumentFindings findings={data.findings} showsSource={false} />
            </section>
          )}
          <section aria-labelledby="start-apis">
            <div class="start-heading">
              <h2 id="start-apis">
                {data.documents.length === 1 ? '1 API' : `${data.documents.length} APIs`}
              </h2>
              {addresses.length > 1 && (
                <label class="row">
                  Base URLs at
                  <select value={chosen} onChange={event => choose(event.currentTarget.value)}>
                    {addresses.map(url => (
                      <option key={url} value={url}>
                        {url.replace('http://', '')}
                      </option>
                    ))}
                  </select>
                </label>
              )}
            </div>
            <ul class="plain-list start-apis">
              {data.documents.map(document => (
                <li key={document.api}>
                  <ApiCard document={document} session={session} origin={chosen} />
                </li>
              ))}
            </ul>
          </section>
        </div>
      )}
    </>
  );
}
