"""The page's style sheet: light and dark, screen and paper; inks that every colour vision can tell apart.

The contestants' inks are after Okabe & Ito (2008), a little lighter where the page is dark.
"""

STYLE = """
:root { --page: #fdfdfb; --ink: #1d1f24; --quiet: #666a73; --faint: #dcdde0; --wash: #f3f3f0; --mark: #b04a00;
  --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #b0568f; --c4: #a87b00; --c5: #3b94cc; }
@media (prefers-color-scheme: dark) {
  :root { --page: #111318; --ink: #e6e7ea; --quiet: #9da1ab; --faint: #32353d; --wash: #191c22; --mark: #f0a060;
    --c0: #4aa8e0; --c1: #f08a3c; --c2: #2fc79a; --c3: #dd8fbe; --c4: #e0b030; --c5: #86c6ec; }
}
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 17px/1.55 "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Georgia, serif; }
main { max-width: 62rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
p, ul, ol.notes, header { max-width: 44rem; }
h1 { font-size: 2.3rem; line-height: 1.15; font-weight: 500; margin: 0 0 .6rem; letter-spacing: -.01em; }
h2 { font-size: 1.45rem; font-weight: 500; margin: 4rem 0 .8rem; padding-top: 1.1rem;
  border-top: 1px solid var(--faint); }
h2 span { color: var(--quiet); margin-right: .6rem; }
.lead { font-size: 1.15rem; color: var(--quiet); margin: 0 0 1.6rem; }
ul.found { padding-left: 1.1rem; }
ul.found li { margin: .45rem 0; }
a { color: inherit; text-decoration-color: var(--faint); }
sup { line-height: 0; font-size: .68em; }
sup a { color: var(--quiet); text-decoration: none; padding: 0 .12em; }
sup a:hover, sup a:focus { color: var(--ink); text-decoration: underline; }
.c0 { --c: var(--c0); }
.c1 { --c: var(--c1); }
.c2 { --c: var(--c2); }
.c3 { --c: var(--c3); }
.c4 { --c: var(--c4); }
.c5 { --c: var(--c5); }
.plain { --c: var(--ink); }
.quiet { --c: var(--quiet); }
b.who, .name { color: var(--c); font-weight: 600; }
.swatch, .stroke, .mark, .name, .tick, .head, table, .key, figcaption, .said, text, nav, footer,
  .stamp { font-family: ui-sans-serif, system-ui, "Helvetica Neue", Arial, sans-serif; }
data { font-variant-numeric: tabular-nums lining-nums; cursor: help; }
data:hover { background: var(--wash); }
data.doubtful { color: var(--quiet); }
data.doubtful::after { content: " ?"; color: var(--mark); }
.bounds { color: var(--quiet); font-size: .86em; font-variant-numeric: tabular-nums lining-nums; }
p .bounds::before, li .bounds::before { content: "("; }
p .bounds::after, li .bounds::after { content: ")"; }
nav { font-size: .84rem; margin: 1.6rem 0 0; display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; color: var(--quiet); }
.wide { overflow-x: auto; margin: 1.4rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .82rem; line-height: 1.38; }
caption { text-align: left; color: var(--quiet); padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: baseline; padding: .3rem .9rem .3rem 0;
  border-bottom: 1px solid var(--faint); font-weight: 400; }
thead th { font-weight: 600; border-bottom: 1px solid var(--quiet); }
tbody th { min-width: 9.5rem; }
td { min-width: 6rem; }
td data { font-weight: 600; }
td .bounds { white-space: nowrap; }
.which, .sample, td .said { color: var(--quiet); font-size: .93em; }
td .said { display: block; max-width: 19rem; }
tr.control th { padding-left: .9rem; }
tr.control, tr.control td data { color: var(--quiet); font-weight: 400; }
table.first { font-size: .93rem; }
table.first td data { font-size: 1.06em; }
figure { margin: 2rem 0 2.2rem; }
figcaption, .said { color: var(--quiet); font-size: .82rem; line-height: 1.45; }
figcaption { max-width: 48rem; margin-top: .7rem; }
figcaption b { color: var(--ink); }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1.3rem; font-size: .82rem; margin-bottom: .7rem;
  align-items: center; }
.key.small { margin: .2rem 0 0 3rem; }
.swatch::before { content: ""; display: inline-block; width: .72em; height: .72em; border-radius: 50%;
  background: var(--c); margin-right: .45em; }
.stroke, .mark { color: var(--quiet); }
.stroke svg { width: 30px; height: 8px; flex: none; margin-right: .45em; vertical-align: middle; }
.cells { display: grid; gap: 1.1rem 1.4rem; align-items: start; }
.cells.n1 { grid-template-columns: 1fr; }
.cells.n2 { grid-template-columns: 1fr 1fr; }
.cells.n3 { grid-template-columns: 1fr 1fr 1fr; }
.cell { min-width: 0; }
.cell > svg { display: block; width: 100%; height: auto; }
.scale { max-width: 27rem; width: 100%; }
.name { font-size: .84rem; margin-bottom: .3rem; }
.name span { color: var(--quiet); font-weight: 400; }
text { fill: var(--ink); font-size: 12px; }
.tick { fill: var(--quiet); font-size: 11.5px; }
.head { font-weight: 600; font-size: 12.5px; }
text.quiet { fill: var(--quiet); }
.grid { stroke: var(--faint); stroke-width: .7; }
.axis { stroke: var(--quiet); fill: none; stroke-width: .9; }
.line { fill: none; stroke: var(--c); stroke-width: 1.9; stroke-linejoin: round; }
.line.thin { stroke-width: 1; opacity: .75; }
.line.dashed { stroke-dasharray: 7 4; }
.line.dotted { stroke-dasharray: 1.6 3.4; }
.dot { fill: var(--c); fill-opacity: .85; }
.ring { fill: var(--page); stroke: var(--c); stroke-width: 1.3; }
.bar { stroke: var(--c); stroke-width: 2; fill: none; }
img.land { display: block; width: 100%; height: auto; border-radius: 2px; }
.map { border-radius: 2px; }
.map image { image-rendering: auto; }
.over { fill: #fff; font-size: 12px; paint-order: stroke; stroke: #000a; stroke-width: 2.6px; stroke-linejoin: round;
  }
.ruler { stroke: #fff; stroke-width: 1.4; fill: none; filter: drop-shadow(0 0 1px #000); }
.on.c0 { --c: #56b4e9; }
.on.c1 { --c: #ff8c2e; }
.on.c2 { --c: #20d0a0; }
.on.c3 { --c: #e79fca; }
.on.c4 { --c: #f0e442; }
.on.c5 { --c: #d4d4da; }
.halo { stroke: #000b; stroke-width: 4.4; fill: none; }
.way { stroke: var(--c); stroke-width: 2; fill: none; }
.stop { fill: var(--c); }
.end { fill: var(--c); stroke: #fff; stroke-width: 1.6; }
.begin { fill: #0006; stroke: var(--c); stroke-width: 2.2; }
video, img.still { width: 100%; height: auto; display: block; border-radius: 2px; background: #0d0e12; }
img.still { display: none; }
ol.notes { font-size: .84rem; line-height: 1.45; color: var(--quiet); padding-left: 1.9rem; }
ol.notes b { color: var(--ink); }
ol.notes li { margin: .4rem 0; }
ol.notes li:target { background: var(--wash); outline: .4rem solid var(--wash); }
footer, .stamp { color: var(--quiet); font-size: .8rem; line-height: 1.5; }
code { font: .92em ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
@media (max-width: 46rem) {
  body { font-size: 16px; }
  main { padding: 1.8rem 1rem 3rem; }
  h1 { font-size: 1.75rem; }
  .cells.n2, .cells.n3 { grid-template-columns: 1fr; }
  .cells.pair { grid-template-columns: 1fr 1fr; gap: .7rem; }
  table { font-size: .78rem; }
  tbody th { min-width: 7.5rem; }
}
@media print {
  @page { margin: 16mm 14mm; }
  :root { --page: #fff; --ink: #000; --quiet: #4c4f56; --faint: #cfd0d3; --wash: #fff; --c0: #0072b2; --c1: #d55e00;
    --c2: #009e73; --c3: #b0568f; --c4: #a87b00; --c5: #3b94cc; }
  html { color-scheme: light; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  h1 { font-size: 20pt; }
  h2 { margin-top: 1.4rem; break-after: avoid; }
  section > p { break-after: avoid; break-inside: avoid; }
  table.first { font-size: 8.2pt; }
  .line { stroke-width: 1.5; }
  figure, tr, li { break-inside: avoid; }
  .wide { overflow: visible; }
  table { font-size: 7.6pt; }
  th, td { padding-right: .5rem; }
  thead { display: table-header-group; }
  svg, img { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  video { display: none; }
  img.still { display: block; }
  a { text-decoration: none; }
  .swatch::before { print-color-adjust: exact; }
}
"""
