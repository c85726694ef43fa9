// The same on the command line and with curl, to copy.
import { Fragment } from 'preact';
import { CopyButton } from '../../parts/copy-button.tsx';
import { commandLine, curlLine, type Switch } from '../../switches.ts';

interface EquivalentsProps {
  readonly session: string;
  readonly target: string;
  readonly switched: Switch | undefined;
}

export function Equivalents({ session, target, switched }: EquivalentsProps) {
  const lines = [
    { name: 'Command line', text: commandLine(session, target, switched) },
    { name: 'curl', text: curlLine(session, target, switched) },
  ];
  return (
    <section class="equivalents" aria-labelledby="switches-equivalents">
      <h3 id="switches-equivalents">The same without this page</h3>
      <dl>
        {lines.map(
          ({ name, text }) =>
            text !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <code>
                    {text.split(' ').map((word, index) => (
                      <Fragment key={index}>
                        {index > 0 && ' '}
                        <span>{word}</span>
                      </Fragment>
                    ))}
                  </code>
                  <CopyButton text={text} label={`Copy ${name}`} />
                </dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}
