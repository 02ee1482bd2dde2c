import type { Effect, Order } from './order.ts';
import { effectsOf } from './turn.ts';

/** The requests on which money can still arrive. */
export function openRequests(order: Order): readonly Effect[] {
  return effectsOf(order, 'request-payment').filter(
    ({ status, result }) =>
      status === 'unknown' || (status === 'applied' && result?.kind === 'request-payment' && result.open),
  );
}

/** The request that the buyer is shown now: the newest that its rail did not refuse, and no other beside it. */
export function shownRequest(order: Order): Effect | null {
  const newest = effectsOf(order, 'request-payment').findLast(
    ({ status }) => status !== 'refused' && status !== 'absent',
  );
  const open = newest && openRequests(order).includes(newest);
  return open && newest.result?.kind === 'request-payment' && newest.result.next !== null ? newest : null;
}
