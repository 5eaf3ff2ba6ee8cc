/** The style of the page: readable on a telephone, on paper, in light and in dark. */
export const reportCss = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1a1a1a; --soft: #5a5f66; --line: #d8dbdf; --best: #e6f0f8; --warn: #fff3d6; --focus: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e8eaed; --soft: #a2a9b2; --line: #363c44; --best: #1d3347; --warn: #43350f; --focus: #7cc0ee; } }
@media print { :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --best: #e6f0f8; --warn: #ffffff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 72rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; break-after: avoid; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; break-after: avoid; }
summary { cursor: pointer; margin: 1.5rem 0 .25rem; min-height: 2.75rem; }
summary h3 { display: inline; }
.soft, figcaption, caption, .notes { color: var(--soft); font-size: .9rem; }
.quick { background: var(--warn); border: 1px solid var(--line); border-radius: .4rem; padding: .6rem .9rem; font-weight: 600; }
.findings, .notes { padding-left: 1.25rem; }
.findings, .notes, p { max-width: 58rem; }
.findings li { margin-bottom: .5rem; }
.scroll { overflow-x: auto; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; width: 100%; }
caption { text-align: left; padding-bottom: .3rem; color: var(--ink); font-weight: 600; }
.scroll + .scroll, .soft + .scroll { margin-top: 1.75rem; }
th, td { padding: .3rem .5rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--paper); }
thead th { vertical-align: bottom; line-height: 1.25; }
th small { display: block; font-weight: 400; color: var(--soft); }
tbody th { font-weight: 500; white-space: normal; overflow-wrap: anywhere; min-width: 9rem; }
tbody th svg { vertical-align: -.1rem; margin-right: .4rem; }
tr.group th { font-weight: 600; padding-top: .6rem; }
tr.group ~ tr th { padding-left: 1.25rem; }
td.best { background: var(--best); font-weight: 700; }
td small { display: block; color: var(--soft); font-weight: 400; font-size: .72em; }
.star { font-size: .7em; margin-left: .1em; }
thead tr.under th { position: static; text-align: right; }
thead th[scope=colgroup] { text-align: center; border-left: 1px solid var(--line); }
abbr { text-decoration: none; }
tr, li { break-inside: avoid; }
figure { margin: 1.5rem 0 2rem; break-inside: avoid; }
figure svg { display: block; height: auto; max-width: 46rem; }
.animation h3 { font-size: .95rem; margin: 0 0 .5rem; }
.films { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.8rem, 1fr)); gap: .75rem; max-width: 46rem; font-size: .85rem; }
.film div { overflow-wrap: anywhere; }
.film svg { width: 100%; }
.controls { display: flex; gap: .75rem; align-items: center; margin: .75rem 0; max-width: 46rem; }
.controls[hidden] { display: none; }
.controls button { font: inherit; padding: .4rem .9rem; min-width: 7rem; min-height: 2.75rem; color: inherit; background: var(--best); border: 1px solid var(--soft); border-radius: .4rem; }
.controls input { flex: 1; min-width: 5rem; min-height: 2.75rem; accent-color: var(--focus); }
.controls output { min-width: 5.5rem; font-variant-numeric: tabular-nums; }
.wide svg { max-width: 100%; }
.narrow { display: none; }
figcaption { margin-top: .4rem; max-width: 46rem; }
@media (max-width: 34rem) { .wide { display: none; } .narrow { display: block; } .narrow svg { max-width: 100%; } tbody th { min-width: 7.5rem; } tbody th svg { display: block; } .films { grid-template-columns: 1fr 1fr; } th, td { padding: .3rem .4rem; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .wide { display: block; } .narrow, .animation { display: none; } figure svg { max-width: 13cm; max-height: 16cm; } table { font-size: 6.5pt; } table, tbody th svg { max-width: 100%; } .scroll { overflow: visible; } th, td { padding: 1pt 2pt; white-space: normal; } tbody th { min-width: 0; } thead th { overflow-wrap: normal; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
