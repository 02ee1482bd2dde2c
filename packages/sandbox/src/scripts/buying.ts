import { createBuyer } from './buyer.ts';
import { createChatBuyer } from './chat-buyer.ts';
import { effectsOf } from './invariants.ts';
import { deliver } from './paying.ts';
import { checkDeliveredForLess, MOVED_BASIS_POINTS, untilAsked } from './moved-price.ts';
import { priceSourcesDisagree } from './price-sources-disagree.ts';
import { ruleOf } from './refused.ts';
import { slippageCap } from './slippage-cap.ts';
import type { Script } from './script.ts';

const ANSWER_WITHIN_MS = 30 * 60_000;

const timeoutAfterFill: Script = {
  name: 'exchange-timeout-after-fill',
  tells: 'the exchange fills the order and its answer is lost',
  async run(play) {
    await play.fault('binance', 'timeout-after-apply', 'order');
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    await buyer.pay();
    await play.until('the exchange has filled it', async () => (await play.applied()).trades.length === 1);
    play.say('filled; the answer was lost');
    await deliver(play, buyer);
    play.check('bought-at-the-first-try', (await play.applied()).trades.length === 1);
  },
};

const priceMoved: Script = {
  name: 'price-moved',
  tells: 'the price moves after the payment, and the buyer takes the market price',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    const quoted = await buyer.order(41_000n);
    await play.act('exchange/move', { basisPoints: MOVED_BASIS_POINTS });
    await buyer.pay();
    await untilAsked(play, buyer);
    play.check('nothing-is-bought-unasked', (await play.applied()).trades.length === 0);
    play.say('the price moved; the buyer is asked');
    await buyer.answerPrice('deliver');
    await deliver(play, buyer);
    await checkDeliveredForLess(play, buyer, quoted);
  },
};

const priceMovedNoAnswer: Script = {
  name: 'price-moved-no-answer',
  tells: 'the price moves after the payment, and the buyer says nothing: what was agreed at confirm happens',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n, 'refund');
    await play.act('exchange/move', { basisPoints: MOVED_BASIS_POINTS });
    await buyer.pay();
    await untilAsked(play, buyer);
    await play.forward(ANSWER_WITHIN_MS - 60_000);
    play.check('nothing-happens-before-the-deadline', (await buyer.view()).state === 'paid');
    await play.forward(61_000);
    await buyer.until('REFUNDED');
    play.say('no answer: the money went back');
    const { refunds, trades } = await play.applied();
    play.check('refunded-whole', refunds.length === 1 && refunds[0]?.minor === 41_000n);
    play.check('nothing-bought', trades.length === 0);
  },
};

const partialFill: Script = {
  name: 'partial-fill',
  tells: 'the exchange fills a third of the order: the rest is bought under a number of its own',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(90_000n);
    await play.act('exchange/fill-partly', { basisPoints: 3000 });
    await buyer.pay();
    await deliver(play, buyer);
    const { trades } = await play.applied();
    play.check('two-purchases', trades.length === 2);
    const { order } = await play.file((await buyer.view()).id);
    const buys = effectsOf(order, 'buy');
    play.check('under-numbers-of-their-own', buys.map(({ seq }) => seq).join() === '1,2');
    play.check('each-at-the-exchange-once', new Set(trades.map(({ reference }) => reference)).size === trades.length);
  },
};

const insufficientFloat: Script = {
  name: 'insufficient-float',
  tells:
    'the money at the exchange is gone when it is needed: the order waits, no price is given, and both go on when it is back',
  // An order of 41,000 riel takes less than 10 USDT.
  settings: { exchangeUsdt: '12' },
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    const late = await createBuyer(play, { channel: 'shell', chat: '1002' }, 'CHAN BOPHA');
    play.check('no-price-for-what-is-not-there', (await ruleOf(late.ask(41_000n))) === 'float-short');
    play.say('the float is set aside for one order; the next buyer is told that the stock is sold');
    await play.act('exchange/balance', { asset: 'USDT', amount: '1' });
    await buyer.pay();
    await play.until('the exchange refused for lack of money', async () => {
      const { order } = await play.file((await buyer.view()).id);
      return effectsOf(order, 'buy').some(({ status }) => status === 'refused');
    });
    play.check('the-order-waits', ['paid', 'buying'].includes((await buyer.view()).state));
    play.say('the exchange has too little; the order waits');
    await play.act('exchange/balance', { asset: 'USDT', amount: '12' });
    await play.forward(60_000);
    await deliver(play, buyer);
    play.check('bought-once', (await play.applied()).trades.length === 1);
  },
};

/** What can go wrong at the exchange. */
export const buying: readonly Script[] = [
  timeoutAfterFill,
  partialFill,
  insufficientFloat,
  priceMoved,
  priceMovedNoAnswer,
  slippageCap,
  priceSourcesDisagree,
];
