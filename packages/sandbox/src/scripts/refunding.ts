import type { Proposal } from '@rielrails/orders';
import { createChatBuyer } from './chat-buyer.ts';
import { MOVED_BASIS_POINTS, untilAsked } from './moved-price.ts';
import { FIRST_OPERATOR, SECOND_OPERATOR } from './operators.ts';
import { ruleOf } from './refused.ts';
import type { Script } from './script.ts';

const refundUnknown: Script = {
  name: 'refund-unknown',
  tells: 'the bank refunds and its answer is lost',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n, 'refund');
    await play.act('exchange/move', { basisPoints: MOVED_BASIS_POINTS });
    await buyer.pay();
    await untilAsked(play, buyer);
    await play.fault('payway', 'timeout-after-apply', 'refund');
    await buyer.answerPrice('refund');
    await play.until('the bank has refunded', async () => (await play.applied()).refunds.length === 1);
    play.say('refunded; the answer was lost');
    await buyer.until('REFUNDED');
    const { refunds } = await play.applied();
    play.check('refunded-once', refunds.length === 1 && refunds[0]?.minor === 41_000n);
  },
};

const refundByHand: Script = {
  name: 'refund-by-hand',
  tells: 'the rail has no refund interface: people send the money back, two of them',
  settings: { railRefunds: false },
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    const { id } = await buyer.order(41_000n, 'deliver');
    await play.act('exchange/move', { basisPoints: 1500 });
    await buyer.pay();
    await untilAsked(play, buyer);
    await buyer.answerPrice('deliver');
    await play.until('a person is called', async () => (await play.file(id)).order.holdReasons.includes('below-floor'));
    play.say('below the floor: a person decides to refund');
    await play.admin('refund', id, FIRST_OPERATOR);
    await play.until('there is a task', async () => (await play.file(id)).order.refundTasks.length === 1);
    const [owed] = (await buyer.view()).refunds;
    play.check('buyer-sees-what-is-owed', owed?.way === 'by-hand' && !owed.done && owed.dueAt !== null);
    const [task] = (await play.file(id)).order.refundTasks;
    await play.admin('refundTaskDone', id, task?.id, 'FT26325001', FIRST_OPERATOR);
    const [proposal] = await play.admin<readonly Proposal[]>('proposals');
    const alone = await ruleOf(play.admin('approve', proposal?.id, proposal?.payloadHash, FIRST_OPERATOR));
    play.check('nobody-approves-alone', alone === 'same-person');
    await play.admin('approve', proposal?.id, proposal?.payloadHash, SECOND_OPERATOR);
    const view = await buyer.until('REFUNDED');
    play.check(
      'buyer-sees-it-done',
      view.refunds.every(({ done }) => done),
    );
    play.check('nothing-bought', (await play.applied()).trades.length === 0);
  },
};

/** What can go wrong on the way back. */
export const refunding: readonly Script[] = [refundUnknown, refundByHand];
