import { can } from '@rielrails/core';
import type { ProviderRef } from '@rielrails/core';
import type { OrderEvent } from '../order/event.ts';
import { byId } from '../providers.ts';
import { limited } from './outside.ts';
import type { EffectDoor } from './outside.ts';
import { lookUpPayment } from './request-payment.ts';

/** Sends one receipt's money back through its rail. */
export const refundDoor: EffectDoor = {
  async call(effect, order, outside): Promise<OrderEvent> {
    const { request, reference } = effect;
    if (request.kind !== 'refund') throw new RangeError('effect: is of another kind');
    const rail = byId(outside.providers.rails, effect.provider);
    const paid = order.effects.find((one) => one.reference === request.of);
    if (!can(rail, 'refund') || !paid) return { type: 'no-answer', reference, retryAfterMs: null };
    const target = { reference: paid.reference, ...(paid.handle === null ? {} : { handle: paid.handle }) };
    const receipt = request.transaction as ProviderRef;
    return {
      type: 'refunded',
      reference,
      attempt: await rail.refund({ target, reference, receipt, amount: request.amount }, limited(outside)),
    };
  },
  async lookUp(effect, order, outside): Promise<OrderEvent> {
    const { request } = effect;
    const paid = request.kind === 'refund' ? order.effects.find((one) => one.reference === request.of) : undefined;
    if (!paid) return { type: 'no-answer', reference: effect.reference, retryAfterMs: null };
    return lookUpPayment(paid, order, outside);
  },
};
