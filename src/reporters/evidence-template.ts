// Template and style sheet of the evidence page of one exchange: no script, light, dark and print.

import { PAGE_COLOURS } from './html-colours.ts';
import { pageHead } from './html-head.ts';

export const EVIDENCE_STYLE = `${PAGE_COLOURS}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 var(--sans); }
main, .top { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
main { display: grid; gap: 24px; grid-template-columns: minmax(0, 1fr); padding-bottom: 48px; }
h1, h2, h3, p, dl, dd, ol, ul, pre { margin: 0; padding: 0; }
h2 { font-size: 17px; line-height: 1.3; font-weight: 650; margin-bottom: 10px; }
h3 { font-size: 15px; font-weight: 600; overflow-wrap: anywhere; }
code, pre, .mono { font: 12.5px/1.55 var(--mono); overflow-wrap: anywhere; }
.top { padding-top: 20px; padding-bottom: 14px; font-size: 13.5px; color: var(--quiet); }
.panel { background: var(--panel); border: 1px solid var(--rule); border-radius: 10px; padding: 20px 24px; }
.summary { border-top: 4px solid var(--edge); }
.passed { --edge: var(--good); } .failed { --edge: var(--bad); } .problem { --edge: var(--violet); }
.verdict { color: var(--edge); font-size: 14px; font-weight: 650; }
h1 { font: 600 20px/1.4 var(--mono); overflow-wrap: anywhere; margin-top: 6px; }
h1 .status { border: 1px solid var(--rule-strong); border-radius: 6px; padding: 0 8px; white-space: nowrap; }
.facts { display: flex; flex-wrap: wrap; gap: 10px 36px; margin-top: 16px; padding-top: 14px; border-top: 1px solid var(--rule); font-size: 13.5px; }
dt { color: var(--quiet); font-size: 12.5px; } dd { overflow-wrap: anywhere; }
.finding { border-left: 4px solid var(--edge); }
.finding + .finding { margin-top: 14px; }
.error { --edge: var(--bad); --tint: var(--bad-bg); } .warning { --edge: var(--warn); --tint: var(--warn-bg); } .note { --edge: var(--note); --tint: var(--note-bg); }
.tag { display: inline-block; font-size: 12.5px; font-weight: 650; color: var(--edge); background: var(--tint); border-radius: 5px; padding: 1px 8px; margin-right: 6px; }
.place { color: var(--soft); font-size: 13.5px; margin-top: 4px; }
.source { margin-top: 10px; background: var(--sunk); border: 1px solid var(--rule); border-radius: 8px; overflow-x: auto; padding: 8px 0; }
.row { display: grid; grid-template-columns: 4.5em minmax(0, 1fr); gap: 12px; padding: 0 14px 0 0; white-space: pre-wrap; }
.row .number { text-align: right; color: var(--quiet); user-select: none; }
.marked { background: var(--mark); box-shadow: inset 3px 0 var(--mark-edge); font-weight: 600; }
.why { list-style: none; display: grid; gap: 10px; }
.why > li { display: grid; grid-template-columns: 7.5em minmax(0, 1fr); gap: 4px 16px; }
.why .step { color: var(--quiet); font-size: 13.5px; text-transform: capitalize; }
.why ul { list-style: none; color: var(--soft); font-size: 13.5px; overflow-wrap: anywhere; }
.why p { overflow-wrap: anywhere; }
.messages { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 24px; }
.start { font-weight: 600; } .header b { font-weight: 600; color: var(--soft); }
.body { margin-top: 12px; background: var(--sunk); border: 1px solid var(--rule); border-radius: 8px; padding: 10px 0; white-space: pre-wrap; }
.line { display: block; padding: 0 14px; min-height: 1.55em; unicode-bidi: plaintext; }
.line, .row code, .header { direction: ltr; text-align: left; }
.hint { color: var(--quiet); font-size: 13px; margin-top: 8px; }
.curl { white-space: pre-wrap; background: var(--sunk); border: 1px solid var(--rule); border-radius: 8px; padding: 10px 14px; }
@media (max-width: 760px) {
  main, .top { padding-left: 12px; padding-right: 12px; } .panel { padding: 16px; }
  .messages, .why > li { grid-template-columns: minmax(0, 1fr); } .row { grid-template-columns: 3em minmax(0, 1fr); }
}
@media print {
  :root { --page: #fff; --sunk: #fff; color-scheme: light; }
  .panel { border-color: #bbb; } .finding, .why > li { break-inside: avoid; } .messages { grid-template-columns: minmax(0, 1fr); }
  .marked, .tag { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
@media (forced-colors: active) { .marked { outline: 1px solid; } }
`;

export const EVIDENCE_TEMPLATE = `${pageHead('{{ title }}', false)}
<body>
<header class="top"><p>Evidence of one exchange, exported by {{ tool }}</p></header>
<main>
<section class="panel summary {{ verdict }}" aria-labelledby="exchange">
  <p class="verdict">{{ verdictText }}</p>
  <h1 id="exchange">{{ method }} {{ target }} <span class="status">{{ status }}</span></h1>
  <dl class="facts">{% for fact in facts %}<div><dt>{{ fact.name }}</dt><dd>{{ fact.value }}</dd></div>{% endfor %}</dl>
</section>
{%- if findings.size > 0 %}
<section aria-labelledby="findings">
  <h2 id="findings">Findings</h2>
  {%- for finding in findings %}
  <article class="panel finding {{ finding.severity }}">
    <h3><span class="tag">{{ finding.severityText }}</span>{{ finding.message }}</h3>
    <p class="place"><code>{{ finding.code }}</code>{% if finding.at != "" %} at <code>{{ finding.at }}</code>{% endif %}
    {%- if finding.location != "" %}, declared in <code>{{ finding.location }}</code>{% endif %}</p>
    {%- if finding.lines.size > 0 %}
    <div class="source" role="group" aria-label="Lines of {{ finding.location }}">
      {%- for line in finding.lines %}<div class="row{% if line.marked %} marked{% endif %}"><span class="number mono">{{ line.number }}</span><code>{{ line.text }}</code></div>{% endfor %}
    </div>
    {%- endif %}
  </article>
  {%- endfor %}
  {%- if moreFindings > 0 %}<p class="hint">{{ moreFindings }} more are not shown.</p>{% endif %}
</section>
{%- endif %}
<section class="panel" aria-labelledby="why">
  <h2 id="why">Why this response</h2>
  <ol class="why">
    {%- for step in why %}
    <li><span class="step">{{ step.step }}</span><div><p>{{ step.text }}{% if step.location != "" %} <code>{{ step.location }}</code>{% endif %}</p>
    {%- if step.detail.size > 0 %}<ul>{% for text in step.detail %}<li>{{ text }}</li>{% endfor %}</ul>{% endif %}</div></li>
    {%- endfor %}
  </ol>
</section>
<div class="messages">
  {%- for message in messages %}
  <section class="panel" aria-label="{{ message.title }}">
    <h2>{{ message.title }}</h2>
    <p class="mono start">{{ message.start }}</p>
    {%- for header in message.headers %}<p class="mono header"><b>{{ header.name }}:</b> {{ header.value }}</p>{% endfor %}
    {%- if message.lines.size > 0 %}
    <pre class="body">{% for line in message.lines %}<span class="line{% if line.marked %} marked{% endif %}">{{ line.text }}</span>{% endfor %}</pre>
    {%- endif %}
    {%- if message.note != "" %}<p class="hint">{{ message.note }}</p>{% endif %}
  </section>
  {%- endfor %}
</div>
<section class="panel" aria-labelledby="curl">
  <h2 id="curl">Repeat it</h2>
  <pre class="curl">{{ curl }}</pre>
  {%- if repeatHint != "" %}<p class="hint">{{ repeatHint }}</p>{% endif %}
  {%- if redactedCount > 0 %}<p class="hint">{{ redacted }} may be secret, so the command has {% if redactedCount == 1 %}a placeholder{% else %}placeholders{% endif %} of the same length instead.</p>{% endif %}
</section>
</main>
</body>
</html>
`;
