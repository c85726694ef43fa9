// Reports templates in the texts of a rule that are used as they are written.
import type { AddFinding, RulePath } from './lint-reply.ts';
import type { Rule } from './scenario.ts';

function hasTemplate(text: string): boolean {
  return [
    ['{{', '}}'],
    ['{%', '%}'],
  ].some(([open = '', close = '']) => {
    const at = text.indexOf(open);
    return at >= 0 && text.includes(close, at + 2);
  });
}

/** Conditions are compiled when the scenario is loaded, so a template in them would be compared as it is written. */
export function reportTemplates(value: unknown, at: RulePath, report: AddFinding): void {
  if ([value, at.at(-1)].some(text => typeof text === 'string' && hasTemplate(text)))
    report(
      'scenario-condition',
      at,
      '"when" has no templates; to compare with these characters, say so by "matches"',
    );
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value))
    if (key !== 'schema') reportTemplates(inner, [...at, key], report);
}

/** Texts of a rule in which no template is rendered. */
export function reportPlainTexts(rule: Rule, at: RulePath, report: AddFinding): void {
  const check = (path: RulePath, text: string | undefined): void => reportPlainText(path, text, report);
  check([...at, 'on'], rule.on);
  check([...at, 'becomes'], rule.becomes);
  for (const key of Object.keys(rule.remember ?? {})) check([...at, 'remember', key], key);
  const steps = [rule.reply ?? []].flat();
  for (const [index, step] of steps.entries()) {
    if (typeof step !== 'object') continue;
    const path = [...at, 'reply', ...(Array.isArray(rule.reply) ? [index] : [])];
    for (const key of ['example', 'off-contract', 'body-file'] as const) check([...path, key], step[key]);
    for (const name of Object.keys(step.headers ?? {})) check([...path, 'headers', name], name);
  }
}

export function reportPlainText(at: RulePath, text: string | undefined, report: AddFinding): void {
  if (text === undefined || !hasTemplate(text)) return;
  const subject = at.at(-1) === text ? 'a name' : `"${at.at(-1)}"`;
  report('scenario-plain-text', at, `${subject} is plain text: a template in it is not rendered`);
}
