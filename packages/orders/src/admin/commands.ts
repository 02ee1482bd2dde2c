import { InputError, money } from '@rielrails/core';
import type { Asset, Reference } from '@rielrails/core';
import { digest, newReference, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { sql } from 'kysely';
import { bank, capital, free, providerReceivable } from '../money/accounts.ts';
import { broughtIn, transferArrived, transferSent } from '../money/postings.ts';
import type { OrderEvent } from '../order/event.ts';
import type { Order } from '../order/order.ts';
import { limitFor } from '../order/policy.ts';
import type { Policy } from '../order/policy.ts';
import type { Providers } from '../providers.ts';
import { readFloat } from '../treasury/float.ts';
import { keepStatement, readStatement } from '../treasury/statement.ts';
import { compareThreeWays, dayInPhnomPenh } from '../treasury/three-way.ts';
import type { Account } from '../store/account.ts';
import { decode, encode, encodeCanonically } from '../store/codec.ts';
import { balances, InsufficientBalanceError, post, trialBalance } from '../store/ledger.ts';
import { loadOrder, timelineOf } from '../store/purchases.ts';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/transaction.ts';
import type { Driver, Guard } from '../work/driver.ts';
import type { Queue } from '../work/queue.ts';
import type { Admin, CommandResult, OrderFilter, OrderLine, ProposedAction, Proposal, TransferKind } from './admin.ts';
import { assertPerson } from './people.ts';

/** What the commands work with. */
export interface AdminParts {
  readonly store: Store;
  readonly driver: Driver;
  readonly queue: Queue;
  readonly policy: Policy;
  readonly providers: Providers;
  readonly runtime: Runtime;
}

const PROPOSAL_MS = 30 * 60 * 1000;
const MOST_LINES = 200;

const filters: Readonly<Record<OrderFilter, string>> = {
  all: 'true',
  open: `p.state not in ('draft', 'quoted', 'DELIVERED', 'REFUNDED', 'EXPIRED', 'CANCELLED', 'REJECTED')`,
  held: `p.hold <> 'none'`,
  'in-doubt': `exists (select 1 from effect e where e.purchase = p.id and e.status = 'unknown')`,
  'refund-tasks': `jsonb_path_exists(p.data, '$.refundTasks[*] ? (@.status == "open")')`,
};

/** Makes the commands. */
export function createAdmin({ store, driver, queue, policy, providers, runtime }: AdminParts): Admin {
  const now = () => runtime.clock.now();

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

  function needsTwo(order: Order, action: ProposedAction): boolean {
    if (action.type === 'refund-task-done' || action.type === 'payment-stated' || order.hold === 'frozen') return true;
    const pay = order.quote?.pay;
    const from = pay && limitFor(policy.twoPeopleFrom, pay.asset);
    return from !== undefined && from !== null && pay !== undefined && pay.minor >= from.minor;
  }

  async function submit(action: ProposedAction, by: string): Promise<CommandResult> {
    assertPerson(by);
    const order = await find(action.order);
    if (!needsTwo(order, action)) {
      await perform(action, by, order.hold);
      return { outcome: 'done' };
    }
    const payload = encodeCanonically({ action, hold: order.hold } satisfies ProposalPayload);
    const proposal: Proposal = {
      id: newReference(runtime.random),
      action,
      payloadHash: toHex(digest('sha256', payload)).slice(0, 16),
      proposedBy: by,
      expiresAt: now() + PROPOSAL_MS,
    };
    await sql`
      insert into proposal (id, action, payload, payload_hash, proposed_by, proposed_at, expires_at)
      values (${proposal.id}, ${action.type}, ${payload}::jsonb, ${proposal.payloadHash}, ${by}, ${now()}, ${proposal.expiresAt})`.execute(
      store.db,
    );
    return { outcome: 'proposed', proposal };
  }

  /** `judged` is the hold that people saw when they decided: they lift that one, and no other that came since. */
  async function perform(action: ProposedAction, by: string, judged: Order['hold']): Promise<void> {
    const noted: OrderEvent = { type: 'noted', what: `${action.type} by ${by}` };
    switch (action.type) {
      case 'release':
        await driver.drive(action.order, { type: 'released' }, async (_tx, { hold }) => {
          if (hold !== judged)
            throw new InputError('order', 'not-now', 'its hold has changed meanwhile; look at it again');
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
      }
    }
  }

  return {
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
      return { order, timeline: await timelineOf(store.db, order.id), ledger };
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
      assertPerson(by);
      const proposal = await store.transaction(async (tx) => {
        const { rows } =
          await sql<ProposalRow>`select ${proposalColumns} from proposal where id = ${id} for update`.execute(tx);
        const [row] = rows;
        if (!row || row.approved_by !== null)
          throw new InputError('proposal', 'unknown', 'there is no such open proposal');
        if (Number(row.expires_at) <= now())
          throw new InputError('proposal', 'expired', 'it has expired; propose it again');
        if (row.proposed_by === by) throw new InputError('by', 'same-person', 'a proposal needs a second person');
        if (row.payload_hash !== payloadHash)
          throw new InputError('payloadHash', 'changed', 'this is not what was proposed; look at it again');
        const payload = decode(row.text) as ProposalPayload;
        if (payload.action.type === 'release' && (await find(payload.action.order)).hold !== payload.hold)
          throw new InputError('proposal', 'changed', 'the order has changed since; look at it and propose again');
        await sql`update proposal set approved_by = ${by}, approved_at = ${now()} where id = ${id}`.execute(tx);
        return { ...payload, people: `${row.proposed_by} and ${by}` };
      });
      await perform(proposal.action, proposal.people, proposal.hold);
    },
    async proposals() {
      const { rows } = await sql<ProposalRow>`
        select ${proposalColumns} from proposal where approved_by is null and expires_at > ${now()} order by proposed_at`.execute(
        store.db,
      );
      return rows.map((row) => ({
        id: row.id,
        action: (decode(row.text) as ProposalPayload).action,
        payloadHash: row.payload_hash,
        proposedBy: row.proposed_by,
        expiresAt: Number(row.expires_at),
      }));
    },
    balances: () => balances(store.db),
    trialBalance: () => trialBalance(store.db),
    async bringIn(place, amount, evidence, by) {
      assertPerson(by);
      assertPlace(place, providers);
      assertEvidence('evidence', evidence);
      if (amount.minor <= 0n) throw new InputError('amount', 'positive', 'must be above zero');
      await store.transaction(async (tx) => {
        const entry = broughtIn({ to: free(place), amount, reference: evidence });
        const written = await post(tx, { ...entry, reason: `${entry.reason}, brought by ${by}` }, now());
        if (!written) throw new InputError('evidence', 'used', 'this evidence was booked already');
      });
    },
    async planTransfer(kind, amount, by) {
      assertPerson(by);
      if (amount.minor <= 0n) throw new InputError('amount', 'positive', 'must be above zero');
      const { from } = transferEnds(kind, providers);
      const reference = newReference(runtime.random);
      await store
        .transaction(async (tx) => {
          await sql`
          insert into treasury_transfer (reference, kind, status, asset, minor, planned_by, planned_at)
          values (${reference}, ${kind}, 'planned', ${encode(amount.asset)}, ${amount.minor}, ${by}, ${now()})`.execute(
            tx,
          );
          await post(tx, transferSent({ transfer: reference, from, amount }), now());
        })
        .catch((error: unknown) => {
          if (!(error instanceof InsufficientBalanceError)) throw error;
          throw new InputError('amount', 'not-there', 'so much is not free where it would come from');
        });
      return reference;
    },
    async finishTransfer(transfer, evidence, fee, by) {
      assertPerson(by);
      assertEvidence('evidence', evidence);
      await store.transaction(async (tx) => {
        const { rows } = await sql<{ kind: TransferKind; status: string; asset: string; minor: bigint }>`
          select kind, status, asset, minor from treasury_transfer where reference = ${transfer} for update`.execute(
          tx,
        );
        const [row] = rows;
        if (!row || row.status !== 'planned')
          throw new InputError('transfer', 'unknown', 'there is no such open transfer');
        const used = await sql`select 1 from treasury_transfer where evidence = ${evidence}`.execute(tx);
        if (used.rows.length > 0) throw new InputError('evidence', 'used', 'this evidence stands for another transfer');
        const asset = decode(row.asset) as Asset;
        const kept = fee ?? money(asset, 0n);
        if (kept.asset.code !== asset.code || kept.minor < 0n || kept.minor >= row.minor)
          throw new InputError('fee', 'malformed', 'must be of the transfer’s asset and less than its amount');
        const { to, carrier } = transferEnds(row.kind, providers);
        await post(
          tx,
          transferArrived({ transfer, to, arrived: money(asset, row.minor - kept.minor), fee: kept, carrier }),
          now(),
        );
        await sql`update treasury_transfer set status = 'done', done_by = ${by}, done_at = ${now()}, evidence = ${evidence} where reference = ${transfer}`.execute(
          tx,
        );
      });
    },
    async transfers() {
      const { rows } = await sql<TransferRow>`
        select reference, kind, asset, minor, planned_by, planned_at from treasury_transfer
        where status = 'planned' order by planned_at, reference`.execute(store.db);
      return rows.map(({ reference, kind, asset, minor, planned_by, planned_at }) => ({
        reference,
        kind,
        amount: money(decode(asset) as Asset, minor),
        plannedBy: planned_by,
        plannedAt: Number(planned_at),
      }));
    },
    float: () => readFloat(store.db, providers, policy.floatAlarms),
    async bringStatement(rail, text, by) {
      assertPerson(by);
      if (!providers.rails.some(({ id }) => id === rail))
        throw new InputError('rail', 'unknown', `expected one of ${providers.rails.map(({ id }) => id).join(', ')}`);
      const lines = readStatement(text);
      return { lines: lines.length, fresh: await keepStatement(store.db, { rail, lines, by, at: now() }) };
    },
    reconcileDay: async (day) => compareThreeWays(store.db, providers, dayInPhnomPenh(day), now()),
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
}

interface TransferRow {
  readonly reference: Reference;
  readonly kind: TransferKind;
  readonly asset: string;
  readonly minor: bigint;
  readonly planned_by: string;
  readonly planned_at: bigint;
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

/** Named, because a prepared `select *` would not survive a new column. */
const proposalColumns = sql.raw('id, payload::text as text, payload_hash, proposed_by, expires_at, approved_by');

/** What a second person approves: the action, and the hold that it was proposed for. */
interface ProposalPayload {
  readonly action: ProposedAction;
  readonly hold: Order['hold'];
}

interface ProposalRow {
  readonly id: Reference;
  readonly text: string;
  readonly payload_hash: string;
  readonly proposed_by: string;
  readonly expires_at: bigint;
  readonly approved_by: string | null;
}

function lineOf({ data, created_at, updated_at, ...row }: Row): OrderLine {
  const { holdReasons, quote } = decode(data) as Pick<Order, 'holdReasons' | 'quote'>;
  return { ...row, holdReasons, pay: quote?.pay ?? null, createdAt: Number(created_at), updatedAt: Number(updated_at) };
}

/** From where to where a transfer goes, and who may keep a fee of it. */
function transferEnds(
  kind: TransferKind,
  providers: Providers,
): { readonly from: Account; readonly to: Account; readonly carrier: string } {
  const venue = free(`exchange:${providers.exchange.id}`);
  const wallet = free(`wallet:${providers.custodies[0].id}`);
  switch (kind) {
    case 'float-in':
      return { from: bank('operator'), to: venue, carrier: 'bank' };
    case 'float-out':
      return { from: venue, to: bank('operator'), carrier: 'bank' };
    case 'exchange-to-wallet':
      return { from: venue, to: wallet, carrier: providers.exchange.id };
    case 'wallet-to-cold':
      return { from: wallet, to: capital, carrier: 'miners' };
    case 'bank-settlement':
      return { from: providerReceivable(providers.rails[0].id), to: bank('operator'), carrier: providers.rails[0].id };
    default:
      throw new InputError('kind', 'unknown', 'there is no such transfer');
  }
}

function assertPlace(place: string, { exchange, custodies }: Providers): void {
  const known = [`exchange:${exchange.id}`, ...custodies.map(({ id }) => `wallet:${id}`)];
  if (!known.includes(place)) throw new InputError('place', 'unknown', `expected one of ${known.join(', ')}`);
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

/** What people read off a receipt, a statement or a chain, so that somebody else can find it again. */
function assertEvidence(field: string, text: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9 ./-]{2,63}$/.test(text))
    throw new InputError(
      field,
      'malformed',
      'expected the reference on the receipt: 3 to 64 letters, digits, spaces, points, slashes or dashes',
    );
}
