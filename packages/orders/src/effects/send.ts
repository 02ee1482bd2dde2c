import type { Destination, Money, WithdrawalTarget } from '@rielrails/core';
import type { OrderEvent } from '../order/event.ts';
import type { Effect, Order } from '../order/order.ts';
import { byId } from '../providers.ts';
import { limited } from './outside.ts';
import type { EffectDoor, Outside } from './outside.ts';
import { addressOf, screen } from './screen.ts';
import type { Screening } from './screen.ts';

/** Delivers, with a leave that was minted for this very call. */
export const sendDoor: EffectDoor = {
  async call(effect, order, outside): Promise<OrderEvent> {
    const { request, reference } = effect;
    if (request.kind !== 'send') throw new RangeError('effect: is of another kind');
    const screening = await screen(order, outside);
    if (!('clear' in screening)) {
      // The order holds or waits; the same reference is used when it goes on.
      const { screened } = screening;
      const stopped = notSent(effect, 'screening did not clear it');
      return { ...stopped, ...('subject' in screened ? { stoppedBy: screened } : {}) };
    }
    const destination = cleared(screening, request.amount, effect, order, outside);
    if (destination === null) return notSent(effect, 'what cleared it ended before it was sent');
    const attempt = await byId(outside.providers.custodies, effect.provider).withdraw(
      {
        reference,
        amount: request.amount,
        destination,
        ...(request.binding === null ? {} : { binding: request.binding }),
      },
      limited(outside),
    );
    return { type: 'sent', reference, attempt };
  },
  async lookUp(effect, order, outside): Promise<OrderEvent> {
    const custody = byId(outside.providers.custodies, effect.provider);
    const askedAt = outside.runtime.clock.now();
    const withdrawal = await custody.get(deliveryTarget(effect, order), limited(outside));
    return { type: 'withdrawal-seen', reference: effect.reference, withdrawal, askedAt };
  },
};

/** How a delivery is looked up. That of a frozen order is only watched: what was signed and has not left, stays. */
export function deliveryTarget({ reference, handle }: Effect, { hold }: Order): WithdrawalTarget {
  return { reference, ...(handle === null ? {} : { handle }), watchOnly: hold === 'frozen' };
}

/** Where it may go, with the leave for it; `null`: the leave ended while it was being asked for. */
function cleared(
  screening: Extract<Screening, { readonly clear: unknown }>,
  amount: Money,
  { reference }: Effect,
  order: Order,
  outside: Outside,
): Destination | null {
  try {
    const clearance = screening.clear(reference, amount);
    return { type: 'customer', address: addressOf(order, outside), clearance };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Certainly nothing left: the delivery waits, and is no doubt. */
function notSent({ provider, reference }: Effect, why: string): Extract<OrderEvent, { readonly type: 'sent' }> {
  const fault = { kind: 'unavailable', provider, message: `${provider}: not sent, because ${why}` } as const;
  return { type: 'sent', reference, attempt: { outcome: 'refused', fault } };
}
