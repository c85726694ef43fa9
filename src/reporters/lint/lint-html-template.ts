// Liquid template of the HTML report of lint. Every output is escaped, except the style and the script of the page ("raw").

import { pageHead } from '../html-head.ts';

export const LINT_TEMPLATE = `${pageHead('{{ headline }} · lint · {{ tool }}', true)}
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<header class="top"><p class="brand"><strong>{{ tool }}</strong> <span>lint</span></p></header>
<main>
<section class="verdict {{ verdict }}" aria-labelledby="verdict">
  <h1 id="verdict"><span class="mark" aria-hidden="true"></span>{{ headline }}</h1>
  <p class="sentence">{{ summary }}</p>
  {%- if counts != "" %}<p class="next">{{ counts }}</p>{% endif %}
  <dl class="about">
    {%- for document in documents %}<div><dt>{{ document.title }} ({{ document.format }})</dt><dd><code>{{ document.file }}</code></dd></div>{% endfor %}
  </dl>
</section>
<section id="findings" aria-labelledby="findings-title" tabindex="-1">
  <div class="head"><h2 id="findings-title">Findings</h2><p id="shown" role="status" class="quiet">{% if findings.size > 0 %}{{ findings.size }} listed{% endif %}</p></div>
  {%- if findings.size == 0 %}
  <p class="empty">No findings: the documents and the scenarios can be used.</p>
  {%- else %}
  <form class="filter" id="filter" hidden role="search" aria-label="Filter the findings">
    <label class="field text"><span class="visually-hidden">Text</span><input type="search" name="text" placeholder="Filter by text, file or code" autocomplete="off" spellcheck="false"></label>
    <label class="field"><span class="visually-hidden">File</span><select name="operation"><option value="">All files</option>{% for file in files %}<option>{{ file }}</option>{% endfor %}</select></label>
    <fieldset><legend class="visually-hidden">Severities</legend>
      {%- for severity in severities %}<label class="chip"><input type="checkbox" name="kind" value="{{ severity.key }}" checked><span>{{ severity.title }} <b>{{ severity.count }}</b></span></label>{% endfor -%}
    </fieldset>
  </form>
  <div class="list">
  {%- for finding in findings %}
<details class="finding {{ finding.severity }}" data-kind="{{ finding.severity }}" data-operations="{{ finding.file }}">
<summary>
  <span class="severity"><span aria-hidden="true">{% if finding.severity == "error" %}&#10007;{% elsif finding.severity == "warning" %}!{% else %}i{% endif %}</span><span class="visually-hidden">{{ finding.severity }}:</span></span>
  <span class="message">{{ finding.message }}</span>
  <span class="details"><code>{{ finding.location }}</code><span>{{ finding.code }}</span></span>
</summary>
<div class="content">
<dl class="facts">
  <div><dt>Meaning</dt><dd>{{ finding.meaning }}</dd></div>
  {%- if finding.fix != "" %}<div><dt>What to do</dt><dd>{{ finding.fix }}</dd></div>{% endif %}
  {%- if finding.pointer != "" %}<div><dt>Place in the file</dt><dd><code>{{ finding.pointer }}</code></dd></div>{% endif %}
</dl>
</div>
</details>
  {%- endfor %}
  </div>
  <p class="empty" id="none" hidden>No finding matches the filter.</p>
  {%- endif %}
  {%- if omitted > 0 %}<p class="quiet">And {{ omitted }} more: use <code>--format json</code> for the complete list.</p>{% endif %}
</section>
</main>
<script>{{ script | raw }}</script>
</body>
</html>
`;
