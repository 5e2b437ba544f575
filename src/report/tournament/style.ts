/** What the tournament's page adds to the style of every page. */
export const STYLE: string = `
:root { --faint: #aab1bd; }
@media (prefers-color-scheme: dark) { :root { --faint: #566072; } }
html { scroll-behavior: smooth; }
main { max-width: 1180px; }
nav { display: flex; flex-wrap: wrap; gap: .3rem .5rem; margin: 1.1rem 0 0; }
nav a { color: var(--accent); text-decoration: none; border: 1px solid var(--line); border-radius: 1rem; padding: .15rem .75rem; font-size: .85rem; }
nav a:hover, nav a:focus-visible { border-color: var(--accent); }
section { scroll-margin-top: 1rem; } section + section { margin-top: 2.5rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
.note { font-size: .85rem; max-width: 52rem; }
figure.scroll { margin: 1rem 0; } figure svg { display: block; width: 100%; max-width: 60rem; }
table.sortable, table.heat { font-size: .84rem; } table.sortable th, table.sortable td { padding: .35rem .45rem; }
table.sortable td:first-child { font-weight: 600; position: sticky; left: 0; background: var(--paper); }
table.sortable tbody tr:nth-child(even) td:first-child { background: var(--band); }
table.heat { width: auto; } table.heat th, table.heat td { padding: .25rem .5rem; }
table.heat tbody th { text-align: left; font-weight: 500; position: sticky; left: 0; background: var(--paper); border-bottom: 1px solid var(--line); white-space: nowrap; }
table.heat tbody tr { background: none; } table.heat td { background: color-mix(in srgb, var(--accent) var(--shade, 0%), transparent); }
.picker { display: flex; flex-wrap: wrap; gap: .6rem 1rem; margin: .75rem 0; align-items: end; }
.picker label { display: grid; gap: .15rem; font-size: .8rem; color: var(--soft); max-width: 100%; }
.picker select { font: inherit; font-size: .9rem; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .5rem; max-width: 100%; }
#drawing { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem; } #drawing svg { width: 100%; min-width: 34rem; height: auto; display: block; }
#drawing text { fill: var(--ink); font: 12px system-ui, "DejaVu Sans", sans-serif; } #drawing .soft { fill: var(--soft); }
#said { min-height: 3.2rem; font-size: .9rem; } #world-table .scroll { max-height: 36rem; } #world-table tbody tr { cursor: pointer; } #world-table tbody tr[aria-selected=true] td { background: color-mix(in srgb, var(--accent) 18%, transparent); }
@media (max-width: 640px) { main { padding: 1.25rem .8rem 3rem; } h1 { font-size: 1.4rem; } figure svg { min-width: 38rem; } dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
@media print {
  nav, .picker { display: none; } .scroll { overflow: visible; } section { break-inside: auto; } figure { break-inside: avoid; }
  figure svg { max-height: 24cm; } table.sortable { font-size: 6.8px; } table.heat { font-size: 8px; } table.sortable th, table.sortable td, table.heat th, table.heat td { padding: .12rem .18rem; }
  table.sortable thead th, table.heat thead th { font-size: inherit; } #world-table .scroll { max-height: none; }
  h2, h3 { break-after: avoid; } * { print-color-adjust: exact; }
}
`;
