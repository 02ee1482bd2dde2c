import type { Reference } from '@rielrails/core';
import { createChatBuyer } from './chat-buyer.ts';
import { effectsOf } from './invariants.ts';
import { checkDeliveredForLess, MOVED_BASIS_POINTS, untilAsked } from './moved-price.ts';
import { deliver } from './paying.ts';
import type { Play } from './play.ts';
import type { Script } from './script.ts';

/** Whether no purchase of an order cost more, for what it brought, than its own cap allowed. */
async function isWithinCap(play: Play, id: Reference): Promise<boolean> {
  const buys = effectsOf((await play.file(id)).order, 'buy');
  return buys.every(({ request, result }) => {
    if (request.kind !== 'buy' || result?.kind !== 'buy') return false;
    return result.spent.minor * request.atLeast.minor <= request.quote.spend.minor * result.received.minor;
  });
}

/** A story of what happens between the price and the match, where no question can be asked in time. */
export const slippageCap: Script = {
  name: 'slippage-cap',
  tells: 'the book jumps while the order is on its way: nothing is bought above its cap, and the buyer is asked',
  async run(play) {
    const unserved = await createChatBuyer(play, 1001);
    const { id: first } = await unserved.order(90_000n, 'refund');
    await play.act('exchange/jump', { basisPoints: MOVED_BASIS_POINTS });
    await unserved.pay();
    await untilAsked(play, unserved);
    const [missed] = effectsOf((await play.file(first)).order, 'buy');
    play.check('the-order-was-sent', missed?.status === 'applied');
    play.check('nothing-was-bought', missed?.result?.kind === 'buy' && missed.result.received.minor === 0n);
    play.say('the order was at the exchange when the book jumped: it found nothing at its cap, and ended');
    await unserved.answerPrice('refund');
    await unserved.until('REFUNDED');
    const { refunds } = await play.applied();
    play.check('the-money-went-back-whole', refunds.length === 1 && refunds[0]?.minor === 90_000n);

    const partly = await createChatBuyer(play, 1002, 'CHAN BOPHA');
    const quoted = await partly.order(90_000n);
    await play.act('exchange/jump', { basisPoints: MOVED_BASIS_POINTS, spared: '0.0001' });
    await partly.pay();
    await untilAsked(play, partly);
    const [part, none] = effectsOf((await play.file(quoted.id)).order, 'buy');
    const partSats = part?.result?.kind === 'buy' ? part.result.received.minor : 0n;
    play.check('a-part-was-bought', partSats > 0n && partSats <= 10_000n);
    play.check('the-rest-waits-for-the-answer', none === undefined);
    play.say('a third was still there at the old price; the rest is asked about');
    await partly.answerPrice('deliver');
    await deliver(play, partly);
    await checkDeliveredForLess(play, partly, quoted);
    play.check('never-above-a-cap', (await isWithinCap(play, first)) && (await isWithinCap(play, quoted.id)));
  },
};
