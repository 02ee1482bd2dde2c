import { effectsOf } from './invariants.ts';
import { createBuyer } from './buyer.ts';
import { createChatBuyer } from './chat-buyer.ts';
import { untilPeopleAreAsked } from './custodian.ts';
import { byTwo } from './operators.ts';
import { deliver } from './paying.ts';
import type { Script } from './script.ts';

const MINUTE_MS = 60_000;
const BUMP_AFTER_MS = 40 * MINUTE_MS;

const stuckAndBumped: Script = {
  name: 'stuck-and-bumped',
  tells: 'no miner takes the delivery: it pays a higher fee, three times, and arrives once',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    await buyer.pay();
    await buyer.until('broadcast');
    const fees: bigint[] = [];
    const versions: string[] = [];
    for (let version = 1; version <= 4; version += 1) {
      const [waiting] = await play.paymentsTo(buyer.address);
      versions.push(waiting?.txid ?? '');
      fees.push(waiting?.feeSats ?? 0n);
      if (version === 4) break;
      await play.forward(BUMP_AFTER_MS + MINUTE_MS);
      await play.until('another version waits in its place', async () => {
        const [now] = await play.paymentsTo(buyer.address);
        return now !== undefined && !versions.includes(now.txid);
      });
      play.say(`stuck: version ${version + 1} pays its miners more`);
    }
    play.check(
      'each-version-pays-more',
      fees.every((fee, index) => index === 0 || fee > (fees[index - 1] ?? 0n)),
    );
    await deliver(play, buyer);
    const payments = await play.paymentsTo(buyer.address);
    play.check('one-payment', payments.length === 1 && payments[0]?.txid === versions.at(-1));
    const { order } = await play.file((await buyer.view()).id);
    play.check('one-send-three-bumps', effectsOf(order, 'send').length === 1 && effectsOf(order, 'bump').length === 3);
    return { feesSats: fees };
  },
};

const reorgAfterDelivery: Script = {
  name: 'reorg-after-delivery',
  tells:
    'the blocks that confirmed a delivery are replaced: people are told, nothing is paid again, the same coins confirm again',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    await buyer.pay();
    await deliver(play, buyer);
    const { id } = await buyer.view();
    const [before] = await play.paymentsTo(buyer.address);
    await play.act('chain/reorg', { blocks: 2 });
    await play.forward(MINUTE_MS);
    await play.until('people are told', async () =>
      (await play.file(id)).order.holdReasons.includes('delivery-undone'),
    );
    play.check('the-buyer-is-not-told-otherwise', (await buyer.view()).state === 'DELIVERED');
    play.say('the delivery left the chain; it waits for a block again');
    const waiting = await play.paymentsTo(buyer.address);
    play.check('the-same-transaction-waits', waiting.length === 1 && waiting[0]?.txid === before?.txid);
    await play.mine(3);
    await play.forward(MINUTE_MS);
    await play.until('all is well again', async () => (await play.file(id)).order.hold === 'none');
    const after = await play.paymentsTo(buyer.address);
    play.check('delivered-once', after.length === 1 && after[0]?.txid === before?.txid);
    play.say('the same transaction confirmed again');
  },
};

const signerRefuses: Script = {
  name: 'signer-refuses-changed-address',
  tells:
    'somebody changes the address of a paid order in the database: the signer refuses, and two people send the money back',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    const { id } = await buyer.order(41_000n);
    const thief = await createBuyer(play, { channel: 'shell', chat: '666' }, 'MALLORY');
    const qr = await buyer.qr();
    await play.sandbox.stopEngine();
    const changed = await play.sandbox.query(
      `update purchase set data = jsonb_set(data, '{address}', to_jsonb($1::text)) where id = $2`,
      [thief.address, id],
    );
    play.check('the-database-was-changed', changed === 1);
    await play.sandbox.startEngine();
    await buyer.pay({ qr });
    await play.until('the order stops', async () => (await play.file(id)).order.hold === 'review');
    const { order } = await play.file(id);
    const [sent] = effectsOf(order, 'send');
    play.check('refused-by-the-signer', sent?.status === 'refused' && order.holdReasons.includes('send-refused'));
    play.say('the signer refused: the address is not the one that was confirmed');
    await play.forward(MINUTE_MS);
    const stolen = await play.paymentsTo(thief.address);
    play.check('nothing-left', stolen.length === 0 && (await play.paymentsTo(buyer.address)).length === 0);
    await byTwo(play, 'refund', id);
    await buyer.until('REFUNDED');
    const { refunds } = await play.applied();
    play.check('the-money-went-back-whole', refunds.length === 1 && refunds[0]?.minor === 41_000n);
    play.say('two people sent the money back');
  },
};

const custodianApproval: Script = {
  name: 'custodian-approval',
  tells: 'a custodian delivers: people approve one withdrawal there and reject another, whose money goes back',
  settings: { custodian: 'coinbase-prime' },
  async run(play) {
    const served = await createChatBuyer(play, 1001);
    await served.order(41_000n);
    await served.pay();
    await untilPeopleAreAsked(play);
    await play.forward(10 * MINUTE_MS);
    play.check('waits-for-people', (await served.view()).state === 'sending');
    play.say('the custodian waits for its people');
    await play.act('custodian/approve', {});
    await deliver(play, served);

    const refused = await createChatBuyer(play, 1002, 'CHAN BOPHA');
    await refused.order(41_000n);
    await refused.pay();
    await untilPeopleAreAsked(play);
    const { id } = await refused.view();
    await play.act('custodian/reject', {});
    await play.forward(MINUTE_MS);
    await play.until('a person is called', async () =>
      (await play.file(id)).order.holdReasons.includes('send-refused'),
    );
    play.say('the custodian’s people rejected it; our people send the money back');
    play.check('nothing-was-paid', (await play.paymentsTo(refused.address)).length === 0);
    await byTwo(play, 'refund', id);
    await refused.until('REFUNDED');
  },
};

const withdrawUnknown: Script = {
  name: 'withdraw-unknown',
  tells: 'a custodian takes the withdrawal and its answer is lost: it is looked up, and paid once',
  settings: { custodian: 'coinbase-prime' },
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    await play.fault('coinbase-prime', 'timeout-after-apply', 'create-withdrawal');
    await buyer.pay();
    await play.until('the custodian has it', async () => (await play.custodian()).length === 1);
    play.say('taken; the answer was lost');
    await play.forward(30 * MINUTE_MS);
    play.check('one-withdrawal', (await play.custodian()).length === 1);
    const { order } = await play.file((await buyer.view()).id);
    play.check('one-effect', effectsOf(order, 'send').length === 1);
    await play.act('custodian/approve', {});
    await deliver(play, buyer);
    play.check('still-one-withdrawal', (await play.custodian()).length === 1);
  },
};

/** What can go wrong on the way to the buyer. */
export const sending: readonly Script[] = [
  stuckAndBumped,
  reorgAfterDelivery,
  signerRefuses,
  custodianApproval,
  withdrawUnknown,
];
