// The first screen: where the mock is, and what it serves.
import { CopyButton } from '../parts/copy-button.tsx';
import { PageHeader, type ScreenProps } from '../parts/page.tsx';
import { apis } from '../state.ts';

export function StartScreen(_props: ScreenProps) {
  return (
    <>
      <PageHeader title="Start" />
      <section class="card" aria-labelledby="start-apis">
        <h2 id="start-apis">APIs</h2>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">API</th>
              <th scope="col">Base URL</th>
              <th scope="col">Operations</th>
            </tr>
          </thead>
          <tbody>
            {apis.value?.map(({ name, title, operations }) => (
              <tr key={name}>
                <td>
                  <strong>{name}</strong> <span class="muted">{title}</span>
                </td>
                <td>
                  <code>{`${location.origin}/${name}`}</code>
                  <CopyButton text={`${location.origin}/${name}`} label={`Copy the base URL of ${name}`} />
                </td>
                <td>{operations.length}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
