import type { OrderEvent } from '../order/event.ts';
import { byId } from '../providers.ts';
import { limited } from './outside.ts';
import type { EffectDoor } from './outside.ts';
import { addressOf, screen } from './screen.ts';

/** Delivers, with a leave that was minted for this very call. */
export const sendDoor: EffectDoor = {
  async call(effect, order, outside): Promise<OrderEvent> {
    const { request, reference } = effect;
    if (request.kind !== 'send') throw new RangeError('effect: is of another kind');
    const screening = await screen(order, outside);
    if (!('clear' in screening)) {
      // Nothing was sent. The order holds or waits; the same reference is used when it goes on.
      const { screened } = screening;
      const message = `${effect.provider}: not sent, because screening did not clear it`;
      return {
        type: 'sent',
        reference,
        attempt: { outcome: 'refused', fault: { kind: 'unavailable', provider: effect.provider, message } },
        ...('subject' in screened ? { stoppedBy: screened } : {}),
      };
    }
    const address = addressOf(order, outside);
    const clearance = screening.clear(reference, request.amount);
    const attempt = await byId(outside.providers.custodies, effect.provider).withdraw(
      {
        reference,
        amount: request.amount,
        destination: { type: 'customer', address, clearance },
        ...(request.binding === null ? {} : { binding: request.binding }),
      },
      limited(outside),
    );
    return { type: 'sent', reference, attempt };
  },
  async lookUp(effect, _order, outside): Promise<OrderEvent> {
    const { reference, handle } = effect;
    const custody = byId(outside.providers.custodies, effect.provider);
    const askedAt = outside.runtime.clock.now();
    const withdrawal = await custody.get({ reference, ...(handle === null ? {} : { handle }) }, limited(outside));
    return { type: 'withdrawal-seen', reference, withdrawal, askedAt };
  },
};
