import { createBuyer } from './buyer.ts';
import type { Buyer } from './buyer.ts';
import { ruleOf } from './refused.ts';
import type { Script } from './script.ts';

const BUYERS = 10;
const FLOAT_FOR = 5;

/** The float is sold once. */
export const floatRace: Script = {
  name: 'float-race',
  tells: 'ten buyers agree at the same moment, with float for five',
  // An order of 41,000 riel takes less than 10 USDT and more than 9.17.
  settings: { exchangeUsdt: '55', walletSats: Array.from({ length: FLOAT_FOR }, () => 20_000_000n) },
  async run(play) {
    const buyers: Buyer[] = [];
    for (let number = 1; number <= BUYERS; number += 1) {
      const buyer = await createBuyer(
        play,
        { channel: 'shell', chat: String(1000 + number) },
        `BUYER ${letters(number)}`,
      );
      await buyer.ask(41_000n);
      await buyer.verify();
      await buyer.giveAddress();
      buyers.push(buyer);
    }
    play.say('ten buyers are ready, and agree at once');
    const answers = await Promise.all(buyers.map((buyer) => ruleOf(buyer.confirm())));
    const served = buyers.filter((_, index) => answers[index] === 'done');
    play.check('five-are-served', served.length === FLOAT_FOR);
    play.check(
      'five-are-told-why-not',
      answers.filter((answer) => answer === 'float-short').length === BUYERS - FLOAT_FOR,
    );
    play.check('five-requests-exist', (await play.applied()).payments.length === FLOAT_FOR);
    play.say(`${served.length} see a QR code, ${BUYERS - served.length} are told that the stock is sold`);
    await Promise.all(served.map((buyer) => buyer.pay()));
    for (const buyer of served) await buyer.until('broadcast', 20_000);
    await play.mine(2);
    for (const buyer of served) await buyer.until('DELIVERED', 20_000);
    play.say('five are delivered');
  },
};

function letters(number: number): string {
  return String.fromCharCode(64 + number).repeat(3);
}
