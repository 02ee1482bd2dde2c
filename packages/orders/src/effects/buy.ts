import type { OrderEvent } from '../order/event.ts';
import { limited } from './outside.ts';
import type { EffectDoor } from './outside.ts';

/** Buys at the exchange, within the quote and at no worse than asked. */
export const buyDoor: EffectDoor = {
  async call(effect, _order, outside): Promise<OrderEvent> {
    const { request, reference } = effect;
    if (request.kind !== 'buy') throw new RangeError('effect: is of another kind');
    const { quote, atLeast } = request;
    return {
      type: 'traded',
      reference,
      attempt: await outside.providers.exchange.buy({ quote, reference, atLeast }, limited(outside)),
    };
  },
  async lookUp(effect, _order, outside): Promise<OrderEvent> {
    const { reference, handle } = effect;
    const askedAt = outside.runtime.clock.now();
    const trade = await outside.providers.exchange.get(
      { reference, ...(handle === null ? {} : { handle }) },
      limited(outside),
    );
    return { type: 'trade-seen', reference, trade, askedAt };
  },
};
