import { isProviderError } from '@rielrails/core';
import type { Instant, Reference } from '@rielrails/core';
import { sql } from 'kysely';
import { doors } from '../effects/index.ts';
import type { Outside } from '../effects/outside.ts';
import { screen } from '../effects/screen.ts';
import { asksForHoldings, postingsOf } from '../money/book.ts';
import { heldFor } from '../money/reservation.ts';
import { decide, inquiries, wakeAt } from '../order/decide.ts';
import type { Decision, Inquiry } from '../order/decide.ts';
import type { OrderEvent } from '../order/event.ts';
import type { Effect, Order } from '../order/order.ts';
import type { World } from '../order/turn.ts';
import { InsufficientBalanceError } from '../store/ledger.ts';
import { loadOrder, lockOrder, OrderMovedError, saveOrder } from '../store/purchases.ts';
import type { StoredOrder } from '../store/purchases.ts';
import type { Store } from '../store/store.ts';
import type { Reader, Tx } from '../store/transaction.ts';
import type { Queue } from './queue.ts';

/** The numbered places of a step at which a process may die. Tests die there on purpose. */
export type CrashPoint = 'before-plan' | 'in-plan' | 'after-plan' | 'after-call' | 'in-record' | 'after-record';

/** What the driver works with. */
export interface DriverParts {
  readonly store: Store;
  readonly queue: Queue;
  readonly outside: Outside;
  /** What a decision may know, now. */
  world(): World;
  /** The order changed: its buyer is to be told. */
  changed(order: Order): void;
  /** Called at each crash point, with what is being done. */
  readonly probe?: (point: CrashPoint, doing: string) => void;
}

/**
 * More conditions of an event, checked in its own transaction. Throwing leaves everything as it was; an event that it
 * gives takes the place of the one that was meant.
 */
export type Guard = (tx: Tx, order: Order) => Promise<OrderEvent | void>;

/** The loop that carries an order forward. */
export interface Driver {
  /**
   * Applies an event and carries the order on, as far as it goes without waiting.
   *
   * Safe to call at any time, from anywhere, twice: what happens is decided by the row.
   */
  drive(id: Reference, event?: OrderEvent, guard?: Guard): Promise<Order | null>;
  /** Waits for everything that is under way in this process. */
  idle(): Promise<void>;
}

/** Orders kept in memory between two steps. */
const MOST_RECENT = 200;

/** So often somebody else may be faster, before this one gives up and lets the next wake-up try. */
const MOST_TRIES = 20;

/** A healthy order needs about ten rounds; a loop of decisions is a bug, and ends here. */
const MOST_ROUNDS = 60;

/**
 * What is due at once is done by the caller itself, right after its commit. The job only stands by, for a caller that
 * dies: started at once it would get in the caller's way.
 */
const CARRY_ON_MS = 5000;

/** Makes the loop. */
export function createDriver(parts: DriverParts): Driver {
  const { store, outside } = parts;
  const { runtime } = outside;
  const under = new Map<Reference, Promise<unknown>>();
  /** Orders as this process last saw them, the newest last. What is written on an old copy fails by its version. */
  const recent = new Map<Reference, StoredOrder>();

  function remember(stored: StoredOrder): void {
    const { id } = stored.order;
    recent.delete(id);
    recent.set(id, stored);
    const [oldest] = recent.keys();
    if (recent.size > MOST_RECENT && oldest) recent.delete(oldest);
  }

  /**
   * Decides about an event and writes the decision. `known` is the order as this process last left it: whether it still
   * is like that, the version says when it is written.
   */
  async function apply(id: Reference, { event, guard }: Due, known: StoredOrder | null): Promise<Applied | null> {
    const probe = (point: CrashPoint) => parts.probe?.(point, event.type);
    probe(isAnswer(event) ? 'after-call' : 'before-plan');
    let floatShort = false;
    let stored = known;
    for (let tries = 1; ; tries += 1) {
      try {
        const applied = guard
          ? await store.transaction(async (tx) => {
              const locked = await lockOrder(tx, id);
              return locked && take(tx, locked, (await guard(tx, locked.order)) ?? event);
            })
          : await take(store.db, stored ?? (await loadOrder(store.db, id)), event);
        // What was decided about an older copy is only believed when it was written.
        if (applied && !applied.changed && stored && !guard) {
          stored = null;
          continue;
        }
        if (applied?.changed) probe(isAnswer(event) ? 'after-record' : 'after-plan');
        return applied;
      } catch (error) {
        stored = null;
        if (error instanceof OrderMovedError && tries < MOST_TRIES) continue;
        if (!(error instanceof InsufficientBalanceError) || floatShort) throw error;
        runtime.log.warn('float-short', { event: event.type });
        floatShort = true;
      }
    }

    async function take(db: Reader | Tx, read: StoredOrder | null, meant: OrderEvent): Promise<Applied | null> {
      if (!read) return null;
      const reversibleElsewhere = await reversibleOf(db, read.order, parts.world());
      const world = { ...parts.world(), floatShort, reversibleElsewhere };
      const decision = decide(read.order, meant, world);
      if (!isChanged(read.order, decision) && !jobIsOver(read, world.now))
        return { stored: read, calls: [], changed: false };
      const written = await record(db, read, decision, world, () => probe(isAnswer(event) ? 'in-record' : 'in-plan'));
      return { stored: written, calls: decision.calls, changed: true };
    }
  }

  /** Writes a decision and its next job: one statement where there is no job to add, else one transaction. */
  async function record(
    db: Reader | Tx,
    { order, jobAt: current }: StoredOrder,
    { next, movements, findings }: Decision,
    world: World,
    probe: () => void,
  ): Promise<StoredOrder> {
    const wake = wakeAt(next, world);
    const due = wake !== null && wake <= world.now ? world.now + CARRY_ON_MS : wake;
    const known = current !== null && current > world.now ? current : null;
    const enqueue = due !== null && (known === null || due < known);
    const jobAt = (enqueue ? due : known) as Instant | null;
    const held = world.floatShort || movements.some(asksForHoldings) ? await heldFor(db, order.id) : [];
    const postings = postingsOf(next, world.exchange.id, movements, held, world.floatShort);
    const options = { at: world.now, wakeAt: wake, jobAt, postings, findings };
    const write = async (tx: Tx): Promise<Order> => {
      const saved = await saveOrder(tx, order, next, options);
      if (enqueue) await parts.queue.enqueue(tx, { queue: 'order', id: order.id, notBefore: due as Instant });
      probe();
      return saved;
    };
    if (db.isTransaction) return { order: await write(db as Tx), jobAt };
    if (enqueue) return { order: await store.transaction(write), jobAt };
    probe();
    return { order: await store.statement((alone) => saveOrder(alone, order, next, options)), jobAt };
  }

  async function call(effect: Effect, order: Order): Promise<OrderEvent> {
    try {
      return await doors[effect.kind].call(effect, order, outside);
    } catch (error) {
      // Not the provider's doing but ours: nobody knows whether the call left, so it is looked up.
      runtime.log.error('effect-error', {
        effect: effect.kind,
        reference: effect.reference,
        error: error instanceof Error ? error.name : typeof error,
      });
      return { type: 'no-answer', reference: effect.reference, retryAfterMs: null };
    }
  }

  async function ask(inquiry: Inquiry, order: Order): Promise<OrderEvent> {
    try {
      switch (inquiry.type) {
        case 'look-up':
          return await doors[inquiry.effect.kind].lookUp(inquiry.effect, order, outside);
        case 'price':
          return {
            type: 'priced',
            quote: await outside.providers.exchange.quote({ spend: inquiry.spend, buy: inquiry.need.asset }),
          };
        case 'screen':
          return { type: 'screened', screened: (await screen(order, outside)).screened };
      }
    } catch (error) {
      const fault = isProviderError(error) ? error.fault : null;
      runtime.log.warn('no-answer', {
        order: order.number,
        kind: fault?.kind ?? 'unexpected',
        operation: inquiry.type,
      });
      const reference = inquiry.type === 'look-up' ? inquiry.effect.reference : null;
      return {
        type: 'no-answer',
        reference,
        retryAfterMs: fault?.kind === 'throttled' ? (fault.retryAfterMs ?? null) : null,
      };
    }
  }

  async function run(id: Reference, event: OrderEvent, guard: Guard | undefined): Promise<Order | null> {
    const events: Due[] = [{ event, ...(guard ? { guard } : {}) }];
    let stored: StoredOrder | null = recent.get(id) ?? null;
    let changed = false;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const next = events.shift();
      if (next) {
        const applied: Applied | null = await apply(id, next, stored);
        if (!applied) return null;
        ({ stored } = applied);
        remember(stored);
        changed ||= applied.changed;
        for (const effect of applied.calls) events.push({ event: await call(effect, stored.order) });
        continue;
      }
      if (!stored) return null;
      const due = inquiries(stored.order, parts.world());
      if (due.length === 0) break;
      for (const inquiry of due) events.push({ event: await ask(inquiry, stored.order) });
    }
    if (changed && stored) parts.changed(stored.order);
    return stored?.order ?? null;
  }

  return {
    async drive(id, event = { type: 'tick' }, guard) {
      const before = under.get(id) ?? Promise.resolve();
      const mine = before.catch(() => {}).then(() => run(id, event, guard));
      under.set(id, mine);
      try {
        return await mine;
      } finally {
        if (under.get(id) === mine) under.delete(id);
      }
    },
    async idle() {
      while (under.size > 0) await Promise.allSettled(under.values());
    },
  };
}

/** An event that waits for its turn. */
interface Due {
  readonly event: OrderEvent;
  readonly guard?: Guard;
}

interface Applied {
  readonly stored: StoredOrder;
  readonly calls: readonly Effect[];
  readonly changed: boolean;
}

/** What the same person paid for other orders and may still take back. Asked only where some rail allows that. */
async function reversibleOf(db: Reader, order: Order, { rails, now }: World): Promise<bigint> {
  const reversible = Object.values(rails).some(({ offers }) =>
    Object.values(offers).some(({ finality }) => finality !== 'final'),
  );
  if (!reversible || order.receipts.length === 0 || !order.quote) return 0n;
  const { rows } = await sql<{ minor: bigint | null }>`
    select sum(r.funded)::bigint as minor from receipt r join purchase p on p.id = r.purchase
    where p.person in (select k.id from person me join person k on k.id = me.id or k.subject = me.subject where me.id = ${order.person})
      and p.id <> ${order.id} and r.asset = ${order.quote.pay.asset.code}
      and (r.data ->> 'reversibleUntil')::bigint > ${now} and not (r.data ->> 'reversed')::boolean`.execute(db);
  return rows[0]?.minor ?? 0n;
}

function isChanged(before: Order, { next }: Decision): boolean {
  return (Object.keys(next) as (keyof Order)[]).some((key) => next[key] !== before[key]);
}

/** The job that woke this order is the only one it had: it needs another. */
function jobIsOver({ jobAt }: StoredOrder, now: Instant): boolean {
  return jobAt !== null && jobAt <= now;
}

/** Whether an event is the answer to a write. */
function isAnswer({ type }: OrderEvent): boolean {
  return (
    type === 'payment-requested' ||
    type === 'payment-cancelled' ||
    type === 'payment-completed' ||
    type === 'payment-approved' ||
    type === 'traded' ||
    type === 'sent' ||
    type === 'bumped' ||
    type === 'refunded'
  );
}
