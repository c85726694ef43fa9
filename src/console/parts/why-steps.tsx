// Why the mock gave this answer: the steps from the request to the response, each with the line that decides.
import type { VNode } from 'preact';
import './why-steps.css';
import type { Schema } from '../client.ts';
import { LocationLink } from './location-link.tsx';
import { Visible } from './visible.tsx';

const STEP_NAMES: Readonly<Record<string, string>> = {
  match: 'Match',
  validation: 'Validation',
  session: 'Session',
  selection: 'Selection',
  body: 'Body',
  delivery: 'Delivery',
  callbacks: 'Callbacks',
};

interface WhyStepsProps {
  readonly steps: NonNullable<Schema<'Entry'>['why']>;
  /** They are shown below: the step of the validation need not repeat them. */
  readonly findings: readonly Schema<'Finding'>[];
}

export function WhySteps({ steps, findings }: WhyStepsProps): VNode {
  const isFinding = (text: string): boolean => findings.some(({ message }) => text.startsWith(message));
  return (
    <ol class="why-steps">
      {steps.map(({ step, text, location, detail = [] }, index) => (
        <li key={index} class={`why-step why-${step}`}>
          <span class="why-name">{STEP_NAMES[step] ?? step}</span>
          <div class="why-text">
            <Visible text={text} />
            {location !== undefined && <LocationLink location={location} />}
            {detail.some(line => !isFinding(line)) && (
              <ul>
                {detail
                  .filter(line => !isFinding(line))
                  .map(line => (
                    <li key={line}>
                      <Visible text={line} />
                    </li>
                  ))}
              </ul>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
