import type { Health } from '@rielrails/orders';
import { createBuyer } from './buyer.ts';
import { createChatBuyer } from './chat-buyer.ts';
import { deliver } from './paying.ts';
import { ruleOf } from './refused.ts';
import type { Script } from './script.ts';

const MINUTE_MS = 60_000;
/** Further apart than two venues of one market are, and back. */
const APART = { basisPoints: 500 } as const;
const BACK = { basisPoints: -476 } as const;

/** A price that only one venue sees is no price. */
export const priceSourcesDisagree: Script = {
  name: 'price-sources-disagree',
  tells:
    'the second source of the price disagrees, then is silent: no price is given and nothing is bought; then sales resume',
  async run(play) {
    const paid = await createChatBuyer(play, 1001);
    await paid.order(41_000n);
    const late = await createBuyer(play, { channel: 'shell', chat: '1002' }, 'CHAN BOPHA');
    const refused = async () => (await ruleOf(late.ask(41_000n))) === 'no-quote';
    const health = () => play.engine<Health>('health');
    play.check('well-at-first', (await health()).sales['price'] === 'ok');

    await play.act('exchange/move-second', APART);
    play.say('the two venues are five percent apart');
    play.check('no-price-while-they-disagree', await refused());
    await play.act('chat/text', { chat: 1001, text: '/buy 41000' });
    await paid.reads('No honest price can be given at the moment');
    await paid.pay();
    await paid.until('paid');
    await play.forward(MINUTE_MS);
    play.check('nothing-is-bought-meanwhile', (await play.applied()).trades.length === 0);
    const sick = await health();
    play.check('health-says-so', sick.sales['price'] === 'failing');
    play.check('webhooks-go-on', sick.ready);

    await play.act('exchange/move-second', BACK);
    await play.fault('kraken', 'http-503', '*', 1000);
    play.check('no-price-while-one-is-silent', await refused());
    play.check('still-nothing-is-bought', (await play.applied()).trades.length === 0);
    await play.act('fault/clear', { emulator: 'kraken' });

    await play.forward(MINUTE_MS);
    await play.until('prices are given again', async () => (await health()).sales['price'] === 'ok');
    play.say('they agree again: the paid order is bought, and the next buyer has a price');
    await deliver(play, paid);
    play.check('sales-resume', !(await refused()));
    play.check('bought-once', (await play.applied()).trades.length === 1);
  },
};
