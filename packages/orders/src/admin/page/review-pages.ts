import type { ReviewLineReport, ReviewReport } from '../review-reports.ts';
import { html } from './html.ts';
import type { Markup, Part } from './html.ts';
import { card, commandForm, filters, list, page, table, tag, time, titleOf } from './parts.ts';
import type { PageContext } from './parts.ts';

const filterNames = { waiting: 'Waiting', decided: 'Decided' } as const;

/** A list of verifications. */
export function reviewsPage(
  context: PageContext,
  chosen: keyof typeof filterNames,
  lines: readonly ReviewLineReport[],
): Markup {
  return page(
    'Reviews',
    '/reviews',
    context,
    html`<div class="bar"><h1>Reviews</h1></div>
      <p class="lead">
        Who handed in documents and waits for people. That you open one, and each picture of it, is written down.
      </p>
      ${filters('/reviews', chosen, Object.entries(filterNames))}
      <section class="card">
        ${table(lines, 'Nothing waits.', [
          { title: 'Verification', of: ({ review }) => html`<a class="mono" href="/reviews/${review}">${review}</a>` },
          { title: 'State', of: (one) => stateTags(one) },
          { title: 'Level', of: ({ level }) => level },
          { title: 'Handed in', of: ({ submitted }) => time(submitted) },
          { title: 'Decided', of: ({ decided }) => time(decided) },
        ])}
      </section>`,
  );
}

function stateTags({ state, proposedBy }: ReviewLineReport): Part {
  const tone = state === 'approved' ? 'good' : state === 'submitted' ? 'doubt' : 'plain';
  return [tag(state, tone), proposedBy !== null && html` ${tag(`proposed by ${proposedBy}`, 'doubt')}`];
}

/** The file of one verification. */
export function reviewPage(context: PageContext, one: ReviewReport): Markup {
  return page(
    `Verification ${one.review}`,
    '/reviews',
    context,
    html`<div class="bar">
        <h1>Verification <span class="mono wrap">${one.review}</span></h1>
        <p class="tags">${stateTags(one)}</p>
      </div>
      <div class="halves">
        <div class="stack">
          ${card('What the person typed', typed(one))}
          ${card(
            'Documents',
            one.documents.length === 0
              ? html`<p class="empty">None are kept.</p>`
              : html`<div class="pictures">
                  ${one.documents.map(
                    (name) =>
                      html`<figure>
                        <img src="/reviews/${one.review}/${name}" alt="${titleOf(name)}" />
                        <figcaption>${titleOf(name)}</figcaption>
                      </figure>`,
                  )}
                </div>`,
          )}
        </div>
        <div class="stack">
          ${one.proposal && card('What is proposed', proposed(context, one, one.proposal))}
          ${one.possible.length > 0 && card('What can be done now', actions(context, one))} ${card('Facts', facts(one))}
        </div>
      </div>`,
  );
}

function proposed(
  context: PageContext,
  { review }: ReviewReport,
  proposal: NonNullable<ReviewReport['proposal']>,
): Part {
  const { by, at, decision, says, hash } = proposal;
  return [
    html`<p class="does" data-testid="proposed">${by} proposes: ${decision}.</p>`,
    list([...Object.entries(says).map(([name, value]) => [titleOf(name), value] as const), ['Proposed', time(at)]]),
    by === context.session.person
      ? html`<p class="muted" data-testid="own">
          You proposed this. Another person confirms it. To propose something else takes its place.
        </p>`
      : commandForm('review confirm', context, {
          label: 'Confirm',
          fixed: { review, hash },
          tone: 'primary',
          asks: 'You looked at the documents yourself, and they say the same.',
        }),
  ];
}

function actions(context: PageContext, { review, seen, possible }: ReviewReport): Markup {
  const fixed = { review, seen: String(seen) };
  return html`<div class="actions">
    ${possible.map((command): Part => {
      switch (command) {
        case 'review approve':
          return commandForm('review approve', context, {
            label: 'Approve',
            fixed,
            tone: 'primary',
            asks: 'Type what you read off the document, not what the person typed. The face is the one of the document.',
          });
        case 'review retry':
          return commandForm('review retry', context, {
            label: 'Ask again',
            fixed,
            asks: 'The person reads the reasons in their own language, and hands in on the same link.',
          });
        case 'review reject':
          return commandForm('review reject', context, {
            label: 'Reject',
            fixed,
            tone: 'danger',
            asks: 'For good: this person may not try again. Of a suspicion say nothing here: choose “other”, and open a case.',
          });
        case 'review revoke':
          return commandForm('review revoke', context, {
            label: 'Take back',
            fixed,
            tone: 'danger',
            asks: 'The approval ends now. What is not paid is closed; what is paid waits for people.',
          });
      }
    })}
  </div>`;
}

function typed({ typed: statement }: ReviewReport): Part {
  if (!statement) return html`<p class="empty">Nothing is kept.</p>`;
  const { name, khmerName, born, country, document } = statement;
  return list([
    ['Name', name],
    ['In Khmer', khmerName === null ? '–' : html`<span lang="km">${khmerName}</span>`],
    ['Born', born],
    ['Country', country],
    ['Document', document],
  ]);
}

function facts(one: ReviewReport): Part {
  return list([
    ['Level', one.level],
    ['Opened', time(one.opened)],
    ['Handed in', time(one.submitted)],
    ...(one.decided === null ? [] : [['Decided', [time(one.decided), ` by ${one.decidedBy ?? ''}`]] as const]),
    ...(one.reasons.length === 0 ? [] : [['Reasons', one.reasons.join(', ')] as const]),
    ...(one.until === null ? [] : [['Good until', time(one.until)] as const]),
  ]);
}
