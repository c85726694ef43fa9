// Liquid templates of the HTML report. Every output is escaped, except rendered parts of the page itself ("raw").

import { pageHead } from './html-head.ts';

export const PAGE_TEMPLATE = `${pageHead('{{ headline }} · {{ tool }}', true)}
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<header class="top">
  <p class="brand"><strong>{{ tool }}</strong>{% if shard != "" %} <span>{{ shard }}</span>{% endif %}</p>
  <nav aria-label="Sections">
    <a href="#findings">Findings</a>
    <a href="#coverage">Coverage</a>
    {%- if undocumented.items.size > 0 %}<a href="#undocumented">Undocumented</a>{% endif %}
    {%- if baseline %}<a href="#baseline">Baseline</a>{% endif %}
    <a href="#input">Input</a>
  </nav>
</header>
<main>
<section class="verdict {{ verdict }}" aria-labelledby="verdict">
  <h1 id="verdict"><span class="mark" aria-hidden="true"></span>{{ headline }}</h1>
  <p class="sentence">{{ sentence }}</p>
  {%- if next != "" %}<p class="next">{{ next }}</p>{% endif %}
  {%- if reasons.items.size > 0 %}
  <ul class="verdict-reasons">{% for reason in reasons.items %}<li>{{ reason }}</li>{% endfor %}{% if reasons.more > 0 %}<li>and {{ reasons.more }} more</li>{% endif %}</ul>
  {%- endif %}
  <dl class="about">
    {%- for api in apis.items limit: 4 %}<div><dt>{{ api.title }}</dt><dd><code>{{ api.file }}</code></dd></div>{% endfor %}
    {%- if recordedTime != "" %}<div><dt>Time of the findings</dt><dd>{{ recordedTime }}</dd></div>{% endif %}
    {%- if targets != "" %}<div><dt>Replayed against</dt><dd>{{ targets }}</dd></div>{% endif %}
    <div><dt>Fails on</dt><dd>{{ failOn }}{% if side != "both" %}, {{ side }} side only{% endif %}</dd></div>
  </dl>
</section>

<section class="panel" aria-labelledby="accounting">
  <h2 id="accounting">{{ totalShown }} exchange{% if totalShown != "1" %}s{% endif %}</h2>
  <div class="bar" aria-hidden="true">{% for row in rows %}{% if row.count > 0 %}<svg class="{{ row.key }}" width="{{ row.share }}%" height="12"><rect width="100%" height="12"/></svg>{% endif %}{% endfor %}</div>
  <table class="accounting" data-total="{{ total }}">
    <thead class="visually-hidden"><tr><th scope="col">Class</th><th scope="col">Exchanges</th><th scope="col">Reasons</th></tr></thead>
    <tbody>
    {%- for row in rows %}
    <tr data-class="{{ row.key }}" data-count="{{ row.count }}"{% if row.count == 0 %} class="zero"{% endif %}>
      <th scope="row"><i class="dot {{ row.key }}" aria-hidden="true"></i>{{ row.label }}</th>
      <td class="number">{{ row.shown }}</td>
      <td class="reasons">{% for reason in row.reasons %}<span data-reason="{{ reason.name }}" data-count="{{ reason.count }}">{{ reason.name }} <b>{{ reason.shown }}</b></span>{% endfor %}</td>
    </tr>
    {%- endfor %}
    </tbody>
  </table>
</section>

<section id="findings" aria-labelledby="findings-title" tabindex="-1">
  <div class="head"><h2 id="findings-title">Findings</h2><p id="shown" role="status" class="quiet">{{ findingsShown }}</p></div>
  {%- if findings == "" %}
  <p class="empty">{% if verdict == "passed" %}No findings: the recorded traffic matches the documents.{% else %}No findings in the exchanges that could be checked.{% endif %}</p>
  {%- else %}
  <form class="filter" id="filter" hidden role="search" aria-label="Filter the findings">
    <label class="field text"><span class="visually-hidden">Text</span><input type="search" name="text" placeholder="Filter by text, field or code" autocomplete="off" spellcheck="false"></label>
    <label class="field"><span class="visually-hidden">Operation</span><select name="operation"><option value="">All operations</option>{% for name in operationNames %}<option>{{ name }}</option>{% endfor %}</select></label>
    <fieldset><legend class="visually-hidden">Kinds</legend>
      {%- for kind in kinds %}<label class="chip"><input type="checkbox" name="kind" value="{{ kind.key }}" checked><span>{{ kind.title }} <b>{{ kind.count }}</b></span></label>{% endfor -%}
    </fieldset>
  </form>
  <div class="list">
  {{- findings | raw -}}
  </div>
  <p class="empty" id="none" hidden>No finding matches the filter.</p>
  {%- endif %}
  {%- if omitted > 0 %}<p class="quiet">And {{ omitted }} more: use <code>--format json</code> for the complete list.</p>{% endif %}
  {%- if unlisted != "0" %}<p class="quiet">Not listed: {{ unlisted }} occurrence{% if unlisted != "1" %}s{% endif %} of other findings.</p>{% endif %}
</section>

<section id="coverage" class="panel" aria-labelledby="coverage-title">
  <h2 id="coverage-title">Coverage</h2>
  <p class="quiet">Share of declared items: seen in traffic, and seen in exchanges that passed.</p>
  <table class="levels stack">
    <thead><tr><th scope="col" colspan="2">Level</th><th scope="col" class="number">Seen</th><th scope="col" class="number">Passed</th><th scope="col" class="number">Declared</th><th scope="col">Never seen</th></tr></thead>
    <tbody>
    {%- for row in levels %}
    <tr>
      <th scope="row">{{ row.label }}</th>
      <td class="meter"><svg width="100%" height="8" aria-hidden="true"><rect class="track" width="100%" height="8" rx="4"/><rect class="seen" width="{{ row.seenPercent }}%" height="8" rx="4"/><rect class="passed" width="{{ row.passedPercent }}%" height="8" rx="4"/></svg></td>
      <td class="number{% if row.isBelowMinimum %} below-minimum{% endif %}" data-label="seen">{{ row.seen }} <small>{{ row.seenPercent }}%{% if row.required != nil %}, {{ row.required }}% required{% endif %}</small></td>
      <td class="number" data-label="passed">{{ row.passed }} <small>{{ row.passedPercent }}%</small></td>
      <td class="number" data-label="declared">{{ row.declared }}</td>
      <td class="never-seen">{% if row.unseen.size > 0 %}<details><summary>{{ row.unseen.size | plus: row.more }} never seen</summary><ul>{% for name in row.unseen %}<li><code>{{ name }}</code></li>{% endfor %}{% if row.more > 0 %}<li>and {{ row.more }} more</li>{% endif %}</ul></details>{% endif %}</td>
    </tr>
    {%- endfor %}
    </tbody>
  </table>
  {%- if operations.size > 0 %}
  <h3 id="grid-title">Operations by status</h3>
  <p class="legend quiet"><span><i class="cell passed">&#10003; 12</i> all passed</span> <span><i class="cell partial">9/12</i> some passed</span> <span><i class="cell rejected">&#8856; 12</i> invalid requests, correctly rejected</span> <span><i class="cell not-passed">&#10007; 12</i> none passed</span> <span><i class="cell unseen">0</i> declared, never seen</span></p>
  <p class="hint sideways" hidden>The grid is wider than the page: scroll it sideways, or use the arrow keys.</p>
  <div class="scroll" tabindex="0" role="region" aria-labelledby="grid-title">
  <table class="grid" aria-labelledby="grid-title">
    <thead><tr><th scope="col">Operation</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Passed</th>{% for status in statuses %}<th scope="col" class="cell">{{ status }}</th>{% endfor %}</tr></thead>
    <tbody>
    {%- for operation in operations %}
    <tr>
      <th scope="row" class="{{ operation.state }}"><span class="method">{{ operation.method }}</span> <span class="path">{{ operation.path }}</span>{% if severalApis %} <small>{{ operation.api }}</small>{% endif %}{% if operation.state == "unseen" %} <em>never seen</em>{% endif %}</th>
      <td class="number calls">{{ operation.calls }}</td><td class="number {{ operation.state }}">{{ operation.passed }}</td>
      {%- for cell in operation.cells %}<td class="cell {{ cell.state }}" data-status="{{ cell.status }}">
      {%- case cell.state -%}
      {%- when "passed" -%}<span aria-hidden="true">&#10003; </span>{{ cell.times }}<span class="visually-hidden">, all passed</span>
      {%- when "partial" -%}<span aria-hidden="true">{{ cell.passed }}/{{ cell.times }}</span><span class="visually-hidden">{{ cell.passed }} of {{ cell.times }} passed</span>
      {%- when "rejected" -%}<span aria-hidden="true">&#8856; </span>{{ cell.rejected }}<span class="visually-hidden"> correctly rejected{% if cell.passed != "0" %}, {{ cell.passed }} passed{% endif %}</span>
      {%- when "not-passed" -%}<span aria-hidden="true">&#10007; </span>{{ cell.times }}<span class="visually-hidden">, none passed</span>
      {%- when "unseen" -%}0<span class="visually-hidden">, never seen</span>
      {%- endcase -%}
      </td>{% endfor %}
    </tr>
    {%- endfor %}
    </tbody>
  </table>
  </div>
  {%- if moreOperations > 0 %}<p class="quiet">And {{ moreOperations }} more.</p>{% endif %}
  {%- endif %}
</section>

{%- if undocumented.items.size > 0 %}
<section id="undocumented" class="panel" aria-labelledby="undocumented-title">
  <h2 id="undocumented-title">Undocumented</h2>
  <p class="quiet">Seen in traffic and allowed, but not declared in the documents.</p>
  <table class="stack">
    <thead><tr><th scope="col">Finding</th><th scope="col">Operation</th><th scope="col">Observed</th><th scope="col" class="number">Exchanges</th></tr></thead>
    <tbody>{% for item in undocumented.items %}<tr><td><a href="#f-{{ item.id }}">{{ item.message }}</a></td><td data-label="operation"><code>{{ item.operation }}</code></td><td data-label="observed">{{ item.observed }}</td><td class="number" data-label="exchanges">{{ item.exchanges }}</td></tr>{% endfor %}</tbody>
  </table>
  {%- if undocumented.more > 0 %}<p class="quiet">And {{ undocumented.more }} more.</p>{% endif %}
</section>
{%- endif %}

{%- if baseline %}
<section id="baseline" class="panel" aria-labelledby="baseline-title">
  <h2 id="baseline-title">Baseline</h2>
  <p class="quiet"><code>{{ baseline.file }}</code> accepts {{ baseline.accepted }} of these findings.</p>
  {%- if baseline.entries.items.size > 0 %}
  <table class="stack">
    <thead><tr><th scope="col">Entry</th><th scope="col">State</th><th scope="col">Finding</th><th scope="col">Operation</th></tr></thead>
    <tbody>{% for entry in baseline.entries.items %}<tr><td><code>{{ baseline.file }}:{{ entry.line }}</code></td><td><span class="tag {{ entry.state }}">{{ entry.state }}</span> {{ entry.message }}</td><td data-label="finding"><code>{{ entry.code }}</code> <small>{{ entry.at }}</small></td><td data-label="operation"><code>{{ entry.operation }}</code></td></tr>{% endfor %}</tbody>
  </table>
  {%- endif %}
  {%- if baseline.entries.more > 0 %}<p class="quiet">And {{ baseline.entries.more }} more.</p>{% endif %}
</section>
{%- endif %}

<section id="input" class="panel" aria-labelledby="input-title">
  <h2 id="input-title">Input</h2>
  {%- if sources.items.size > 0 %}
  <table class="stack">
    <thead><tr><th scope="col">Recording</th><th scope="col">Format</th><th scope="col" class="number">Entries</th><th scope="col">State</th></tr></thead>
    <tbody>{% for source in sources.items %}<tr><td><code>{{ source.file }}</code></td><td data-label="format">{{ source.format }}{% if source.creator != "" %} <small>by {{ source.creator }}</small>{% endif %}</td><td class="number" data-label="entries">{{ source.entries }}</td><td>{% if source.truncated != "" %}<span class="tag expired">truncated</span> {{ source.truncated }}{% else %}complete{% endif %}</td></tr>{% endfor %}</tbody>
  </table>
  {%- if sources.more > 0 %}<p class="quiet">And {{ sources.more }} more.</p>{% endif %}
  {%- else %}<p class="empty">No recording was read.</p>
  {%- endif %}
  {%- if skipped.items.size > 0 %}
  <h3>Skipped</h3>
  <ul class="plain">{% for entry in skipped.items %}<li><code>{{ entry.place }}</code> {{ entry.message }}</li>{% endfor %}{% if skipped.more > 0 %}<li>and {{ skipped.more }} more</li>{% endif %}</ul>
  {%- endif %}
  {%- if unreadable.items.size > 0 %}
  <h3>Unreadable</h3>
  <ul class="plain">{% for entry in unreadable.items %}<li><code>{{ entry.place }}</code> {{ entry.message }}</li>{% endfor %}{% if unreadable.more > 0 %}<li>and {{ unreadable.more }} more</li>{% endif %}</ul>
  {%- endif %}
  {%- if hosts.items.size > 0 %}
  <h3>Other hosts</h3>
  <ul class="hosts">{% for host in hosts.items %}<li><code>{{ host.name }}</code> {{ host.exchanges }}</li>{% endfor %}{% if hosts.more > 0 %}<li>and {{ hosts.more }} more</li>{% endif %}</ul>
  {%- endif %}
</section>
</main>
<script>{{ script | raw }}</script>
</body>
</html>
`;

export const ISSUE_TEMPLATE = `
<details class="finding {{ severity }}" id="f-{{ id }}" data-kind="{{ kind }}" data-operations="{% for id in operationIds %}{{ id }}&#10;{% endfor %}">
<summary>
  <span class="severity"><span aria-hidden="true">{% if severity == "error" %}&#10007;{% elsif severity == "warning" %}!{% else %}i{% endif %}</span><span class="visually-hidden">{{ severity }}:</span></span>
  <span class="message">{{ message }}</span>
  <span class="details"><span class="tag {{ kind }}">{{ kindTitle }}</span><span><span class="method">{{ method }}</span> {{ path }}{% if moreOperations > 0 %} and {{ moreOperations }} more{% endif %}</span><code>{{ location }}</code>{% if first != "" %}<span>first {{ first }}</span>{% endif %}</span>
  <span class="frequency"><b>{{ exchanges }}</b><span class="quiet"> exchange{% if exchanges != "1" %}s{% endif %}</span></span>
</summary>
<div class="content">
<dl class="facts">
  {%- if expected != "" %}<div><dt>Expected</dt><dd class="expected">{{ expected }}</dd></div>{% endif %}
  {%- if actual != "" %}<div><dt>Actual</dt><dd class="actual">{{ actual }}</dd></div>{% endif %}
  {%- if observed != "" %}<div><dt>Observed</dt><dd>{{ observed }}</dd></div>{% endif %}
  <div><dt>Document</dt><dd><code>{{ location }}</code>{% if pointer != "" %} <small>{{ pointer }}</small>{% endif %}</dd></div>
  <div><dt>Location in the exchange</dt><dd><code>{{ at }}</code></dd></div>
  <div><dt>Operation{% if moreOperations > 0 %}s{% endif %}</dt><dd>{{ operation }}</dd></div>
  <div><dt>Seen</dt><dd>{{ frequency }}{% if first != "" %}, {{ first }} to {{ last }}{% endif %}</dd></div>
  {%- if causes.size > 0 %}<div><dt>Cause</dt><dd>{% for cause in causes %}<span class="cause">{{ cause.sentence }} ({{ cause.frequency }})</span>{% endfor %}</dd></div>{% endif %}
  {%- if accepted %}<div><dt>Accepted</dt><dd>{{ accepted.reason }}{% if accepted.owner != "" %} <small>by {{ accepted.owner }}</small>{% endif %}{% if accepted.expires != "" %} <small>until {{ accepted.expires }}</small>{% endif %}</dd></div>{% endif %}
  <div><dt>Recorded in</dt><dd>{% for place in places %}<span class="place">{{ place }}</span>{% endfor %}</dd></div>
  <div><dt>Code, fingerprint</dt><dd><code>{{ code }} {{ id }}</code></dd></div>
</dl>
{%- if messages %}
<div class="messages">
{%- for view in messages %}
<figure><figcaption>{{ view.title }}</figcaption>
{%- if view.lines.size > 0 %}<pre tabindex="0" aria-label="{{ view.title }}">{% for line in view.lines %}<span class="line">{% if line.marked %}<mark>{{ line.text }}</mark>{% else %}{{ line.text }}{% endif %}</span>{% endfor %}</pre>{% endif %}
{%- if view.note != "" %}<p class="hint">{{ view.note }}</p>{% endif %}
</figure>
{%- endfor %}
</div>
<div class="curl"><pre tabindex="0" aria-label="curl command"><code>{{ curl }}</code></pre><button type="button" class="copy" hidden>Copy curl</button></div>
{%- else %}
<p class="hint">Sample omitted to limit the page size; see <code>--format json</code>.</p>
{%- endif %}
</div>
</details>`;
