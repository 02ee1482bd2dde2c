import { isProviderError } from '@rielrails/core';
import type { Instant, Reference } from '@rielrails/core';
import { sql } from 'kysely';
import { doors } from '../effects/index.ts';
import type { Outside } from '../effects/outside.ts';
import type { OrderEvent } from '../order/event.ts';
import type { Effect, EffectKind, EffectRequest, Order } from '../order/order.ts';
import { effectReference } from '../order/references.ts';
import { beginTurn, effectsOf, happen, hold } from '../order/turn.ts';
import type { World } from '../order/turn.ts';
import type { Reconciliation } from '../orders.ts';
import { loadOrder, lockOrder, saveOrder } from '../store/purchases.ts';
import type { Store } from '../store/store.ts';

/** What the reconciler works with. */
export interface ReconcilerParts {
  readonly store: Store;
  readonly outside: Outside;
  world(): World;
}

/** After a restore: finds what happened since the backup. */
export interface Reconciler {
  reconcile(): Promise<Reconciliation>;
}

/** How many references beyond the known ones are looked up, per kind of write. */
const PROBES = 2;
const probed: readonly EffectKind[] = ['request-payment', 'buy', 'send'];

/**
 * Makes the reconciler.
 *
 * References are derived from the order's seed, so every write that an order may have made since the backup can be
 * named, and is looked up. One that is found is entered as in doubt, and the ordinary lookups then bring it home. No
 * write leaves while this goes on.
 */
export function createReconciler({ store, outside, world }: ReconcilerParts): Reconciler {
  const { log } = outside.runtime;

  async function probe(
    order: Order,
    kind: EffectKind,
  ): Promise<{ readonly found: readonly Effect[]; readonly unanswered: number }> {
    const found: Effect[] = [];
    let unanswered = 0;
    const known = effectsOf(order, kind).length;
    for (let seq = known + 1; seq <= known + PROBES; seq += 1) {
      for (const provider of placesOf(order, kind, world())) {
        const effect = imagine(order, kind, seq, provider, world());
        if (!effect) continue;
        try {
          const answer = await doors[kind].lookUp(effect, order, outside);
          if (!isThere(answer)) continue;
          found.push({ ...effect, request: asFound(effect.request, answer) });
          break;
        } catch (error) {
          unanswered += 1;
          log.warn('reconcile-unanswered', {
            provider,
            kind: isProviderError(error) ? error.fault.kind : 'unexpected',
          });
        }
      }
    }
    return { found, unanswered };
  }

  async function enter(id: Reference, found: readonly Effect[]): Promise<void> {
    await store.transaction(async (tx) => {
      const stored = await lockOrder(tx, id);
      if (!stored) return;
      const now = world();
      const turn = beginTurn(stored.order, now);
      happen(turn, `recovered: ${found.map(({ kind }) => kind).join(', ')}`);
      // What was agreed after the backup is lost, and with it the float set aside: a person decides how it goes on.
      if (stored.order.state === 'quoted') hold(turn, 'review', 'create-in-doubt');
      else turn.order.effects = [...stored.order.effects, ...found];
      const { findings } = turn;
      await saveOrder(tx, stored.order, turn.order, {
        at: now.now,
        wakeAt: now.now,
        jobAt: null,
        postings: [],
        findings,
      });
    });
  }

  return {
    async reconcile() {
      const { rows } = await sql<{
        id: Reference;
      }>`select id from purchase where state <> 'draft' order by created_at`.execute(store.db);
      let effectsFound = 0;
      let unanswered = 0;
      for (const { id } of rows) {
        const stored = await loadOrder(store.db, id);
        if (!stored) continue;
        const found: Effect[] = [];
        for (const kind of probed) {
          const result = await probe(stored.order, kind);
          found.push(...result.found);
          unanswered += result.unanswered;
        }
        if (found.length > 0) await enter(id, found);
        effectsFound += found.length;
      }
      return { ordersLookedAt: rows.length, effectsFound, unanswered };
    },
  };
}

/**
 * Who may have been written to. A buyer may have taken another rail since the backup, so each rail is asked that finds by
 * our reference; what lies with the others stands in their statements.
 */
function placesOf(order: Order, kind: EffectKind, { exchange, rails }: World): readonly string[] {
  if (kind === 'buy') return [exchange.id];
  if (kind === 'send') return [order.custody];
  return Object.entries(rails).flatMap(([id, { operations }]) => (operations.get?.by === 'reference' ? [id] : []));
}

/** The write as it would have been, if it was made. */
function imagine(order: Order, kind: EffectKind, seq: number, provider: string, { now }: World): Effect | null {
  const { quote } = order;
  if (!quote) return null;
  const request = imaginedRequest(order, kind, now);
  if (!request) return null;
  return {
    reference: effectReference(order.seed, kind, seq),
    kind,
    seq,
    provider,
    status: 'unknown',
    doubted: true,
    tries: 1,
    lookups: 0,
    handle: null,
    request,
    result: null,
    fault: { kind: 'unknown', provider, reason: 'crash', message: `${provider}: ${kind} was made after the backup` },
    plannedAt: now,
    calledAt: now,
    settledAt: null,
    lookAt: now,
    lookedAt: null,
  };
}

function imaginedRequest(order: Order, kind: EffectKind, now: Instant): EffectRequest | null {
  const { quote } = order;
  if (!quote) return null;
  switch (kind) {
    case 'request-payment':
      return { kind, amount: quote.pay, expiresAt: order.payBy ?? now, way: null };
    case 'buy':
      return {
        kind,
        atLeast: quote.arrives,
        quote: {
          spend: quote.budget,
          receive: quote.arrives,
          fee: quote.exchangeFee,
          worst: { base: quote.arrives, quote: quote.budget },
          observedAt: now,
          expiresAt: now,
        },
      };
    case 'send':
      return order.address === null
        ? null
        : { kind, amount: quote.arrives, address: order.address, binding: order.binding };
    case 'cancel-payment':
    case 'complete-payment':
    case 'approve-payment':
    case 'bump':
    case 'refund':
      return null;
  }
}

function isThere(answer: OrderEvent): boolean {
  if (answer.type === 'payment-seen') return answer.payment !== null;
  if (answer.type === 'trade-seen') return answer.trade !== null;
  return answer.type === 'withdrawal-seen' && answer.withdrawal !== null;
}

/** The request as the provider remembers it. */
function asFound(request: EffectRequest, answer: OrderEvent): EffectRequest {
  if (request.kind === 'request-payment' && answer.type === 'payment-seen' && answer.payment)
    return { ...request, amount: answer.payment.requested };
  if (request.kind === 'send' && answer.type === 'withdrawal-seen' && answer.withdrawal)
    return { ...request, amount: answer.withdrawal.amount };
  return request;
}
