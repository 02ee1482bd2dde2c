import type { CaseFilter } from '../../store/cases.ts';
import type { CaseLineReport, CaseReport } from '../reports.ts';
import { html } from './html.ts';
import type { Markup, Part } from './html.ts';
import { card, commandForm, filters, list, page, table, tag, time } from './parts.ts';
import type { PageContext } from './parts.ts';

const filterNames: Readonly<Record<CaseFilter, string>> = {
  open: 'Open',
  'to-report': 'To report',
  closed: 'Closed',
  all: 'All',
};

/** A list of cases. */
export function casesPage(context: PageContext, chosen: CaseFilter, lines: readonly CaseLineReport[]): Markup {
  return page(
    'Cases',
    '/cases',
    context,
    html`<div class="bar"><h1>Cases</h1></div>
      <p class="lead">
        What due diligence found. The buyer knows nothing of it: say nothing that tells them. That you open a case is
        written down.
      </p>
      ${filters('/cases', chosen, Object.entries(filterNames))}
      <section class="card">${caseTable(lines, context)}</section>`,
  );
}

/** Cases in a table; their files open to those who may. */
export function caseTable(lines: readonly CaseLineReport[], { compliance }: PageContext): Markup {
  return table(lines, 'No cases here.', [
    {
      title: 'Case',
      of: (one) =>
        compliance
          ? html`<a class="mono" href="/cases/${one.case}">${one.case}</a>`
          : html`<span class="mono">${one.case}</span>`,
    },
    { title: 'Found', of: ({ rule }) => rule },
    {
      title: 'Order',
      of: ({ order }) => (order === null ? '–' : html`<a class="mono" href="/orders/${order}">${order}</a>`),
    },
    { title: 'State', of: (one) => stateTags(one) },
    { title: 'Opened', of: ({ opened }) => time(opened) },
    { title: 'Entries', of: ({ entries }) => entries, isNumber: true },
  ]);
}

function stateTags({ state, decision, left }: CaseLineReport): Part {
  return [
    tag(state, state === 'closed' ? 'plain' : 'doubt'),
    decision !== null && html` ${tag(decision, decision === 'cleared' ? 'good' : 'bad')}`,
    left !== null && html` ${tag(left === 'OVERDUE' ? 'report OVERDUE' : `report within ${left}`, 'bad')}`,
  ];
}

/** The file of one case. */
export function casePage(context: PageContext, one: CaseReport): Markup {
  const fixed = { case: one.case };
  return page(
    `Case ${one.case}`,
    '/cases',
    context,
    html`<div class="bar">
        <h1>Case <span class="mono">${one.case}</span></h1>
        <p class="tags">${stateTags(one)}</p>
      </div>
      <div class="halves">
        <div class="stack">
          ${card(
            'What can be done now',
            html`<div class="actions">
              ${one.possible.map((command): Part => {
                switch (command) {
                  case 'case note':
                    return commandForm('case note', context, {
                      label: 'Add a note',
                      fixed,
                      asks: 'It is kept sealed, for ever.',
                    });
                  case 'case decide':
                    return commandForm('case decide', context, {
                      label: 'Decide',
                      fixed,
                      tone: 'primary',
                      asks: 'Cleared: its order goes on. Somebody-else: also, the buyer is none of the listed entries named here. Refused: this person is served no more. Suspicious: the time to report begins; about a name, what is under way is frozen. Say nothing to the buyer.',
                    });
                  case 'case reported':
                    return commandForm('case reported', context, {
                      label: 'Report filed',
                      fixed,
                      tone: 'primary',
                      asks: 'The authority has it, and gave a reference.',
                    });
                }
              })}
            </div>`,
          )}
          ${card('Facts', facts(one))} ${one.toldApart.length > 0 && card('Somebody else', toldApart(context, one))}
        </div>
        <div class="stack">
          ${card(
            'What was written',
            table(one.written, 'Nothing yet.', [
              { title: 'What', of: ({ kind }) => kind },
              { title: 'Says', of: ({ facts: known, text }) => [known, known !== '' && text !== null && '; ', text] },
              { title: 'By', of: ({ by }) => by },
              { title: 'When', of: ({ at }) => time(at) },
            ]),
          )}
        </div>
      </div>`,
  );
}

/** Which listed entries the buyer is not, as two people decided here. */
function toldApart(context: PageContext, one: CaseReport): Markup {
  return html`${one.toldApart.map(
    ({ decision, list, entry, state, by, decided, until }) =>
      html`<p>${list} <span class="mono">${entry}</span> ${tag(state, state === 'holds' ? 'good' : 'bad')}</p>
        <p class="muted">${by}, ${time(decided)}, until ${time(until)}</p>
        ${
          state === 'holds' &&
          commandForm('somebody-else revoke', context, {
            label: 'Revoke',
            fixed: { decision },
            tone: 'danger',
            asks: 'From now on the entry counts again.',
          })
        }`,
  )}`;
}

function facts(one: CaseReport): Markup {
  return list([
    ['Found', one.rule],
    ['Order', one.order === null ? '–' : html`<a class="mono" href="/orders/${one.order}">${one.order}</a>`],
    ['Opened', [time(one.opened), ` by ${one.openedBy}`]],
    ...(one.decided === null ? [] : [['Decided', [time(one.decided), ` by ${one.decidedBy ?? ''}`]] as const]),
    ...(one.reportDue === null ? [] : [['Report due', time(one.reportDue)] as const]),
    ...(one.report === null ? [] : [['Report', one.report] as const]),
    ...(one.closed === null ? [] : [['Closed', time(one.closed)] as const]),
  ]);
}
