import { InputError, money } from '@rielrails/core';
import type { Instant, Reference } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import { sql } from 'kysely';
import type { ListWatch } from '../list-watch.ts';
import type { OrderEvent } from '../order/event.ts';
import type { DueDiligence } from '../order/due-diligence.ts';
import { isAboutName } from '../order/finding.ts';
import type { Order } from '../order/order.ts';
import { limitFor } from '../order/policy.ts';
import type { Policy } from '../order/policy.ts';
import type { Providers } from '../providers.ts';
import { readFloat } from '../treasury/float.ts';
import { keepStatement, readStatement } from '../treasury/statement.ts';
import { compareThreeWays, dayInPhnomPenh } from '../treasury/three-way.ts';
import { logAccess, proveAccessLog } from '../store/access-log.ts';
import { casesOfOrder, standingOf } from '../store/cases.ts';
import { decode } from '../store/codec.ts';
import type { Keyring } from '../store/keyring.ts';
import { balances, trialBalance } from '../store/ledger.ts';
import { loadOrder, timelineOf } from '../store/purchases.ts';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/transaction.ts';
import type { Driver, Guard } from '../workers/driver.ts';
import type { Queue } from '../workers/queue.ts';
import type { Admin, CommandResult, OrderFilter, OrderLine, ProposedAction } from './admin.ts';
import { createCaseDesk, restsOnCases } from './case-desk.ts';
import { assertEvidence } from './evidence.ts';
import { assertPerson } from './people.ts';
import { createProposals } from './proposals.ts';
import { createRecordsDesk } from './records-desk.ts';
import { createTellingApart } from './telling-apart.ts';
import { createTransfers } from './transfers.ts';
import { createTreasuryDesk } from './treasury-desk.ts';

/** What the commands work with. */
export interface AdminParts {
  readonly store: Store;
  readonly driver: Driver;
  readonly queue: Queue;
  readonly policy: Policy;
  readonly providers: Providers;
  readonly keyring: Keyring;
  readonly lists: ListWatch;
  readonly dueDiligence: DueDiligence | null;
  readonly runtime: Runtime;
}

const MOST_LINES = 200;
const MOST_ENHANCED_DAYS = 366;
const DAY_MS = 86_400_000;

const filters: Readonly<Record<OrderFilter, string>> = {
  all: 'true',
  open: `p.state not in ('draft', 'quoted', 'DELIVERED', 'REFUNDED', 'EXPIRED', 'CANCELLED', 'REJECTED')`,
  held: `p.hold <> 'none'`,
  'in-doubt': `exists (select 1 from effect e where e.purchase = p.id and e.status = 'unknown')`,
  'refund-tasks': `jsonb_path_exists(p.data, '$.refundTasks[*] ? (@.status == "open")')`,
};

/** Makes the commands. */
export function createAdmin(parts: AdminParts): Admin {
  const { store, driver, queue, policy, providers, runtime } = parts;
  const now = () => runtime.clock.now();
  const cases = createCaseDesk(parts);
  const apart = createTellingApart(parts);
  const records = createRecordsDesk({ ...parts, apart });
  const proposals = createProposals(store, runtime);
  const transfers = createTransfers(parts);

  async function find(idOrNumber: string): Promise<Order> {
    const unknown = () => new InputError('order', 'unknown', 'there is no order with this id or number');
    if (!/^[A-Za-z0-9]{1,19}$/.test(idOrNumber)) throw unknown();
    const { rows } = await sql<{
      id: string;
    }>`select id from purchase where id = ${idOrNumber} or number = ${idOrNumber.toUpperCase()}`.execute(store.db);
    const stored = rows[0] ? await loadOrder(store.db, rows[0].id) : null;
    if (!stored) throw unknown();
    return stored.order;
  }

  const isLarge = (order: Order): boolean => {
    const pay = order.quote?.pay;
    const from = pay && limitFor(policy.twoPeopleFrom, pay.asset);
    return from !== undefined && from !== null && pay !== undefined && pay.minor >= from.minor;
  };

  async function needsTwo(action: ProposedAction): Promise<boolean> {
    switch (action.type) {
      case 'refund-task-done':
      case 'payment-stated':
      case 'enhance':
        return true;
      case 'refund': {
        const order = await find(action.order);
        return order.hold === 'frozen' || isLarge(order);
      }
      case 'release': {
        const order = await find(action.order);
        const clears = cases.needsTwo('cleared') && (await cases.seenAbout(order.id)) !== '';
        return clears || order.hold === 'frozen' || isLarge(order);
      }
      case 'case-decision': {
        if (action.decision === 'somebody-else') return true;
        const { purchase } = await cases.find(action.case);
        const releases = action.decision === 'cleared' && purchase !== null ? await find(purchase) : null;
        return (
          cases.needsTwo(action.decision) || (releases !== null && (releases.hold === 'frozen' || isLarge(releases)))
        );
      }
    }
  }

  /** What whoever decides has before them. When it has changed, they decided about something else. */
  async function seenFor(action: ProposedAction): Promise<string> {
    switch (action.type) {
      case 'release':
        return `${(await find(action.order)).hold} ${await cases.seenAbout(action.order)}`;
      case 'case-decision':
        return standingOf(await cases.find(action.case));
      case 'refund':
      case 'refund-task-done':
      case 'payment-stated':
      case 'enhance':
        return '';
    }
  }

  async function submit(action: ProposedAction, by: string): Promise<CommandResult> {
    assertPerson(by);
    const seen = await seenFor(action);
    if (await needsTwo(action)) return { outcome: 'proposed', proposal: await proposals.propose(action, seen, by) };
    await perform(action, by, seen);
    return { outcome: 'done' };
  }

  /** `seen` is what people saw when they decided: they decide about that, and nothing that came since. */
  async function perform(
    action: ProposedAction,
    by: string,
    seen: string,
    pair?: readonly [string, string],
  ): Promise<void> {
    const noted: OrderEvent = { type: 'noted', what: `${action.type} by ${by}` };
    switch (action.type) {
      case 'release':
        await driver.drive(action.order, { type: 'released' }, async (tx, { id, hold }) => {
          if (`${hold} ${await cases.seenAbout(id)}` !== seen)
            throw new InputError('order', 'not-now', 'its hold has changed meanwhile; look at it again');
          await cases.clearAbout(tx, id, by);
        });
        await driver.drive(action.order, noted);
        return;
      case 'refund': {
        const order = await driver.drive(action.order, { type: 'refund-ordered' });
        if (order?.disposition !== 'refund')
          throw new InputError(
            'order',
            'not-now',
            'a delivery is under way or not proven undone, or the order is frozen; nothing was refunded',
          );
        await driver.drive(action.order, noted);
        return;
      }
      case 'refund-task-done': {
        const { order, task, bankReference } = action;
        const spend: Guard = async (tx, { refundTasks }) => {
          assertOpenTask(refundTasks, task);
          await spendBankReference(tx, bankReference, order, task);
        };
        await driver.drive(order, { type: 'refund-task-done', task, bankReference }, spend);
        await driver.drive(order, noted);
        return;
      }
      case 'payment-stated': {
        const { order, request, bankReference, amount } = action;
        const spend: Guard = async (tx, { receipts, effects }) => {
          assertRequest(effects, request);
          if (receipts.some(({ transaction }) => transaction === bankReference))
            throw new InputError('bankReference', 'used', 'this order has a payment with this bank reference already');
          await spendBankReference(tx, bankReference, order, request);
        };
        await driver.drive(order, { type: 'payment-stated', request, bankReference, amount }, spend);
        await driver.drive(order, noted);
        return;
      }
      case 'case-decision': {
        const { decision } = action;
        if (decision === 'somebody-else') {
          if (!pair) throw new RangeError('somebody-else: takes two people');
          for (const order of await apart.decide(action.case, pair, seen)) await goOn(order);
          runtime.log.info('case-decided', { outcome: decision });
          return;
        }
        const { purchase, person, rule } = await cases.find(action.case);
        await store.transaction((tx) => cases.decide(tx, action.case, decision, by));
        runtime.log.info('case-decided', { outcome: decision });
        if (decision === 'cleared' && purchase !== null) await goOn(purchase);
        if (decision === 'refused') await stopOrdersOf(person);
        if (decision === 'suspicious' && isAboutName(rule)) await freezeOrdersOf(person);
        return;
      }
      case 'enhance': {
        const { person } = await find(action.order);
        await sql`update person set enhanced_until = ${action.until} where id = ${person}`.execute(store.db);
        await driver.drive(action.order, { type: 'noted', what: `enhance (${action.evidence}) by ${by}` });
      }
    }
  }

  /** Lets an order go on that only its cases held, once none of them is open. */
  async function goOn(id: Reference): Promise<void> {
    await driver.drive(id, { type: 'released' }, async (_tx, order) => {
      const open = (await cases.seenAbout(id)) !== '';
      return open || !restsOnCases(order) ? { type: 'tick' } : undefined;
    });
  }

  /** Who is not served any more: what waits to be paid is closed, what was paid waits for people. */
  async function stopOrdersOf(person: Reference): Promise<void> {
    for (const id of await underWayOf(person)) await driver.drive(id, { type: 'verification-lost' });
  }

  /** Who is taken for the listed one: nothing of theirs moves any more, in either direction. */
  async function freezeOrdersOf(person: Reference): Promise<void> {
    for (const id of await underWayOf(person))
      await driver.drive(id, { type: 'held', hold: 'frozen', reason: 'operator' });
  }

  /** The orders of a human, in all their chats, that are agreed to and not at an end. */
  async function underWayOf(person: Reference): Promise<readonly Reference[]> {
    const { rows } = await sql<{ id: Reference }>`
      select id from purchase where person in (select k.id from person me join person k on k.id = me.id or k.subject = me.subject
          where me.id = ${person})
        and state not in ('draft', 'quoted', 'DELIVERED', 'REFUNDED', 'EXPIRED', 'CANCELLED', 'REJECTED')`.execute(
      store.db,
    );
    return rows.map(({ id }) => id);
  }

  const admin: Omit<Admin, 'treasury'> = {
    async orders(filter = 'open') {
      if (!Object.hasOwn(filters, filter))
        throw new InputError('filter', 'unknown', `expected one of ${Object.keys(filters).join(', ')}`);
      const { rows } = await sql<Row>`
        select p.id, p.number, p.state, p.disposition, p.hold, p.data::text as data, p.created_at, p.updated_at,
          (select count(*)::int from effect e where e.purchase = p.id and e.status = 'unknown') as doubts
        from purchase p where ${sql.raw(filters[filter])} order by p.created_at desc limit ${MOST_LINES}`.execute(
        store.db,
      );
      return rows.map(lineOf);
    },
    async order(idOrNumber) {
      const order = await find(idOrNumber);
      const { rows } = await sql<{
        at: bigint;
        kind: string;
        account: string;
        asset: string;
        scale: number;
        minor: bigint;
      }>`
        select e.at, e.kind, l.account, l.asset, l.scale, l.minor from ledger_entry e join ledger_line l on l.entry = e.id
        where e.owner = ${order.id} order by e.id, l.account`.execute(store.db);
      const ledger = rows.map(({ at, kind, account, asset, scale, minor }) => ({
        at: Number(at),
        kind,
        account,
        amount: money({ code: asset, scale }, minor),
      }));
      const [timeline, found] = await Promise.all([timelineOf(store.db, order.id), casesOfOrder(store.db, order.id)]);
      return { order, timeline, ledger, cases: found };
    },
    async hold(order, hold, by) {
      assertPerson(by);
      await find(order);
      await driver.drive(order, { type: 'noted', what: `hold by ${by}` });
      await driver.drive(order, { type: 'held', hold, reason: 'operator' });
    },
    async release(order, by) {
      const { hold } = await find(order);
      if (hold === 'none') throw new InputError('order', 'not-now', 'the order is not held');
      return submit({ type: 'release', order }, by);
    },
    refund: (order, by) => submit({ type: 'refund', order }, by),
    async refundTaskDone(order, task, bankReference, by) {
      assertEvidence('bankReference', bankReference);
      const { refundTasks } = await find(order);
      assertOpenTask(refundTasks, task);
      return submit({ type: 'refund-task-done', order, task, bankReference }, by);
    },
    async paymentStated(order, request, bankReference, amount, by) {
      assertEvidence('bankReference', bankReference);
      if (amount.minor <= 0n) throw new InputError('amount', 'positive', 'expected an amount above zero');
      assertRequest((await find(order)).effects, request);
      return submit({ type: 'payment-stated', order, request, bankReference, amount }, by);
    },
    async approve(id, payloadHash, by) {
      const { action, seen, people, pair } = await proposals.approve(id, payloadHash, by, seenFor);
      await perform(action, people, seen, pair);
    },
    proposals: () => proposals.list(),
    cases: (filter = 'open') => cases.list(filter),
    caseLine: (id) => cases.find(id),
    async caseFile(id, by) {
      assertPerson(by);
      const file = await cases.file(id, by);
      const decisions = await apart.about(file.person);
      return { ...file, toldApart: decisions.filter((decision) => decision.case === file.id) };
    },
    async openCase(order, note, by) {
      assertPerson(by);
      assertNote('note', note);
      return cases.open(await find(order), note, by);
    },
    async noteCase(id, note, by) {
      assertPerson(by);
      assertNote('note', note);
      await cases.note(id, note, by);
    },
    async decideCase(id, decision, reason, by) {
      assertPerson(by);
      assertNote('reason', reason);
      const one = await cases.find(id);
      if (one.state !== 'open') throw new InputError('case', 'not-now', 'it is decided already');
      if (decision === 'somebody-else') await apart.assertPossible(one.id);
      // Before the decision, so that the second person reads it, and decides about it too.
      await cases.note(id, reason, by);
      return submit({ type: 'case-decision', case: one.id, decision }, by);
    },
    async revokeSomebodyElse(decision, reason, by) {
      assertPerson(by);
      assertNote('reason', reason);
      await cases.note(await apart.revoke(decision, by), reason, by);
    },
    async caseReported(id, reference, by) {
      assertPerson(by);
      assertEvidence('reference', reference);
      await cases.reported(id, reference, by);
    },
    async enhance(order, days, evidence, by) {
      assertEvidence('evidence', evidence);
      if (!Number.isSafeInteger(days) || days < 1 || days > MOST_ENHANCED_DAYS)
        throw new InputError('days', 'out-of-range', `expected 1 to ${MOST_ENHANCED_DAYS}`);
      const { id } = await find(order);
      return submit({ type: 'enhance', order: id, until: (now() + days * DAY_MS) as Instant, evidence }, by);
    },
    async customer(order, by) {
      assertPerson(by);
      return records.customer(await find(order), by);
    },
    async report(kind, from, to, by) {
      assertPerson(by);
      return records.report(kind, from, to, by);
    },
    async noteReading(person, fields, why, by) {
      assertPerson(by);
      await logAccess(store.db, { who: by, person, fields, why, at: now() });
    },
    proveAccessLog: () => proveAccessLog(store.db),
    balances: () => balances(store.db),
    trialBalance: () => trialBalance(store.db),
    bringIn: transfers.bringIn,
    planTransfer: transfers.plan,
    finishTransfer: transfers.finish,
    transfers: transfers.open,
    float: () => readFloat(store.db, providers, policy.floatAlarms),
    async bringStatement(rail, text, by) {
      assertPerson(by);
      if (!providers.rails.some(({ id }) => id === rail))
        throw new InputError('rail', 'unknown', `expected one of ${providers.rails.map(({ id }) => id).join(', ')}`);
      const lines = readStatement(text);
      return { lines: lines.length, fresh: await keepStatement(store.db, { rail, lines, by, at: now() }) };
    },
    reconcileDay: async (day) => compareThreeWays(store.db, providers, dayInPhnomPenh(day), now()),
    lists: async () => parts.lists.view(),
    queue: () => queue.stats(),
    async pause(paused, by) {
      assertPerson(by);
      await sql`
        insert into setting (name, value, changed_by, changed_at) values ('paused', ${JSON.stringify(paused)}::jsonb, ${by}, ${now()})
        on conflict (name) do update set value = excluded.value, changed_by = excluded.changed_by, changed_at = excluded.changed_at`.execute(
        store.db,
      );
    },
    async pauseState() {
      const { rows } = await sql<{ value: boolean; changed_by: string; changed_at: bigint }>`
        select value, changed_by, changed_at from setting where name = 'paused'`.execute(store.db);
      const [row] = rows;
      return { paused: row?.value === true, by: row?.changed_by ?? null, at: row ? Number(row.changed_at) : null };
    },
  };
  return { ...admin, treasury: createTreasuryDesk(parts, transfers) };
}

interface Row {
  readonly id: Reference;
  readonly number: string;
  readonly state: Order['state'];
  readonly disposition: Order['disposition'];
  readonly hold: Order['hold'];
  readonly data: string;
  readonly created_at: bigint;
  readonly updated_at: bigint;
  readonly doubts: number;
}

function lineOf({ data, created_at, updated_at, ...row }: Row): OrderLine {
  const { holdReasons, quote } = decode(data) as Pick<Order, 'holdReasons' | 'quote'>;
  return { ...row, holdReasons, pay: quote?.pay ?? null, createdAt: Number(created_at), updatedAt: Number(updated_at) };
}

/** A bank reference stands for one movement of money. */
async function spendBankReference(tx: Tx, bankReference: string, order: Reference, of: Reference): Promise<void> {
  const { rows } = await sql`
    insert into bank_reference (reference, purchase, task) values (${bankReference}, ${order}, ${of}) on conflict do nothing returning 1`.execute(
    tx,
  );
  if (rows.length === 0)
    throw new InputError('bankReference', 'used', 'this bank reference already stands for another payment or refund');
}

function assertRequest(effects: Order['effects'], request: Reference): void {
  if (!effects.some(({ reference, kind }) => reference === request && kind === 'request-payment'))
    throw new InputError('request', 'unknown', 'this order has no such payment request');
}

function assertOpenTask(tasks: Order['refundTasks'], task: Reference): void {
  if (!tasks.some(({ id, status }) => id === task && status === 'open'))
    throw new InputError('task', 'unknown', 'this order has no such open refund task');
}

/** What people write down about a case. */
function assertNote(field: string, text: string): void {
  if (!/^[^\p{Cc}]{3,200}$/u.test(text)) throw new InputError(field, 'malformed', 'expected 3 to 200 characters');
}
