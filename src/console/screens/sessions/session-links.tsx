// How a tester gets into a session: base URLs of the APIs, the console, and a QR code of both.
import { useState } from 'preact/hooks';
import { control } from '../../client.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Failure } from '../../parts/page.tsx';
import { QrCode } from '../../parts/qr-code.tsx';
import { useResource } from '../../resource.ts';
import { DEFAULT_SESSION, href } from '../../router.ts';

interface SessionLinksProps {
  readonly id: string;
  readonly onClose: () => void;
}

export function SessionLinks({ id, onClose }: SessionLinksProps) {
  const { data, error, reload } = useResource(signal => control('get', '/server', { signal }), [id]);
  const [chosen, choose] = useState<string>();
  const network = data?.urls.filter(({ kind }) => kind === 'network').map(({ url }) => url) ?? [];
  const addresses = [...new Set([...network, location.origin])];
  // A phone reaches the network address; this machine reaches both.
  const origin = chosen ?? addresses[0] ?? location.origin;
  const prefix = id === DEFAULT_SESSION ? origin : `${origin}/~${id}`;
  const consoleUrl = `${origin}${location.pathname}${href('traffic', { session: id })}`;
  return (
    <Dialog title={`Session "${id}" for a tester`} onClose={onClose} class="session-links">
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {addresses.length > 1 && (
        <label class="field">
          Address of the server
          <select value={origin} onChange={event => choose(event.currentTarget.value)}>
            {addresses.map(url => (
              <option key={url}>{url}</option>
            ))}
          </select>
        </label>
      )}
      {data !== undefined && network.length === 0 && (
        <p class="notice notice-warning">
          <span>
            Only this machine can connect. For a phone, start the server with{' '}
            <code>--host 0.0.0.0 --token &lt;text&gt;</code>.
          </span>
        </p>
      )}
      <div class="session-link-columns">
        <figure class="session-code">
          <QrCode text={`${prefix}/`} label={`QR code of ${prefix}/`} />
          <figcaption class="muted">A browser opens the console of this session.</figcaption>
        </figure>
        <dl class="link-list">
          <LinkLine name="Console" url={consoleUrl} />
          {data?.documents.map(({ api, basePaths: [path = `/${api}`] }) => (
            <LinkLine key={api} name={`Base URL of ${api}`} url={prefix + path} />
          ))}
          {id !== DEFAULT_SESSION && <LinkLine name="Or as a header" url={`x-deadringer-session: ${id}`} />}
        </dl>
      </div>
      <div class="dialog-actions">
        <a class="button" href={href('switches', { session: id })}>
          <Icon name="switches" />
          Force an answer for this tester
        </a>
      </div>
    </Dialog>
  );
}

function LinkLine({ name, url }: { readonly name: string; readonly url: string }) {
  return (
    <div>
      <dt class="muted">{name}</dt>
      <dd>
        <code>{url}</code>
        <CopyButton text={url} label={`Copy: ${name}`} />
      </dd>
    </div>
  );
}
