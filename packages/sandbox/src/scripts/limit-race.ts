import { createBuyer } from './buyer.ts';
import type { Buyer } from './buyer.ts';
import { ruleOf } from './refused.ts';
import type { Script } from './script.ts';

const CHATS = 20;
/** What the sandbox's shop lets one human have unpaid at a time. */
const OPEN_UNPAID = 3;

/** A limit holds for a human, however many chats ask at once. */
export const limitRace: Script = {
  name: 'limit-race',
  tells:
    'one human with twenty chats agrees in all of them at the same moment: as many orders pass as the limit allows',
  async run(play) {
    const buyers: Buyer[] = [];
    for (let number = 1; number <= CHATS; number += 1) {
      const buyer = await createBuyer(play, { channel: 'shell', chat: String(2000 + number) });
      await buyer.ask(41_000n);
      await buyer.verify('010203045');
      await buyer.giveAddress();
      buyers.push(buyer);
    }
    play.say('twenty chats showed the same document, and agree at once');
    const answers = await Promise.all(buyers.map((buyer) => ruleOf(buyer.confirm())));
    const passed = buyers.filter((_, index) => answers[index] === 'done');
    play.check('exactly-as-many-as-allowed', passed.length === OPEN_UNPAID);
    play.check(
      'the-others-are-told-why',
      answers.filter((answer) => answer === 'too-many-open').length === CHATS - OPEN_UNPAID,
    );
    play.check('no-request-beyond-the-limit', (await play.applied()).payments.length === OPEN_UNPAID);
    await Promise.all(passed.map((buyer) => buyer.pay()));
    for (const buyer of passed) await buyer.until('broadcast', 20_000);
    await play.mine(2);
    for (const buyer of passed) await buyer.until('DELIVERED', 20_000);
    play.say(`${passed.length} of ${CHATS} passed, and were delivered`);
  },
};
