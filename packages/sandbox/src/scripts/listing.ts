import type { ListsView } from '@rielrails/orders';
import { createChatBuyer } from './chat-buyer.ts';
import type { ChatBuyer } from './chat-buyer.ts';
import { deliver } from './paying.ts';
import type { Play } from './play.ts';
import type { Script } from './script.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What the bot says when nobody can be screened. */
const NO_CHECK = 'A safety check cannot be made at the moment. Nothing was charged.';

const listStale: Script = {
  name: 'list-stale',
  tells: 'nobody has fetched the sanctions list for too long: nothing is sold or sent, until a fresh one comes',
  settings: { policy: { payWithinMs: 3 * HOUR_MS }, dueDiligence: {} },
  async run(play) {
    const paid = await createChatBuyer(play, 1001);
    await paid.order(41_000n);
    const late = await createChatBuyer(play, 1002, 'CHAN BOPHA');
    await play.act('lists/age', { age: 'too-old' });
    await play.forward(HOUR_MS + MINUTE_MS);
    const { lists } = await play.admin<ListsView>('lists');
    play.check(
      'operators-see-which-list',
      lists.some(({ source, state }) => source === 'OFAC SDN' && state === 'too-old'),
    );
    await waitsUnsent(play, paid, late);
    await play.act('lists/age', { age: 'fresh' });
    await play.forward(2 * MINUTE_MS);
    play.say('a fresh list is there');
    await goesOn(play, paid, late);
    const after = await play.admin<ListsView>('lists');
    play.check(
      'operators-see-that-it-is-well',
      after.lists.every(({ source, state }) => source !== 'OFAC SDN' || state === 'usable'),
    );
  },
};

const screeningDown: Script = {
  name: 'screening-down',
  tells: 'nobody answers who screens, by errors and then by silence: nothing is sold or sent, until somebody does',
  settings: { policy: { payWithinMs: 12 * HOUR_MS } },
  async run(play) {
    const paid = await createChatBuyer(play, 1001);
    await paid.order(41_000n);
    const late = await createChatBuyer(play, 1002, 'CHAN BOPHA');
    // An engine that has a list in hand screens by it: the one that starts now has none.
    await play.fault('lists', 'http-503', '*', 1000);
    await play.sandbox.killEngine();
    await play.sandbox.startEngine();
    await play.until('operators see it', async () => (await play.admin<ListsView>('lists')).unreadSince !== null);
    await waitsUnsent(play, paid, late);
    await play.act('fault/clear', { emulator: 'lists' });
    await play.fault('lists', 'timeout-before', '*', 1000);
    // Every deadline passes.
    await play.forward(4 * HOUR_MS);
    const { order } = await play.file((await paid.view()).id);
    play.check('still-waits', order.state === 'bought' && order.hold === 'none' && order.refundTasks.length === 0);
    play.check('nothing-goes-back-by-itself', (await play.applied()).refunds.length === 0);
    await play.act('fault/clear', { emulator: 'lists' });
    await play.forward(2 * MINUTE_MS);
    play.say('screening answers again');
    await goesOn(play, paid, late);
    play.check('operators-see-that-it-is-well', (await play.admin<ListsView>('lists')).unreadSince === null);
  },
};

/** Who has paid waits, unsent; who comes now is told that nothing was charged. */
async function waitsUnsent(play: Play, paid: ChatBuyer, late: ChatBuyer): Promise<void> {
  await paid.pay();
  const { id } = await paid.until('bought');
  play.say('paid and bought; nobody can be screened, so nothing is signed');
  await play.until('it was tried again', async () => (await play.file(id)).order.pauses > 1);
  await late.ask(41_000n);
  await late.verify();
  await late.giveAddress();
  await late.agree();
  await late.reads(NO_CHECK);
  play.check('nobody-new-is-asked-for-money', (await play.applied()).payments.length === 1);
  play.check('the-wish-stays', (await late.view()).state === 'quoted');
  play.check('nothing-sent', (await play.paymentsTo(paid.address)).length === 0);
  play.check('nothing-refunded', (await play.applied()).refunds.length === 0);
  play.check('the-paid-order-waits', (await play.file(id)).order.state === 'bought');
}

/** By themselves: the paid order is delivered, and the wish can be agreed to. */
async function goesOn(play: Play, paid: ChatBuyer, late: ChatBuyer): Promise<void> {
  await deliver(play, paid);
  play.check('bought-once', (await play.applied()).trades.length === 1);
  await late.askAgain(41_000n, late.address);
  await late.confirm();
  await late.pay();
  await deliver(play, late);
}

/** When nobody can be screened. */
export const listing: readonly Script[] = [listStale, screeningDown];
