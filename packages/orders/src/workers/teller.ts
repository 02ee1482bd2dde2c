import type { Reference } from '@rielrails/core';
import { digest, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { sql } from 'kysely';
import type { Show } from '../orders.ts';
import { encodeCanonically } from '../store/codec.ts';
import { loadShown } from '../store/purchases.ts';
import type { ShownOrder } from '../store/purchases.ts';
import type { Store } from '../store/store.ts';
import type { OrderView } from '../view.ts';

/** Tells buyers what their orders do. */
export interface Teller {
  /** Shows an order's present view, if its buyer has not seen it yet. Never throws. */
  tell(id: Reference): Promise<void>;
  /** Shows what was not shown yet. */
  sweep(): Promise<void>;
}

const MOST_AT_ONCE = 100;

/** Makes the teller. Without a front end there is nobody to tell. */
export function createTeller(
  store: Store,
  runtime: Runtime,
  show: Show | undefined,
  viewOf: (order: ShownOrder) => OrderView,
): Teller {
  const under = new Map<Reference, Promise<void>>();
  /** Those that have not begun to read: they will see whatever has changed until then. */
  const waiting = new Map<Reference, Promise<void>>();

  async function once(id: Reference, sweeping: boolean): Promise<void> {
    const order = await loadShown(store.db, id);
    if (!order || !show) return;
    const view = viewOf(order);
    const { hash: told, handle, channel, chat, unreachable } = order.shown;
    // A wish that was never held has not been shown by anybody but the front end itself.
    if (view.step === 'quote' && handle === null) return;
    const hash = hashOf(view);
    const note = (outcome: { readonly handle: string | null; readonly unreachable: boolean }) =>
      sql`
        with told as (
          update purchase set told_version = ${view.version}, told_hash = ${hash}, message_handle = ${outcome.handle} where id = ${id}
        )
        update chat set unreachable = ${outcome.unreachable}
        where channel = ${channel} and chat = ${chat} and unreachable <> ${outcome.unreachable}`.execute(store.db);
    // Nothing that the buyer sees has changed. Only the sweep notes it, or it would come back to it for ever.
    if (told === hash) {
      if (sweeping) await note({ handle, unreachable });
      return;
    }
    const result = await show({ channel, chat }, view, handle);
    switch (result.outcome) {
      case 'shown':
        await note({ handle: result.handle, unreachable: false });
        return;
      case 'gone':
        // The order goes on; people see in the admin's list that its buyer cannot be reached.
        await note({ handle, unreachable: true });
        return;
      case 'later':
        runtime.log.info('tell-later', { order: view.number, delayMs: result.retryAfterMs });
        void runtime.clock.sleep(result.retryAfterMs).then(() => tell(id, false));
    }
  }

  async function tell(id: Reference, sweeping: boolean): Promise<void> {
    if (!show) return;
    const asLate = sweeping ? undefined : waiting.get(id);
    if (asLate) return asLate;
    const before = under.get(id) ?? Promise.resolve();
    const mine = before
      .then(() => {
        if (waiting.get(id) === mine) waiting.delete(id);
        return once(id, sweeping);
      })
      .catch((error: unknown) =>
        runtime.log.warn('tell-failed', { error: error instanceof Error ? error.name : typeof error }),
      );
    under.set(id, mine);
    if (!sweeping) waiting.set(id, mine);
    await mine;
    if (under.get(id) === mine) under.delete(id);
  }

  return {
    tell: (id) => tell(id, false),
    async sweep() {
      if (!show) return;
      const { rows } = await sql<{ id: Reference }>`
        select id from purchase where told_version < version and (state not in ('draft', 'quoted') or hold <> 'none' or message_handle is not null) order by updated_at limit ${MOST_AT_ONCE}`.execute(
        store.db,
      );
      for (const { id } of rows) await tell(id, true);
    },
  };
}

/** What a buyer sees of a view: looks and versions that change nothing visible do not count. */
function hashOf(view: OrderView): string {
  const { version: _version, timeline: _timeline, ...visible } = view;
  return toHex(digest('sha256', encodeCanonically(visible)));
}
