import { can } from '@rielrails/core';
import type { WithdrawalTarget } from '@rielrails/core';
import type { OrderEvent } from '../order/event.ts';
import type { Effect, Order } from '../order/order.ts';
import { byId } from '../providers.ts';
import { limited } from './outside.ts';
import type { EffectDoor } from './outside.ts';
import { deliveryTarget } from './send.ts';

/** Pays the miners more for a delivery that is stuck. */
export const bumpDoor: EffectDoor = {
  async call(effect, order, outside): Promise<OrderEvent> {
    const { reference } = effect;
    const custody = byId(outside.providers.custodies, effect.provider);
    if (!can(custody, 'bump')) return { type: 'no-answer', reference, retryAfterMs: null };
    return { type: 'bumped', reference, attempt: await custody.bump(deliveryOf(effect, order), limited(outside)) };
  },
  async lookUp(effect, order, outside): Promise<OrderEvent> {
    const custody = byId(outside.providers.custodies, effect.provider);
    const askedAt = outside.runtime.clock.now();
    const withdrawal = await custody.get(deliveryOf(effect, order), limited(outside));
    return { type: 'withdrawal-seen', reference: effect.reference, withdrawal, askedAt };
  },
};

function deliveryOf({ request }: Effect, order: Order): WithdrawalTarget {
  const delivery = order.effects.find(({ reference }) => request.kind === 'bump' && reference === request.of);
  if (!delivery) throw new RangeError('effect: is of another kind');
  return deliveryTarget(delivery, order);
}
