/** The page's one style sheet. Light and dark; system fonts. */
export const style = `:root {
  color-scheme: light dark;
  --ground: #f1f0ec;
  --card: #fff;
  --sunken: #f6f5f2;
  --line: #e3e1da;
  --ink: #1f2428;
  --muted: #656c73;
  --accent: #0f6e66;
  --on-accent: #fff;
  --accent-soft: #e0f0ed;
  --good: #1a7040;
  --good-soft: #e2f3e8;
  --bad: #ae2a1e;
  --bad-soft: #fbe8e5;
  --doubt: #8a5a00;
  --doubt-soft: #fdf0d2;
  --banner: #ffd166;
  --on-banner: #3d2b00;
  --shadow: 0 1px 2px rgb(30 35 40 / 6%), 0 2px 10px rgb(30 35 40 / 4%);
  --mono: ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #121517;
    --card: #1b1f22;
    --sunken: #16191c;
    --line: #2d3338;
    --ink: #e6e8e9;
    --muted: #98a1a8;
    --accent: #4fbfb1;
    --on-accent: #06231f;
    --accent-soft: #17332f;
    --good: #6fcf97;
    --good-soft: #16301f;
    --bad: #ff8f82;
    --bad-soft: #3a1c19;
    --doubt: #f0c060;
    --doubt-soft: #362a10;
    --banner: #e0b23c;
    --on-banner: #231900;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  background: var(--ground);
  color: var(--ink);
  font: 14px/1.5 system-ui, 'Noto Sans', 'Noto Sans Khmer', sans-serif;
}
h1, h2, p, ol, dl, dd { margin: 0; padding: 0; }
h1 { font-size: 20px; font-weight: 600; }
h1 .mono { font-size: inherit; }
h2 { font-size: 14px; font-weight: 600; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.muted, .empty { color: var(--muted); }
.mono { font-family: var(--mono); font-size: 12.5px; }
.wrap { overflow-wrap: anywhere; }
.place { overflow-wrap: break-word; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.amount { white-space: nowrap; font-variant-numeric: tabular-nums; }
.utc { display: block; color: var(--muted); font-size: 11.5px; }
time { font-variant-numeric: tabular-nums; white-space: nowrap; }

.top, .sections, main, footer {
  padding-left: max(20px, calc((100vw - 1280px) / 2));
  padding-right: max(20px, calc((100vw - 1280px) / 2));
}
.top {
  display: grid;
  grid-template-columns: 1fr auto 1fr;
  align-items: center;
  gap: 16px;
  padding-top: 10px;
  padding-bottom: 10px;
  background: var(--card);
}
.brand { font-size: 16px; font-weight: 600; grid-column: 1; }
.logo { width: 26px; height: 26px; margin-right: 8px; vertical-align: -7px; }
.banner {
  padding: 3px 16px;
  border-radius: 999px;
  background: var(--banner);
  color: var(--on-banner);
  font-weight: 600;
  font-size: 12.5px;
  letter-spacing: 0.06em;
  text-align: center;
  white-space: nowrap;
}
.who { grid-column: 3; display: flex; justify-content: flex-end; align-items: center; gap: 12px; color: var(--muted); }
.who strong { color: var(--ink); font-weight: 600; }
.sections { display: flex; flex-wrap: wrap; gap: 0 4px; padding-left: max(8px, calc((100vw - 1304px) / 2)); background: var(--card); border-bottom: 1px solid var(--line); }
.sections a { padding: 8px 12px; color: var(--muted); text-decoration: none; font-weight: 600; border-bottom: 2px solid transparent; }
.sections a:hover { color: var(--ink); }
.sections a[aria-current] { color: var(--accent); border-color: var(--accent); }
.count {
  display: inline-block;
  min-width: 20px;
  padding: 0 6px;
  border-radius: 999px;
  background: var(--sunken);
  color: var(--muted);
  font-size: 11.5px;
  font-weight: 600;
  text-align: center;
  font-variant-numeric: tabular-nums;
}
.sections .count { background: var(--doubt-soft); color: var(--doubt); }

main { display: flex; flex-direction: column; gap: 14px; padding-top: 18px; padding-bottom: 20px; }
footer { padding-bottom: 24px; color: var(--muted); font-size: 12.5px; }
.bar { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 10px 16px; min-height: 34px; }
.lead { color: var(--muted); }
.tags { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; }
.halves { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px; align-items: start; }
.stack { display: flex; flex-direction: column; gap: 14px; min-width: 0; }
.card {
  padding: 14px 16px 16px;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 12px;
  box-shadow: var(--shadow);
  min-width: 0;
}
.card > * + * { margin-top: 10px; }
.card-head { display: flex; justify-content: space-between; align-items: center; gap: 8px; min-height: 24px; }
.filters { display: flex; flex-wrap: wrap; gap: 6px; }
.filters a { padding: 4px 6px 4px 12px; border: 1px solid var(--line); border-radius: 999px; background: var(--card); color: var(--ink); text-decoration: none; font-size: 13px; }
.filters a[aria-current] { background: var(--accent-soft); border-color: var(--accent); font-weight: 600; }
.find { display: flex; gap: 8px; }

.scroll { overflow-x: auto; scrollbar-width: thin; }
table { width: 100%; border-collapse: collapse; font-size: 13px; }
th { padding: 4px 24px 6px 0; color: var(--muted); font-size: 12px; font-weight: 600; text-align: left; white-space: nowrap; }
th.number { text-align: right; }
td { padding: 7px 24px 7px 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 6px 18px; font-size: 13px; }
dt { color: var(--muted); }

.tag {
  display: inline-block;
  padding: 1px 9px;
  border: 1px solid var(--line);
  border-radius: 999px;
  background: var(--sunken);
  color: var(--muted);
  font-size: 12px;
  font-weight: 600;
  white-space: nowrap;
}
.tag.good, .notice.good { background: var(--good-soft); border-color: transparent; color: var(--good); }
.tag.bad, .notice.bad { background: var(--bad-soft); border-color: transparent; color: var(--bad); }
.tag.doubt, .notice.doubt { background: var(--doubt-soft); border-color: transparent; color: var(--doubt); }
.notice { padding: 10px 14px; border-radius: 10px; font-weight: 600; overflow-wrap: anywhere; }
.does { font-size: 15px; overflow-wrap: anywhere; }

.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(220px, 100%), 1fr)); gap: 12px; }
figure { margin: 0; }
figure img { display: block; width: 100%; border: 1px solid var(--line); border-radius: 8px; background: var(--sunken); }
figcaption { margin-top: 4px; color: var(--muted); font-size: 12px; }

.timeline { list-style: none; font-size: 13px; }
.timeline li { display: grid; grid-template-columns: 148px minmax(0, 1fr); gap: 14px; padding: 6px 0; border-top: 1px solid var(--line); }
.timeline li:first-child { border-top: 0; }
.what { overflow-wrap: anywhere; }

.button {
  display: inline-block;
  min-height: 32px;
  padding: 5px 12px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--sunken);
  color: var(--ink);
  font: inherit;
  font-weight: 600;
  font-size: 13px;
  line-height: 20px;
  cursor: pointer;
}
.button:hover { border-color: var(--muted); }
.button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.button.danger { background: var(--bad-soft); border-color: color-mix(in srgb, var(--bad) 40%, transparent); color: var(--bad); }
.button.small { min-height: 28px; padding: 3px 10px; font-size: 12.5px; }
label { display: block; font-size: 12.5px; font-weight: 600; }
label small { display: block; margin-top: 3px; color: var(--muted); font-size: 12px; font-weight: 400; }
input, select, textarea {
  min-height: 32px;
  padding: 4px 10px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--sunken);
  color: var(--ink);
  font: inherit;
  font-size: 13.5px;
}
label > input, label > select, label > textarea { display: block; width: 100%; margin-top: 3px; }
::placeholder { color: var(--muted); opacity: 0.8; }
.command { display: flex; flex-direction: column; align-items: flex-start; gap: 10px; }
.command > label { width: 100%; }
.actions { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 10px; }
.asks > summary { list-style: none; width: max-content; max-width: 100%; }
.asks > summary::-webkit-details-marker { display: none; }
.asks[open] { width: 100%; padding: 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--sunken); }
.asks[open] > summary { margin-bottom: 10px; background: none; border-color: transparent; padding-left: 0; color: var(--ink); }
.asks[open] input { background: var(--card); }
.transfer > * + * { margin-top: 8px; }
.transfer + .transfer { margin-top: 14px; padding-top: 14px; border-top: 1px solid var(--line); }

.sign-in { min-height: 100vh; align-items: center; justify-content: center; }
.sign-in .card { width: min(420px, 100%); padding: 24px; }
.sign-in .card > * + * { margin-top: 16px; }

@media (max-width: 900px) {
  .halves { grid-template-columns: minmax(0, 1fr); }
  table { min-width: 680px; }
  .top { grid-template-columns: 1fr auto; }
  .top .banner { grid-column: 1 / -1; grid-row: 2; }
  .who { grid-column: 2; }
  .who > span { display: none; }
  .timeline li { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .sections { padding-left: 12px; padding-right: 12px; }
  .sections a { padding: 7px 8px; font-size: 13.5px; }
}
`;

/** The sign beside the name. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f6e66"/><path d="M9 8h14M9 14h14M12 8v16M20 8v16" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/></svg>';
