import type { OrderFilter } from '../admin.ts';
import { showAmount } from '../plain-text.ts';
import type { Amount } from '../plain-text.ts';
import type {
  FloatLine,
  ThreeWayReport,
  BalancesReport,
  EngineReport,
  LineReport,
  OrderReport,
  ProposalReport,
  TaskReport,
  TransferReport,
} from '../reports.ts';
import { caseTable } from './case-pages.ts';
import { html } from './html.ts';
import type { Markup, Part } from './html.ts';
import { amount, banner, card, commandForm, filters, frame, list, page, table, tag, time } from './parts.ts';
import type { PageContext } from './parts.ts';
import { sweepForms, walletCard } from './treasury-cards.ts';

/** Where somebody says who they are. */
export function signInPage(sandbox: boolean, problem: string | null): Markup {
  return frame(
    'Sign in',
    sandbox,
    html`<main class="sign-in">
      <section class="card">
        <p class="brand"><img class="logo" src="/icon.svg" alt="" />Rielrails <span class="muted">operators</span></p>
        ${banner(sandbox)} ${problem !== null && html`<p class="notice bad" role="alert">${problem}</p>`}
        <form class="command" method="post" action="/sign-in">
          <label
            >Your token
            <input
              name="token"
              type="password"
              autocomplete="current-password"
              required
              maxlength="200"
              autofocus
              data-testid="token"
            />
            <small>
              It says who you are. What you do here stands under your name; do not lend it.
              ${sandbox && 'In the sandbox: the terminal that runs pnpm demo has printed two.'}
            </small>
          </label>
          <button class="button primary" type="submit">Sign in</button>
        </form>
      </section>
    </main>`,
  );
}

const filterNames: Readonly<Record<OrderFilter, string>> = {
  open: 'Open',
  held: 'Held',
  'in-doubt': 'In doubt',
  'refund-tasks': 'Refund tasks',
  all: 'All',
};
const MOST_LINES = 200;

/** A list of orders, with how many each filter lets through. */
export function ordersPage(
  context: PageContext,
  chosen: OrderFilter,
  lists: ReadonlyMap<OrderFilter, readonly LineReport[]>,
): Markup {
  const lines = lists.get(chosen) ?? [];
  return page(
    'Orders',
    '/orders',
    context,
    html`<div class="bar">
        <h1>Orders</h1>
        <form class="find" method="get" action="/orders">
          <input name="order" placeholder="Number or id" aria-label="Order number or id" maxlength="19" required />
          <button class="button" type="submit">Open</button>
        </form>
      </div>
      ${filters(
        '/orders',
        chosen,
        [...lists].map(([filter, { length: count }]) => [
          filter,
          html`${filterNames[filter]} <span class="count">${count < MOST_LINES ? count : '200+'}</span>`,
        ]),
      )}
      <section class="card">
        ${table(lines, 'No orders here.', [
          { title: 'Order', of: ({ number }) => html`<a class="mono" href="/orders/${number}">${number}</a>` },
          { title: 'State', of: (line) => [stateTag(line.state), ' ', attention(line)] },
          { title: 'Pays', of: ({ pay }) => amount(pay), isNumber: true },
          { title: 'Made', of: ({ created }) => time(created) },
          { title: 'Last change', of: ({ updated }) => time(updated) },
        ])}
        ${lines.length >= MOST_LINES && html`<p class="muted">The newest ${MOST_LINES} are shown.</p>`}
      </section>`,
  );
}

const good: ReadonlySet<string> = new Set(['DELIVERED', 'REFUNDED']);

function stateTag(state: string): Markup {
  return tag(state, good.has(state) ? 'good' : 'plain');
}

function attention({ hold, why, doubts }: Pick<LineReport, 'hold' | 'why' | 'doubts'>): Part {
  return [
    hold !== 'none' && tag(hold === 'frozen' ? 'frozen' : 'held', hold === 'frozen' ? 'bad' : 'doubt'),
    hold !== 'none' && why.length > 0 && html` <span class="muted">${why.join(', ')}</span>`,
    doubts > 0 && html` ${tag(doubts === 1 ? 'in doubt' : `${doubts} in doubt`, 'doubt')}`,
  ];
}

/** The file of one order. */
export function orderPage(context: PageContext, order: OrderReport): Markup {
  const open = order.refundTasks.filter(({ status }) => status === 'open');
  return page(
    `Order ${order.number}`,
    '/orders',
    context,
    html`<div class="bar">
        <h1>Order <span class="mono">${order.number}</span></h1>
        <p class="tags">
          ${stateTag(order.state)} ${attention({ ...order, doubts: order.doubts.length })}
          ${order.goes !== 'undecided' && tag(order.goes === 'refund' ? 'money goes back' : 'bitcoin is delivered')}
        </p>
      </div>
      <div class="halves">
        <div class="stack">
          ${card('What can be done now', actions(context, order))} ${card('Facts', facts(order))}
          ${
            order.doubts.length > 0 &&
            card(
              'In doubt',
              html`<p>
                  A call left and no usable answer came. It is looked up by itself. Look into the provider’s own portal
                  by the reference; never repeat the write by hand.
                </p>
                ${table(order.doubts, '', [
                  { title: 'What', of: ({ kind, provider }) => `${kind} at ${provider}` },
                  { title: 'Reference', of: ({ reference }) => html`<span class="mono">${reference}</span>` },
                  { title: 'Since', of: ({ since }) => time(since) },
                  { title: 'Looked up', of: ({ lookups }) => `${lookups} times`, isNumber: true },
                  { title: 'Next look', of: ({ nextLook }) => time(nextLook) },
                ])}`,
            )
          }
          ${order.refundTasks.length > 0 && card('Refunds by hand', tasks(order.refundTasks, open.length))}
          ${order.cases.length > 0 && card('Cases', caseTable(order.cases, context))}
        </div>
        <div class="stack">
          ${card(
            'What happened',
            html`${order.earlier > 0 && html`<p class="muted">${order.earlier} older moments are not shown.</p>`}
              <ol class="timeline">
                ${order.timeline.map(({ at, what }) => html`<li>${time(at)}<span class="what">${what}</span></li>`)}
              </ol>`,
          )}
        </div>
      </div>
      ${card(
        'Money that came',
        table(order.receipts, 'No money has come.', [
          {
            title: 'Receipt',
            of: ({ transaction, provider, reversed }) => [
              html`<span class="mono">${transaction}</span> <span class="muted">${provider}</span>`,
              reversed && [' ', tag('reversed', 'bad')],
            ],
          },
          { title: 'Seen', of: ({ seen }) => time(seen) },
          { title: 'Payer', of: ({ payer }) => tag(payer, payer === 'match' ? 'good' : 'doubt') },
          { title: 'Came', of: ({ amount: came }) => amount(came), isNumber: true },
          { title: 'Funded the order', of: ({ funded }) => amount(funded), isNumber: true },
          { title: 'Back', of: ({ refunded }) => amount(refunded), isNumber: true },
          { title: 'In review', of: ({ review }) => amount(review), isNumber: true },
          { title: 'Blocked', of: ({ blocked }) => amount(blocked), isNumber: true },
        ]),
      )}
      ${card(
        'Writes to the outside',
        table(order.effects, 'None yet.', [
          { title: 'What', of: ({ kind, provider }) => html`${kind} <span class="muted">${provider}</span>` },
          {
            title: 'Outcome',
            of: ({ status, reason }) => [
              tag(status, status === 'applied' ? 'good' : status === 'unknown' ? 'doubt' : 'plain'),
              reason !== null && html` <span class="muted">${reason}</span>`,
            ],
          },
          {
            title: 'Reference',
            of: ({ reference, transactionId }) => [
              html`<span class="mono">${reference}</span>`,
              transactionId !== null && html`<span class="utc mono">${transactionId}</span>`,
            ],
          },
          { title: 'Planned', of: ({ planned }) => time(planned) },
          { title: 'Tries', of: ({ tries }) => tries, isNumber: true },
        ]),
      )}
      ${card(
        'In the books',
        table(order.ledger, 'Nothing was booked.', [
          { title: 'When', of: ({ at }) => time(at) },
          { title: 'Entry', of: ({ kind }) => kind },
          { title: 'Account', of: ({ account }) => html`<span class="mono">${account}</span>` },
          { title: 'Amount', of: ({ amount: booked }) => amount(booked), isNumber: true },
        ]),
      )}`,
  );
}

function actions(context: PageContext, order: OrderReport): Part {
  const fixed = { order: order.number };
  const forms = order.possible.map((command): Part => {
    switch (command) {
      case 'hold':
        return commandForm('hold', context, { label: 'Hold', fixed });
      case 'freeze':
        return commandForm('freeze', context, {
          label: 'Freeze',
          fixed,
          tone: 'danger',
          asks: 'Nothing moves any more, refunds included. Two people are needed to end it.',
        });
      case 'release':
        return commandForm('release', context, {
          label: 'Release',
          fixed,
          tone: 'primary',
          asks: `The order goes on from where it stopped (${order.why.join(', ') || order.hold}). A frozen or a large one waits for a second person.`,
        });
      case 'refund':
        return commandForm('refund', context, {
          label: 'Refund',
          fixed,
          tone: 'danger',
          asks: 'The buyer’s money goes back, and no bitcoin is sent. This cannot be undone. A large refund waits for a second person.',
        });
      case 'refund-task-done':
        return order.refundTasks
          .filter(({ status }) => status === 'open')
          .map(({ task, amount: owed }) =>
            commandForm('refund-task-done', context, {
              label: `Report ${showAmount(owed)} as paid back`,
              fixed: { ...fixed, task },
              tone: 'primary',
              asks: 'You paid it from the bank, once. If you are not sure: do not pay again, look at the statement. A second person compares and approves.',
            }),
          );
      case 'payment-stated':
        return order.effects
          .filter(({ kind }) => kind === 'request-payment')
          .map(({ reference, provider }) =>
            commandForm('payment-stated', context, {
              label: `Report a payment by ${provider}`,
              fixed: { ...fixed, request: reference },
              tone: 'primary',
              asks: 'It stands in the statement, with this very amount. A second person compares and approves.',
            }),
          );
    }
  });
  const fits = context.compliance && [
    commandForm('case open', context, { label: 'Open a case', fixed, asks: 'It stops nothing by itself.' }),
    commandForm('enhance', context, {
      label: 'Record due diligence',
      fixed,
      asks: 'Enhanced due diligence about this buyer is recorded. A second person approves.',
    }),
  ];
  return html`<div class="actions">${forms}${fits}</div>`;
}

function facts(order: OrderReport): Markup {
  return list([
    ['Pays', amount(order.pay)],
    [order.state === 'DELIVERED' ? 'Arrived' : 'Arrives', amount(order.arrives)],
    ['To', order.address === null ? '–' : html`<span class="mono wrap">${order.address}</span>`],
    ['Rail', order.rail],
    ['Made', time(order.created)],
    ['To be paid by', time(order.payBy)],
    ...(order.ended === null ? [] : [['Because', order.ended] as const]),
    ['Id', html`<span class="mono">${order.id}</span>`],
  ]);
}

function tasks(all: readonly TaskReport[], open: number): Part {
  return [
    open > 0 &&
      html`<p>
        The buyer sees that we owe this. The debt stands in the books until a second person approves the report.
      </p>`,
    table(all, '', [
      { title: 'Amount', of: ({ amount: owed }) => amount(owed), isNumber: true },
      { title: 'Status', of: ({ status, why }) => [tag(status, status === 'open' ? 'doubt' : 'good'), ` ${why}`] },
      { title: 'Due', of: ({ due }) => time(due) },
      { title: 'For receipt', of: ({ receipt }) => html`<span class="mono">${receipt}</span>` },
      { title: 'Bank reference', of: ({ bankReference }) => bankReference ?? '–' },
    ]),
  ];
}

/** What waits for a second person. */
export function proposalsPage(context: PageContext, proposals: readonly ProposalReport[]): Markup {
  const { person } = context.session;
  return page(
    'Proposals',
    '/proposals',
    context,
    html`<div class="bar"><h1>Proposals</h1></div>
      <p class="lead">
        One person proposed, another approves. Look at the order first; compare a bank reference with the statement.
      </p>
      ${proposals.length === 0 && html`<section class="card"><p class="empty">Nothing waits for a second person.</p></section>`}
      ${proposals.map((one) =>
        card(
          one.order === null ? 'A person' : `Order ${one.order}`,
          html`<p class="does">${one.by} proposes to ${one.does}.</p>
            ${list([
              ['Until', time(one.expires)],
              ['Hash', html`<span class="mono">${one.hash}</span>`],
              ['Proposal', html`<span class="mono">${one.proposal}</span>`],
            ])}
            ${
              one.by === person
                ? html`<p class="muted" data-testid="own">You proposed this. Another person approves it.</p>`
                : commandForm('approve', context, {
                    label: 'Approve',
                    fixed: { proposal: one.proposal, hash: one.hash },
                    tone: 'primary',
                  })
            }`,
          one.case !== null
            ? html`<a href="/cases/${one.case}">Look at the case</a>`
            : html`<a href="/orders/${one.order}">Look at the order</a>`,
        ),
      )}`,
  );
}

/** Balances, transfers, and float. */
export function moneyPage(
  context: PageContext,
  { balances, trialBalance, wrong }: BalancesReport,
  transfers: readonly TransferReport[],
  float: readonly FloatLine[],
): Markup {
  const isEven = trialBalance === 'even';
  return page(
    'Money',
    '/money',
    context,
    html`<div class="bar"><h1>Money</h1></div>
      <div class="halves">
        <div class="stack">
          ${card(
            'Balances',
            [
              wrong.length > 0 &&
                html`<p class="notice bad" role="alert">
                  The books are wrong. Stop: pause new orders, and find out why before anything else.
                  ${wrong.map((line) => html`<br />${line}`)}
                </p>`,
              table(balances, 'Every account is at zero.', [
                { title: 'Account', of: ({ account }) => html`<span class="mono">${account}</span>` },
                { title: 'Balance', of: ({ amount: held }) => amount(held), isNumber: true },
              ]),
              html`<p class="muted">What we have is positive; what we owe, and what we earned, is negative.</p>`,
            ],
            tag(isEven ? 'the books are even' : 'the books are NOT even', isEven ? 'good' : 'bad'),
          )}
        </div>
        <div class="stack">
          ${card(
            'Float',
            table(float, 'There is none.', [
              { title: 'Place', of: ({ place }) => nameOf(place) },
              { title: 'Free', of: ({ free }) => amount(free), isNumber: true },
              { title: 'Alarm below', of: ({ alarmBelow }) => (alarmBelow ? amount(alarmBelow) : '–'), isNumber: true },
            ]),
            float.some(({ state }) => state === 'LOW') ? tag('LOW: fill it up', 'bad') : undefined,
          )}
          ${card(
            'Transfers under way',
            transfers.length === 0
              ? html`<p class="empty">None.</p>`
              : transfers.map(
                  (one) =>
                    html`<div class="transfer">
                      <p>
                        <strong>${one.kind}</strong>, ${amount(one.amount)}
                        <span class="muted"
                          >planned by ${one.by}, transfer <span class="mono">${one.transfer}</span></span
                        >
                        ${time(one.planned)}
                      </p>
                      ${commandForm('transfer finish', context, {
                        label: 'Finish',
                        fixed: { transfer: one.transfer },
                        asks: 'It arrived, and you have the evidence.',
                      })}
                      ${commandForm('transfer cancel', context, {
                        label: 'Cancel',
                        fixed: { transfer: one.transfer },
                        asks: 'It certainly never happened: its amount is free again.',
                      })}
                      ${sweepForms(one, context)}
                    </div>`,
                ),
          )}
          ${walletCard(context)} ${card('Plan a transfer', commandForm('transfer plan', context, { label: 'Plan' }))}
          ${card('Bring float in', commandForm('bring-in', context, { label: 'Book' }))}
        </div>
      </div>`,
  );
}

/** As many as somebody reads on a page. */
const MOST_DIFFERENCES = 100;

/** One day: statements, exchange and chain against the books. */
export function dayPage(context: PageContext, day: string, report: ThreeWayReport): Markup {
  const { inDoubt, places, rails, differences } = report;
  const orDash = (value: Amount | null) => (value ? amount(value) : '–');
  return page(
    'Reconcile',
    '/reconcile',
    context,
    html`<div class="bar">
        <h1>${day}</h1>
        <form class="find" method="get" action="/reconcile">
          <input type="date" name="day" value="${day}" aria-label="Day" />
          <button class="button plain" type="submit">Show</button>
        </form>
      </div>
      <div class="halves">
        <div class="stack">
          ${card(
            'Places',
            [
              table(places, 'There is none.', [
                { title: 'Place', of: ({ place }) => nameOf(place) },
                { title: 'In the books', of: ({ books }) => amount(books), isNumber: true },
                { title: 'There', of: ({ there }) => orDash(there), isNumber: true },
                { title: 'Difference', of: ({ difference }) => orDash(difference), isNumber: true },
              ]),
              html`<p class="muted">As of now. A dash: nothing tells what lies there.</p>`,
              inDoubt > 0 && html`<p>${inDoubt} writes are in doubt: they may explain a difference.</p>`,
            ],
            verdict(report),
          )}
          ${card(
            'Statements',
            table(rails, 'There is none.', [
              { title: 'Way of paying', of: ({ rail }) => rail },
              { title: 'Lines', of: ({ lines }) => (lines === 0 ? 'no statement' : lines), isNumber: true },
              { title: 'Agree', of: ({ agreed }) => agreed, isNumber: true },
            ]),
          )}
        </div>
        <div class="stack">${card('Bring a statement', commandForm('statement', context, { label: 'Keep it' }))}</div>
      </div>
      ${card('Differences', [
        table(differences.slice(0, MOST_DIFFERENCES), 'None.', [
          { title: 'What', of: ({ rail, type }) => `${rail} ${type}` },
          { title: 'Transaction', of: ({ transaction }) => html`<span class="mono">${transaction}</span>` },
          { title: 'In the books', of: ({ books }) => orDash(books), isNumber: true },
          { title: 'In the statement', of: ({ statement }) => orDash(statement), isNumber: true },
        ]),
        differences.length > MOST_DIFFERENCES &&
          html`<p class="muted">
            The first ${MOST_DIFFERENCES} of ${differences.length}. All of them:
            <code>pnpm admin reconcile ${day}</code>
          </p>`,
      ])}`,
  );
}

/** A place may break after its kind, and nowhere else. */
function nameOf(place: string): Markup {
  const [kind = '', id = ''] = place.split(':');
  return html`<span class="mono place">${kind}:<wbr />${id}</span>`;
}

function verdict({ agrees, notCompared }: ThreeWayReport): Markup {
  if (!agrees) return tag('NOT everything agrees', 'bad');
  return notCompared === 0 ? tag('everything agrees', 'good') : tag(`${notCompared} not compared`, 'doubt');
}

/** Health, the pause, and queues. */
export function enginePage(context: PageContext, report: EngineReport): Markup {
  const { ready, checks, pause, queues } = report;
  return page(
    'Engine',
    '/engine',
    context,
    html`<div class="bar"><h1>Engine</h1></div>
      <div class="halves">
        <div class="stack">
          ${card(
            'New orders',
            html`<p>
                ${
                  pause.paused
                    ? 'No new orders are taken. What is under way goes on.'
                    : 'New orders are taken. A pause stops new ones; what is under way goes on.'
                }
              </p>
              ${pause.by !== null && html`<p class="muted">Last changed by ${pause.by} ${time(pause.at)}</p>`}
              ${
                pause.paused
                  ? commandForm('resume', context, { label: 'Take new orders again', tone: 'primary' })
                  : commandForm('pause', context, { label: 'Pause new orders', tone: 'danger' })
              }`,
            pause.paused ? tag('paused', 'doubt') : tag('open', 'good'),
          )}
          ${card(
            'Queues',
            table(queues, 'No queue.', [
              { title: 'Queue', of: ({ queue }) => queue },
              { title: 'Waiting', of: ({ waiting }) => waiting, isNumber: true },
              { title: 'Active', of: ({ active }) => active, isNumber: true },
            ]),
          )}
        </div>
        <div class="stack">
          ${card(
            'Health',
            table(Object.entries(checks), 'Nothing is checked.', [
              { title: 'Check', of: ([name]) => name },
              { title: 'Now', of: ([, result]) => tag(result, result === 'ok' ? 'good' : 'bad') },
            ]),
            tag(ready ? 'ready' : 'not ready', ready ? 'good' : 'bad'),
          )}
          ${listsCard(report)}
        </div>
      </div>`,
  );
}

function listsCard({ lists, listsUnreadSince }: EngineReport): Markup {
  const isWell = listsUnreadSince === null && lists.every(({ state }) => state === 'usable');
  return card(
    'Sanctions lists',
    html`${
      listsUnreadSince !== null &&
      html`<p>They cannot be read since ${time(listsUnreadSince)}. What was read before counts until it is too old.</p>`
    }
    ${table(lists, 'No list was read yet.', [
      { title: 'List', of: ({ list }) => list },
      { title: 'As of', of: ({ asOf }) => (asOf === null ? '–' : time(asOf)) },
      { title: 'Now', of: ({ state }) => tag(state, state === 'usable' ? 'good' : 'bad') },
    ])}`,
    lists.length > 0 && tag(isWell ? 'usable' : 'nothing is sold', isWell ? 'good' : 'bad'),
  );
}

/** Something that is not there, or went wrong. */
export function plainPage(context: PageContext, title: string, text: string): Markup {
  return page(
    title,
    '/orders',
    context,
    html`<div class="bar"><h1>${title}</h1></div>
      <p class="lead">${text}</p>`,
  );
}
