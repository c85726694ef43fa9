// Style sheet of the HTML report: light, dark and print, with the contrast of WCAG AA.

import { PAGE_COLOURS } from './html-colours.ts';

export const PAGE_STYLE = `
${PAGE_COLOURS}* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 var(--sans); font-variant-numeric: tabular-nums; }
main, .top { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
main { display: grid; gap: 28px; padding-bottom: 64px; grid-template-columns: minmax(0, 1fr); }
h1, h2, h3, p, dl, dd, ul, figure { margin: 0; padding: 0; }
h2 { font-size: 17px; line-height: 1.3; font-weight: 650; letter-spacing: -.005em; }
h3 { font-size: 14px; font-weight: 650; margin: 24px 0 8px; }
a { color: var(--link); text-underline-offset: 2px; }
code, pre { font: 12.5px/1.55 var(--mono); overflow-wrap: anywhere; }
small { font-size: 12.5px; color: var(--quiet); font-weight: 400; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); font-size: 13.5px; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 16px; top: 8px; background: var(--panel); padding: 6px 12px; border-radius: 6px; z-index: 1; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
[hidden] { display: none !important; }

.top { display: flex; flex-wrap: wrap; gap: 4px 24px; justify-content: space-between; align-items: baseline; padding-top: 20px; padding-bottom: 16px; font-size: 13.5px; color: var(--quiet); }
.brand strong { color: var(--ink); font-weight: 650; }
nav { display: flex; flex-wrap: wrap; gap: 0 18px; }
nav a { padding: 4px 0; color: var(--soft); text-decoration: none; }
nav a:hover { color: var(--link); text-decoration: underline; }

.verdict { background: var(--panel); border: 1px solid var(--rule); border-top: 4px solid var(--edge); border-radius: 10px; padding: 24px 28px; }
.verdict.passed { --edge: var(--good); } .verdict.failed { --edge: var(--bad); } .verdict.incomplete { --edge: var(--warn); }
h1 { display: flex; align-items: center; gap: 10px; font-size: 15px; line-height: 1.3; font-weight: 650; color: var(--edge); }
.mark { width: 10px; height: 10px; border-radius: 50%; background: var(--edge); }
.sentence { font-size: 24px; line-height: 1.3; font-weight: 600; letter-spacing: -.015em; margin-top: 6px; max-width: 40em; overflow-wrap: anywhere; }
.next { color: var(--soft); margin-top: 8px; max-width: 62em; }
.verdict-reasons { margin: 14px 0 0; padding-left: 18px; color: var(--soft); overflow-wrap: anywhere; }
.about { display: flex; flex-wrap: wrap; gap: 10px 36px; margin-top: 20px; padding-top: 16px; border-top: 1px solid var(--rule); font-size: 13.5px; }
.about dt, .facts dt { color: var(--quiet); font-size: 12.5px; }
.about dd { overflow-wrap: anywhere; }

.panel { background: var(--panel); border: 1px solid var(--rule); border-radius: 10px; padding: 20px 28px 24px; }
.panel > .quiet { margin-top: 2px; margin-bottom: 12px; } .panel > h2 + table, .panel > h2 + .empty { margin-top: 12px; }
.bar { display: flex; gap: 2px; height: 12px; margin: 14px 0 12px; border-radius: 6px; overflow: hidden; background: var(--sunk); }
.bar svg { min-width: 3px; flex: none; flex-shrink: 1; display: block; }
.passed rect { fill: var(--bar-passed); } .rejected rect { fill: var(--bar-rejected); } .failed rect { fill: var(--bar-failed); } .notCheckable rect { fill: var(--bar-notCheckable); } .skipped rect { fill: var(--bar-skipped); }
.outOfScope rect { fill: var(--bar-outOfScope); } .unreadable rect { fill: var(--bar-unreadable); }
.dot { display: inline-block; width: 9px; height: 9px; border-radius: 3px; margin-right: 9px; }
.dot.passed { background: var(--bar-passed); } .dot.rejected { background: var(--bar-rejected); } .dot.failed { background: var(--bar-failed); } .dot.notCheckable { background: var(--bar-notCheckable); } .dot.skipped { background: var(--bar-skipped); }
.dot.outOfScope { background: var(--bar-outOfScope); } .dot.unreadable { background: var(--bar-unreadable); }

table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: baseline; padding: 7px 16px 7px 0; border-bottom: 1px solid var(--rule); font-weight: 400; overflow-wrap: anywhere; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--quiet); font-size: 12.5px; padding-top: 0; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
.scroll { overflow-x: auto; position: relative; }
.accounting th, .accounting td { vertical-align: top; } .accounting th { white-space: nowrap; width: 1%; padding-right: 20px; }
.accounting .number { width: 1%; font-weight: 650; padding-right: 24px; }
.accounting .zero { color: var(--quiet); } .accounting .zero .number { font-weight: 400; }
.reasons { color: var(--quiet); font-size: 13.5px; }
.reasons span { display: inline-block; margin-right: 16px; } .reasons b { color: var(--soft); font-weight: 600; }

.head { display: flex; align-items: baseline; gap: 12px; }
.filter { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; margin: 12px 0; }
.field.text { flex: 1 1 180px; }
input[type=search], select { width: 100%; font: 14px/1.4 var(--sans); color: var(--ink); background: var(--panel); border: 1px solid var(--rule-strong); border-radius: 7px; padding: 7px 10px; }
.field:not(.text) { flex: 0 1 180px; min-width: 0; }
input::placeholder { color: var(--quiet); opacity: 1; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; display: flex; flex-wrap: wrap; gap: 6px; }
.chip { position: relative; cursor: pointer; }
.chip input { position: absolute; opacity: 0; inset: 0; margin: 0; cursor: pointer; }
.chip span { display: block; padding: 6px 11px; border: 1px solid var(--rule-strong); border-radius: 7px; font-size: 13.5px; color: var(--quiet); background: transparent; }
.chip input:checked + span::before { content: '\\2713\\00a0'; } .chip input:not(:checked) + span { text-decoration: line-through; }
.chip input:checked + span { background: var(--panel); color: var(--ink); }
.chip input:focus-visible + span { outline: 2px solid var(--link); outline-offset: 2px; }
.chip b { font-weight: 600; color: var(--quiet); }
.empty { margin-top: 12px; padding: 20px; border: 1px dashed var(--rule-strong); border-radius: 10px; color: var(--soft); }

.list { margin-top: 12px; background: var(--panel); border: 1px solid var(--rule); border-radius: 10px; overflow: hidden; }
.finding + .finding { border-top: 1px solid var(--rule); }
.finding > summary { display: grid; grid-template-columns: 18px minmax(0, 1fr) auto; gap: 2px 12px; padding: 12px 20px; cursor: pointer; list-style: none; }
.finding > summary::-webkit-details-marker { display: none; }
.finding > summary:hover, .finding[open] > summary { background: var(--sunk); }
.finding > summary:focus-visible { outline-offset: -3px; }
.severity { width: 18px; height: 18px; border-radius: 50%; margin-top: 2px; font: 700 12px/16px var(--sans); text-align: center; color: var(--on-mark); border: 1px solid transparent; position: relative; }
.error > summary .severity { background: var(--bad); } .warning > summary .severity { background: var(--warn-mark); border-radius: 4px; } .note > summary .severity { color: var(--note); border-color: var(--note); }
.message { font-weight: 600; overflow-wrap: anywhere; }
.details { grid-column: 2; display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 13px; color: var(--quiet); align-items: baseline; overflow-wrap: anywhere; }
.details code { color: var(--soft); } .details > * { min-width: 0; }
.frequency { grid-column: 3; grid-row: 1; white-space: nowrap; font-size: 14px; }
.frequency b { font-weight: 650; }
.method { font: 600 12px/1.5 var(--mono); color: var(--soft); }
.tag { display: inline-block; font-size: 12px; line-height: 1.4; padding: 1px 7px; border-radius: 5px; background: var(--note-bg); color: var(--note); white-space: nowrap; }
.tag.violation, .tag.expired { background: var(--bad-bg); color: var(--bad); } .tag.difference, .tag.undocumented, .tag.undecodable, .tag.stale { background: var(--warn-bg); color: var(--warn); }
.tag.accepted { background: var(--good-bg); color: var(--good); } .tag.not-checkable { background: var(--violet-bg); color: var(--violet); }

.content { padding: 8px 20px 22px 46px; background: var(--sunk); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(280px, 100%), 1fr)); gap: 12px 32px; }
.facts dd { font-size: 14px; overflow-wrap: anywhere; }
.cause, .place { display: block; }
.expected { color: var(--good); } .actual { color: var(--bad); }
.messages { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; margin-top: 18px; }
figcaption { font-size: 12.5px; color: var(--quiet); margin-bottom: 4px; }
.messages pre, .curl pre { margin: 0; background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: 10px 0; max-height: 460px; overflow: auto; white-space: pre-wrap; }
.line { display: block; padding: 0 14px; min-height: 1.55em; }
.line:has(mark) { background: var(--mark); box-shadow: inset 3px 0 var(--mark-edge); }
mark { background: none; color: inherit; }
.hint { color: var(--quiet); font-size: 13px; margin-top: 6px; }
.curl { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 10px; align-items: start; margin-top: 14px; }
.curl pre { padding: 9px 14px; max-height: 160px; }
.copy { font: 600 13px/1.4 var(--sans); color: var(--ink); background: var(--panel); border: 1px solid var(--rule-strong); border-radius: 7px; padding: 9px 14px; cursor: pointer; min-width: 108px; }
.copy:hover { border-color: var(--link); color: var(--link); }

.levels th[scope=row] { white-space: nowrap; } .levels .meter { width: 26%; min-width: 120px; }
.meter svg { display: block; } .track { fill: var(--rule); } rect.seen { fill: var(--bar-outOfScope); } rect.passed { fill: var(--bar-passed); }
.below-minimum, .below-minimum small { color: var(--bad); font-weight: 600; }
.never-seen { width: 30%; font-size: 13.5px; } .never-seen summary { cursor: pointer; color: var(--soft); min-height: 24px; } .never-seen ul { padding-left: 18px; margin-top: 4px; }
.grid { width: auto; min-width: 60%; } .grid th[scope=row] { padding-right: 28px; min-width: 220px; } .grid .number { padding-right: 20px; }
.grid th[scope=row], .grid thead th:first-child { position: sticky; left: 0; background: var(--panel); }
.number.partial, .number.not-passed { color: var(--bad); font-weight: 650; }
.grid .cell { text-align: center; min-width: 62px; padding: 7px 8px; border-left: 2px solid var(--panel); background-clip: padding-box; font-size: 13px; white-space: nowrap; }
.grid th.cell { color: var(--quiet); }
.cell.passed { background: var(--good-bg); color: var(--good); } .cell.partial { background: var(--warn-bg); color: var(--warn); } .cell.rejected { background: var(--note-bg); color: var(--note); } .cell.not-passed { background: var(--bad-bg); color: var(--bad); font-weight: 650; }
.cell.unseen { background: var(--sunk); color: var(--quiet); }
.grid th.unseen .path { color: var(--quiet); } .grid em { font-style: normal; font-size: 12.5px; color: var(--quiet); }
.legend { display: flex; flex-wrap: wrap; gap: 6px 20px; } .panel > .legend { margin: 0 0 12px; }
.legend i { display: inline-block; min-width: 44px; padding: 1px 7px; border-radius: 4px; margin-right: 4px; font-style: normal; font-size: 12.5px; text-align: center; }
.sideways { margin-bottom: 8px; }
.plain, .hosts { list-style: none; font-size: 14px; overflow-wrap: anywhere; } .plain li { padding: 4px 0; }
.hosts { display: flex; flex-wrap: wrap; gap: 4px 24px; color: var(--quiet); } .hosts code { color: var(--soft); }

@media (min-width: 1800px) { main, .top { max-width: 1560px; } }
@media (min-width: 2800px) { body { font-size: 17px; } main, .top { max-width: 1900px; } }
@media print, (max-width: 720px) {
  .grid, .grid tbody, .grid td, .grid th[scope=row] { display: block; width: auto; min-width: 0; }
  .grid thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .grid tr { display: flex; flex-wrap: wrap; gap: 4px 6px; align-items: center; padding: 10px 0; border-bottom: 1px solid var(--rule); } .grid tr:last-child { border: 0; }
  .grid th[scope=row] { position: static; flex: 1 1 100%; padding: 0; border: 0; }
  .grid .number { border: 0; padding: 0 6px 0 0; font-size: 13px; } .grid .calls::after { content: ' calls,'; } .grid .number:not(.calls)::after { content: ' passed'; }
  .grid .cell { border: 0; border-radius: 5px; padding: 2px 8px; min-width: 0; } .grid .cell.none { display: none; }
  .grid .cell::before { content: attr(data-status) '\\00a0\\00a0'; color: var(--soft); font-weight: 600; }
}
@media (max-width: 720px) {
  main, .top { padding-left: 14px; padding-right: 14px; } main { gap: 20px; }
  .verdict, .panel { padding: 18px 16px; } .sentence { font-size: 20px; }
  .messages { grid-template-columns: minmax(0, 1fr); } .content { padding: 8px 14px 18px; }
  .finding > summary { padding: 12px 14px; grid-template-columns: 18px minmax(0, 1fr); } .frequency { grid-column: 2; grid-row: auto; font-size: 13px; } .curl { grid-template-columns: minmax(0, 1fr); }
  .field.text, .field:not(.text) { flex: 1 1 100%; }
  .accounting tr { display: grid; grid-template-columns: 1fr auto; border-bottom: 1px solid var(--rule); padding: 7px 0; } .accounting tr:last-child { border: 0; }
  .accounting th, .accounting td { border: 0; padding: 0; width: auto; } .accounting .number { padding: 0; } .accounting .reasons { grid-column: 1 / -1; padding-left: 18px; }
  .stack, .stack tbody { display: block; } .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack tr { display: flex; flex-wrap: wrap; gap: 2px 16px; padding: 10px 0; border-bottom: 1px solid var(--rule); } .stack tr:last-child { border: 0; }
  .stack th, .stack td { display: block; border: 0; padding: 0; text-align: left; min-width: 0; flex: 0 1 auto; } .stack th, .stack td:first-child, .stack .meter, .stack .never-seen { flex: 1 1 100%; width: auto; }
  .stack td:empty { display: none; } .stack [data-label]::before { content: attr(data-label) ' '; color: var(--quiet); font-size: 12.5px; font-weight: 400; } .stack .number { white-space: normal; }
}
@media (forced-colors: active) {
  .dot, .bar svg, .meter svg { forced-color-adjust: none; } .severity, .tag { border: 1px solid CanvasText; } .grid .cell { border-left-color: Canvas; } .cell:not(.none) { outline: 1px solid CanvasText; outline-offset: -2px; }
  .line:has(mark) { border-left: 4px solid Highlight; padding-left: 10px; }
  .mark { forced-color-adjust: none; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media print {
  :root { --page: #fff; --sunk: #fff; color-scheme: light; }
  .filter, .skip, nav, .copy { display: none !important; }
  .finding, figure, tr { break-inside: avoid; } .messages pre, .curl pre { max-height: none; } .scroll { overflow: visible; } .sideways { display: none; }
  svg, .cell, .line, .tag, .severity, .dot { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
