import { can } from '@rielrails/core';
import type { OrderEvent } from '../order/event.ts';
import { byId } from '../providers.ts';
import { limited } from './outside.ts';
import type { EffectDoor } from './outside.ts';

/** Closes a payment request. What proves anything is the lookup of the request itself. */
export const cancelPaymentDoor: EffectDoor = {
  async call(effect, order, outside): Promise<OrderEvent> {
    const { request, reference } = effect;
    if (request.kind !== 'cancel-payment') throw new RangeError('effect: is of another kind');
    const rail = byId(outside.providers.rails, effect.provider);
    const asked = order.effects.find((one) => one.reference === request.of);
    if (!can(rail, 'cancel') || !asked) return { type: 'no-answer', reference, retryAfterMs: null };
    const target = { reference: asked.reference, ...(asked.handle === null ? {} : { handle: asked.handle }) };
    return { type: 'payment-cancelled', reference, attempt: await rail.cancel(target, limited(outside)) };
  },
  lookUp: (effect) => Promise.resolve({ type: 'no-answer', reference: effect.reference, retryAfterMs: null }),
};
