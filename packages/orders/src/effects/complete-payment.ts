import { can } from '@rielrails/core';
import type { OrderEvent } from '../order/event.ts';
import { byId } from '../providers.ts';
import { limited } from './outside.ts';
import type { EffectDoor } from './outside.ts';
import { judgePayers, lookUpPayment } from './request-payment.ts';

/** Hands in what the payer's side produced. It may charge: in doubt, the payment itself is looked up. */
export const completePaymentDoor: EffectDoor = {
  async call(effect, order, outside): Promise<OrderEvent> {
    const { request, reference } = effect;
    if (request.kind !== 'complete-payment') throw new RangeError('effect: is of another kind');
    const rail = byId(outside.providers.rails, effect.provider);
    const asked = order.effects.find((one) => one.reference === request.of);
    if (!can(rail, 'complete') || !asked) return { type: 'no-answer', reference, retryAfterMs: null };
    const target = { reference: asked.reference, ...(asked.handle === null ? {} : { handle: asked.handle }) };
    const attempt = await rail.complete({ target, token: request.token }, limited(outside));
    const judged =
      attempt.outcome === 'applied' ? await judgePayers(rail.id, attempt.value, order, outside) : { payers: {} };
    return { type: 'payment-completed', reference, attempt, ...judged };
  },
  async lookUp(effect, order, outside): Promise<OrderEvent> {
    const { request } = effect;
    const asked = request.kind === 'complete-payment' && order.effects.find((one) => one.reference === request.of);
    if (!asked) return { type: 'no-answer', reference: effect.reference, retryAfterMs: null };
    return lookUpPayment(asked, order, outside);
  },
};
