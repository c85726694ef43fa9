// The addresses of the server: for this machine, and for a phone beside it.
import { useState } from 'preact/hooks';
import type { Schema } from '../../client.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { QrCode } from '../../parts/qr-code.tsx';
import { DEFAULT_SESSION } from '../../router.ts';

interface AddressesProps {
  readonly server: Schema<'Server'>;
  readonly session: string;
}

export function Addresses({ server, session }: AddressesProps) {
  const { urls, version, startedAt, token, readOnly } = server;
  const network = urls.filter(({ kind }) => kind === 'network');
  return (
    <section class="card start-server" aria-labelledby="start-addresses">
      <div class="stack">
        <h2 id="start-addresses">Addresses</h2>
        <dl class="start-addresses">
          {urls.map(({ url, kind }) => (
            <div key={url}>
              <dt>{kind === 'local' ? 'This machine' : 'Network'}</dt>
              <dd class="copy-line">
                <code>{url}</code>
                <CopyButton text={url} label={`Copy ${url}`} />
              </dd>
            </div>
          ))}
        </dl>
        {network.length === 0 && <LocalOnly />}
        <p class="muted start-facts">
          <span>deadringer {version}</span>
          <span>
            running since <time dateTime={startedAt}>{formatTime(startedAt)}</time>
          </span>
          <span>{token ? 'control with a token' : 'control from this machine only'}</span>
          {readOnly && <span>scenario files are read-only</span>}
        </p>
      </div>
      {network.length > 0 && <PhoneCode urls={network.map(({ url }) => url)} session={session} />}
    </section>
  );
}

function LocalOnly() {
  const command = 'deadringer serve --host 0.0.0.0 --token <text>';
  return (
    <div class="start-hint">
      <Icon name="info" />
      <p>
        Only this machine can connect. To test with a phone, start the server with{' '}
        <span class="copy-line">
          <code>{command}</code>
          <CopyButton text={command} label="Copy the command" />
        </span>
      </p>
    </div>
  );
}

/** A phone that opens "/~anna/" gets the console of that session, and an app with that base URL sends its requests there. */
function PhoneCode({ urls, session }: { readonly urls: readonly string[]; readonly session: string }) {
  const [chosen, choose] = useState(urls[0] ?? '');
  const base = urls.includes(chosen) ? chosen : (urls[0] ?? '');
  const url = session === DEFAULT_SESSION ? `${base}/` : `${base}/~${session}/`;
  return (
    <figure class="start-phone">
      <QrCode text={url} label={`QR code of ${url}`} />
      <figcaption>
        {urls.length > 1 ? (
          <label class="field">
            Network
            <select value={base} onChange={event => choose(event.currentTarget.value)}>
              {urls.map(each => (
                <option key={each} value={each}>
                  {each.replace('http://', '')}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <strong>On a phone</strong>
        )}
        <span class="muted">
          {session === DEFAULT_SESSION ? 'Opens the console' : `Opens session "${session}"`}
        </span>
      </figcaption>
    </figure>
  );
}

function formatTime(iso: string): string {
  const time = new Date(iso);
  const isToday = time.toDateString() === new Date().toDateString();
  return isToday
    ? time.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
    : time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
