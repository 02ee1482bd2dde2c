import { createChatBuyer } from './chat-buyer.ts';
import { untilPeopleAreAsked } from './custodian.ts';
import { deliver } from './paying.ts';
import type { Script } from './script.ts';

const boughtAtKraken: Script = {
  name: 'bought-at-kraken',
  tells: 'a purchase without trouble where Kraken is the exchange, and Binance the second source of the price',
  settings: { venue: 'kraken' },
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    // Kraken trades no less than 15 USDT.
    await buyer.order(90_000n);
    await buyer.pay();
    await deliver(play, buyer);
    const { trades } = await play.applied();
    play.check('bought-once', trades.length === 1);
    const books = await play.admin<readonly { account: string }[]>('balances');
    play.check(
      'booked-at-kraken',
      books.some(({ account }) => account === 'exchange:kraken:free') &&
        !books.some(({ account }) => account.startsWith('exchange:binance')),
    );
    const asked = await play.sandbox.world.call<number>('venue-calls', 'api.binance.com');
    play.check('binance-was-asked-for-its-price', asked > 0);
  },
};

const sentByBitgo: Script = {
  name: 'sent-by-bitgo',
  tells: 'a purchase without trouble where BitGo delivers, once its people approve',
  settings: { custodian: 'bitgo' },
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(90_000n);
    await buyer.pay();
    await buyer.until('sending');
    await untilPeopleAreAsked(play);
    play.check('nothing-left-unapproved', (await play.paymentsTo(buyer.address)).length === 0);
    play.say('BitGo has it; its people approve');
    await play.act('custodian/approve', {});
    await deliver(play, buyer);
    play.check('one-withdrawal', (await play.custodian()).length === 1);
  },
};

/** The same purchase where other houses buy and send. */
export const otherHouses: readonly Script[] = [boughtAtKraken, sentByBitgo];
