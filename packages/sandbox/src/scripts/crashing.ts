import { createBuyer } from './buyer.ts';
import { createChatBuyer } from './chat-buyer.ts';
import type { Buyer } from './buyer.ts';
import { deliver } from './paying.ts';
import type { Play } from './play.ts';
import { ruleOf } from './refused.ts';
import type { Script } from './script.ts';

/** Somebody who speaks with the engine itself. */
const SHELL = { channel: 'shell', chat: '1' };

const broadcastCrash: Script = {
  name: 'broadcast-crash',
  tells: 'kill -9 when the transaction is on the network and not yet in the database',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    await play.engine('die-at', { point: 'after-call', doing: 'sent' });
    const first = play.sandbox.engine;
    await buyer.pay();
    const ending = await first.ended;
    play.check('killed', ending.signal === 'SIGKILL');
    const [before] = await play.paymentsTo(buyer.address);
    play.check('it-was-broadcast', before !== undefined);
    play.say('killed after the broadcast; the engine starts again');
    await deliver(play, buyer);
    const payments = await play.paymentsTo(buyer.address);
    play.check('the-same-transaction', payments.length === 1 && payments[0]?.txid === before?.txid);
  },
};

const restore: Script = {
  name: 'restore',
  tells: 'the database is lost after a delivery, and a backup from before the payment takes its place',
  async run(play) {
    const { sandbox } = play;
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    await sandbox.stopEngine();
    await sandbox.backup();
    await sandbox.startEngine();
    play.say('a backup was made; now the buyer pays');
    await buyer.pay();
    await deliver(play, buyer);
    const truth = await play.applied();
    const [delivery] = await play.paymentsTo(buyer.address);
    await sandbox.killEngine();
    await sandbox.restore();
    play.say('the database was lost; the backup is in its place');
    await sandbox.startEngine({ recovery: true });
    play.say('the engine is there, and writes nothing outside before it has looked everything up');
    play.check('the-database-forgot', (await buyer.view()).state === 'awaiting-payment');
    const other = await createBuyer(play, SHELL);
    play.check('no-new-orders-before-it-is-sure', (await ruleOf(other.ask(41_000n))) === 'recovering');
    let effectsFound = 0;
    await play.until('everybody has answered', async () => {
      const found = await play.engine<{ readonly unanswered: number; readonly effectsFound: number }>('recover');
      effectsFound += found.effectsFound;
      return found.unanswered === 0;
    });
    play.say(`recovery found ${effectsFound} writes that the database had lost`);
    play.check('found-what-was-lost', effectsFound > 0);
    await buyer.until('DELIVERED');
    await play.forward(60_000);
    const now = await play.applied();
    const payments = await play.paymentsTo(buyer.address);
    play.check('no-second-payment-request', now.payments.length === truth.payments.length);
    play.check('no-second-purchase', now.trades.length === truth.trades.length);
    play.check('no-second-delivery', payments.length === 1 && payments[0]?.txid === delivery?.txid);
    play.check('nothing-refunded', now.refunds.length === 0);
  },
};

/** More than an order has; a loop ends here. */
const MOST_POINTS = 200;
/** Longer than every absence needs to be a proof. */
const NUDGE_MS = 30_000;
/** As deep as a delivery is watched, and longer than a payment request is. */
const WATCHED_BLOCKS = 6;
const WATCHED_MS = 20 * 60_000;

const crash: Script = {
  name: 'crash',
  tells: 'kill -9 at every point of every step of an order, each time finished after a restart (minutes)',
  settings: { policy: { callTimeoutMs: 1000, lookEveryMs: 200, watchGraceMs: 1000 } },
  async run(play) {
    const buyer = await createBuyer(play, SHELL);
    await buyer.ask(41_000n);
    await buyer.verify();
    const points: string[] = [];
    let tried = 0;
    for (let count = 1; count <= MOST_POINTS; count += 1) {
      const died = await playDyingAt(play, count);
      await letGo(play);
      if (died === null) break;
      tried += 1;
      points.push(died);
      if (tried % 5 === 0) play.say(`${tried} points, last ${died}`);
    }
    const { files, applied, payments } = await play.facts();
    const lost = files.filter(({ order }) => order.terms !== null && order.state !== 'DELIVERED').length;
    const receipts = applied.receipts.length - new Set(applied.receipts.map(({ reference }) => reference)).size;
    const paidTwice = files.filter(({ order }) => order.receipts.length > 1).length + receipts;
    const deliveredTwice = Object.values(payments).filter((one) => one.length > 1).length;
    play.check('points-were-tried', tried > 20 && tried < MOST_POINTS);
    play.check('no-order-lost', lost === 0);
    play.check('no-payment-doubled', paidTwice === 0);
    play.check('no-delivery-doubled', deliveredTwice === 0);
    return {
      points: tried,
      kinds: [...new Set(points)].sort(),
      ordersLost: lost,
      paymentsDoubled: paidTwice,
      deliveriesDoubled: deliveredTwice,
    };
  },
};

/** One order whose engine dies at the count-th point. Gives where that was; `null` when it lived. */
async function playDyingAt(play: Play, count: number): Promise<string | null> {
  const buyer = await createBuyer(play, SHELL);
  const first = play.sandbox.engine;
  await play.engine('die-at', { count });
  await buyer.ask(41_000n);
  await buyer.giveAddress();
  await untilWithNudges(play, buyer, async () => {
    const { state } = await buyer.confirm();
    return state === 'awaiting-payment';
  });
  await buyer.pay();
  await untilWithNudges(play, buyer, async () => (await buyer.view()).state === 'broadcast');
  await play.mine(2);
  await untilWithNudges(play, buyer, async () => (await buyer.view()).state === 'DELIVERED');
  if (play.sandbox.engine === first) {
    await play.engine('die-at', { count: 0 });
    return null;
  }
  const { point, doing } = await first.heard<{ readonly point: string; readonly doing: string }>('died');
  return `${point} ${doing}`;
}

/** Lets the last order out of sight, so that every point of the next run belongs to the next order. */
async function letGo(play: Play): Promise<void> {
  await play.mine(WATCHED_BLOCKS);
  await play.forward(WATCHED_MS);
  await play.forward(WATCHED_MS);
}

/** Waits; where nothing moves for a while, lets time pass. */
async function untilWithNudges(play: Play, buyer: Buyer, isSo: () => Promise<boolean>): Promise<void> {
  for (let nudges = 0; nudges < 10; nudges += 1) {
    try {
      return await play.until('the order goes on', isSo, 1200);
    } catch {
      await play.forward(NUDGE_MS);
    }
  }
  throw new Error(`order ${(await buyer.view()).number} does not go on: ${(await buyer.view()).state}`);
}

/** Killing the engine, and what must survive it. */
export const crashing: readonly Script[] = [broadcastCrash, restore, crash];
