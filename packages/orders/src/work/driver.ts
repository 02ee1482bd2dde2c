import { isProviderError } from '@rielrails/core';
import type { Instant, Reference } from '@rielrails/core';
import { sql } from 'kysely';
import { doors } from '../effects/index.ts';
import type { Outside } from '../effects/outside.ts';
import { screen } from '../effects/screen.ts';
import { book } from '../money/book.ts';
import { decide, inquiries, wakeAt } from '../order/decide.ts';
import type { Decision, Inquiry } from '../order/decide.ts';
import type { OrderEvent } from '../order/event.ts';
import type { Effect, Order } from '../order/order.ts';
import type { World } from '../order/turn.ts';
import { InsufficientBalanceError } from '../store/ledger.ts';
import { lockOrder, OrderMovedError, saveOrder } from '../store/purchases.ts';
import type { StoredOrder } from '../store/purchases.ts';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/transaction.ts';
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
  changed(id: Reference): void;
  /** Called at each crash point, with what is being done. */
  readonly probe?: (point: CrashPoint, doing: string) => void;
}

/** More conditions of an event, checked in its own transaction. Throwing leaves everything as it was. */
export type Guard = (tx: Tx, order: Order) => Promise<void>;

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

  async function apply(id: Reference, event: OrderEvent, guard: Guard | undefined): Promise<Applied | null> {
    const probe = (point: CrashPoint) => parts.probe?.(point, event.type);
    probe(isAnswer(event) ? 'after-call' : 'before-plan');
    for (let floatShort = false; ; floatShort = true) {
      try {
        const applied = await store.transaction(async (tx): Promise<Applied | null> => {
          const stored = await lockOrder(tx, id);
          if (!stored) return null;
          await guard?.(tx, stored.order);
          const reversibleElsewhere = await reversibleOf(tx, stored.order, parts.world());
          const world = { ...parts.world(), floatShort, reversibleElsewhere };
          const decision = decide(stored.order, event, world);
          if (!isChanged(stored.order, decision) && !jobIsOver(stored, world.now))
            return { order: stored.order, calls: [], changed: false };
          const order = await record(tx, stored, decision, world);
          probe(isAnswer(event) ? 'in-record' : 'in-plan');
          return { order, calls: decision.calls, changed: true };
        });
        if (applied?.changed) probe(isAnswer(event) ? 'after-record' : 'after-plan');
        return applied;
      } catch (error) {
        // Rows decide: whoever was faster did the same work.
        if (error instanceof OrderMovedError) return null;
        if (!(error instanceof InsufficientBalanceError) || floatShort) throw error;
        runtime.log.warn('float-short', { event: event.type });
      }
    }
  }

  async function record(tx: Tx, stored: StoredOrder, decision: Decision, world: World): Promise<Order> {
    const wake = wakeAt(decision.next, world);
    const due = wake !== null && wake <= world.now ? world.now + CARRY_ON_MS : wake;
    const known = stored.jobAt !== null && stored.jobAt > world.now ? stored.jobAt : null;
    const enqueue = due !== null && (known === null || due < known);
    const jobAt = enqueue ? due : known;
    const order = await saveOrder(tx, stored.order, decision.next, { at: world.now, wakeAt: wake, jobAt });
    await book(tx, order, world.exchange.id, decision.movements, world.now);
    if (enqueue) await parts.queue.enqueue(tx, { queue: 'order', id: order.id, notBefore: due as Instant });
    return order;
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
    const events: { readonly event: OrderEvent; readonly guard?: Guard }[] = [{ event, ...(guard ? { guard } : {}) }];
    let order: Order | null = null;
    let changed = false;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const next = events.shift();
      if (next) {
        const applied = await apply(id, next.event, next.guard);
        if (!applied) return order;
        order = applied.order;
        changed ||= applied.changed;
        for (const effect of applied.calls) events.push({ event: await call(effect, order) });
        continue;
      }
      if (!order) return null;
      const due = inquiries(order, parts.world());
      if (due.length === 0) break;
      for (const inquiry of due) events.push({ event: await ask(inquiry, order) });
    }
    if (changed) parts.changed(id);
    return order;
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

interface Applied {
  readonly order: Order;
  readonly calls: readonly Effect[];
  readonly changed: boolean;
}

/** What the same person paid for other orders and may still take back. Asked only where some rail allows that. */
async function reversibleOf(tx: Tx, order: Order, { rails, now }: World): Promise<bigint> {
  const reversible = Object.values(rails).some(({ offers }) =>
    Object.values(offers).some(({ finality }) => finality !== 'final'),
  );
  if (!reversible || order.receipts.length === 0 || !order.quote) return 0n;
  const { rows } = await sql<{ minor: bigint | null }>`
    select sum(r.funded)::bigint as minor from receipt r join purchase p on p.id = r.purchase
    where p.person = ${order.person} and p.id <> ${order.id} and r.asset = ${order.quote.pay.asset.code}
      and (r.data ->> 'reversibleUntil')::bigint > ${now} and not (r.data ->> 'reversed')::boolean`.execute(tx);
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
    type === 'traded' ||
    type === 'sent' ||
    type === 'refunded'
  );
}
