import type { AdminCommand, CommandArgument } from '../command-table.ts';
import { commandPath, findCommand } from '../command-table.ts';
import { inPhnomPenh, inUtc, showAmount } from '../plain-text.ts';
import type { Amount } from '../plain-text.ts';
import type { Notice, Session } from '../sessions.ts';
import { html } from './html.ts';
import type { Markup, Part } from './html.ts';

/** What every page is made with. */
export interface PageContext {
  readonly session: Session;
  readonly sandbox: boolean;
  /** How many proposals wait; shown in the navigation. */
  readonly proposals: number;
  /** Whether this person may see cases. */
  readonly compliance: boolean;
  /** How many verifications wait for this person's desk; `null`: they have none. */
  readonly reviews: number | null;
  /** What the last command said. */
  readonly notice: Notice | null;
  /** A name for one form, so that sending it twice does nothing twice. */
  newForm(): string;
}

/** A frame without navigation, for whoever is not signed in. */
export function frame(title: string, sandbox: boolean, content: Part): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Rielrails operators${sandbox && ' · play money'}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        ${content}
      </body>
    </html>`;
}

const sections = [
  { path: '/orders', name: 'Orders' },
  { path: '/cases', name: 'Cases' },
  { path: '/reviews', name: 'Reviews' },
  { path: '/proposals', name: 'Proposals' },
  { path: '/money', name: 'Money' },
  { path: '/reconcile', name: 'Reconcile' },
  { path: '/engine', name: 'Engine' },
] as const;

/** The sections of the page. */
export type Section = (typeof sections)[number]['path'];

/** A whole page for somebody who is signed in. */
export function page(title: string, section: Section, context: PageContext, content: Part): Markup {
  const { session, sandbox, proposals, reviews, notice } = context;
  return frame(
    title,
    sandbox,
    html`<header class="top">
        <p class="brand"><img class="logo" src="/icon.svg" alt="" />Rielrails <span class="muted">operators</span></p>
        ${banner(sandbox)}
        <form class="who" method="post" action="/sign-out">
          <input type="hidden" name="csrf" value="${session.csrf}" />
          <span>Signed in as <strong data-testid="person">${session.person}</strong></span>
          <button class="button small" type="submit">Sign out</button>
        </form>
      </header>
      <nav class="sections" aria-label="Sections">
        ${sections
          .filter(({ path }) => path !== '/cases' || context.compliance)
          .filter(({ path }) => path !== '/reviews' || reviews !== null)
          .map(
            ({ path, name }) =>
              html`<a href="${path}" ${path === section && html`aria-current="page"`}
                >${name}${path === '/proposals' && waiting(proposals)}${path === '/reviews' && waiting(reviews)}</a
              >`,
          )}
      </nav>
      <main>${notice && told(notice)}${content}</main>
      <footer>Times are Phnom Penh time, with UTC beneath. Nothing on this page refreshes by itself.</footer>`,
  );
}

function waiting(count: number | null): Part {
  return count !== null && count > 0 && html` <span class="count">${count}</span>`;
}

function told({ outcome, text }: Notice): Markup {
  const tone = { done: 'good', refused: 'bad', unknown: 'doubt' }[outcome];
  return html`<p class="notice ${tone}" role="status" data-testid="notice">${text}</p>`;
}

/** What every page of the sandbox says. */
export function banner(sandbox: boolean): Part {
  return sandbox && html`<p class="banner" data-testid="banner">SANDBOX – PLAY MONEY</p>`;
}

/** A moment in both times. */
export function time(iso: string | null): Part {
  if (iso === null) return html`<span class="muted">–</span>`;
  return html`<time datetime="${iso}">${inPhnomPenh(iso)}<span class="utc">${inUtc(iso)} UTC</span></time>`;
}

/** An amount as people read it. */
export function amount(value: Amount | null): Part {
  return value ? html`<span class="amount">${showAmount(value)}</span>` : html`<span class="muted">–</span>`;
}

/** A word in a pill. */
export function tag(word: string, tone: 'plain' | 'good' | 'bad' | 'doubt' = 'plain'): Markup {
  return html`<span class="tag ${tone}">${word}</span>`;
}

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => Part;
  readonly isNumber?: true;
}

/** A table, or a line that says that there is nothing. */
export function table<Row>(rows: readonly Row[], none: string, columns: readonly Column<Row>[]): Markup {
  if (rows.length === 0) return html`<p class="empty">${none}</p>`;
  const kind = ({ isNumber }: Column<Row>) => isNumber && html`class="number"`;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" ${kind(column)}>${column.title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map((column) => html`<td ${kind(column)}>${column.of(row)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Names, and what stands behind each. */
export function list(rows: readonly (readonly [string, Part])[]): Markup {
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

/** Links that choose which lines of a section are shown. */
export function filters(section: Section, chosen: string, choices: readonly (readonly [string, Part])[]): Markup {
  return html`<nav class="filters" aria-label="Filters">
    ${choices.map(
      ([filter, name]) =>
        html`<a href="${section}?filter=${filter}" ${filter === chosen && html`aria-current="true"`}>${name}</a>`,
    )}
  </nav>`;
}

/** A titled card. */
export function card(title: string, content: Part, aside: Part = null): Markup {
  return html`<section class="card">
    <div class="card-head">
      <h2>${title}</h2>
      ${aside}
    </div>
    ${content}
  </section>`;
}

/** What a form for a command says. */
export interface FormOptions {
  readonly label: string;
  /** Arguments that this form has decided already. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly tone?: 'primary' | 'danger';
  /** Behind a first press: for what cannot be taken back. */
  readonly asks?: string;
}

/** A form for a command, made from its description. Refilled with what was typed when it was refused. */
export function commandForm(name: string, context: PageContext, options: FormOptions): Markup {
  const command = findCommand(name) as AdminCommand;
  const { label, fixed = {}, tone = 'plain', asks } = options;
  const path = commandPath(command);
  const { notice } = context;
  const isRefill =
    notice?.command === path && Object.entries(fixed).every(([name, value]) => notice.typed?.[name] === value);
  const typed = isRefill ? (notice.typed ?? {}) : {};
  const form = html`<form class="command" method="post" action="/do/${path}" data-testid="do-${path}">
    <input type="hidden" name="csrf" value="${context.session.csrf}" />
    <input type="hidden" name="form" value="${context.newForm()}" />
    ${Object.entries(fixed).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    ${asks !== undefined && html`<p>${asks}</p>`}
    ${command.arguments.filter(({ name }) => !(name in fixed)).map((one) => field(one, typed[one.name] ?? ''))}
    <button class="button ${tone}" type="submit">${label}</button>
  </form>`;
  if (asks === undefined) return form;
  return html`<details class="asks" ${isRefill && html`open`}>
    <summary class="button ${tone}">${label}…</summary>
    ${form}
  </details>`;
}

/** A name as people read it: `bankReference` is `Bank reference`. */
export function titleOf(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function field({ name, tells, choices, longest, isOptional }: CommandArgument, typed: string): Markup {
  const title = titleOf(name);
  if (choices)
    return html`<label
      >${title}${isOptional && ' (if any)'}
      <select name="${name}">
        ${isOptional && html`<option value="">–</option>`}
        ${choices.map((one) => html`<option ${one === typed && html`selected`}>${one}</option>`)}
      </select>
    </label>`;
  if (longest !== undefined)
    return html`<label
      >${title}
      <textarea name="${name}" rows="8" maxlength="${longest}" spellcheck="false" required>${typed}</textarea>
      <small>${tells}</small>
    </label>`;
  return html`<label
    >${title}${isOptional && ' (if any)'}
    <input name="${name}" value="${typed}" maxlength="200" autocomplete="off" ${!isOptional && html`required`} />
    <small>${tells}</small>
  </label>`;
}
