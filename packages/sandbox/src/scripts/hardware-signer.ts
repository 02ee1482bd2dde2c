import type { Money, Reference } from '@rielrails/core';
import type { Sending, WaitingSignature } from '@rielrails/orders';
import { treasuryToTry } from '../launcher/sandbox.ts';
import { createChatBuyer } from './chat-buyer.ts';
import { byTwo, FIRST_OPERATOR } from './operators.ts';
import { deliver } from './paying.ts';
import type { Play } from './play.ts';
import { ruleOf } from './refused.ts';
import type { Script } from './script.ts';

/** Every signature is made by a person, on a device that holds the keys. */
export const hardwareSigner: Script = {
  name: 'hardware-signer',
  tells:
    'no key is on the machine: a person signs the delivery and a transfer to cold storage; the machine dies between, the order is frozen',
  settings: { ...treasuryToTry, signsByHand: true },
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    await buyer.pay();
    const before = await oneThatWaits(play);
    const { number } = await buyer.view();
    play.check('it-is-named-by-its-order', before.order === number);
    play.check('the-screen-shows-the-buyers-address', before.address === buyer.address);
    play.say('the delivery waits for the hardware signer');
    await play.sandbox.killEngine();
    await play.sandbox.startEngine();
    const after = await oneThatWaits(play);
    play.check('after-a-kill-the-same-one-waits', after.txid === before.txid && after.psbt === before.psbt);
    play.check('unsigned-it-is-refused', await isRefused(play, after.reference, after.psbt));
    await freeze(play, (await buyer.view()).id, after);
    play.check('nothing-left-yet', (await play.paymentsTo(buyer.address)).length === 0);
    const home = await bringHome(play, after);
    play.check('signed-it-leaves', home.outcome === 'sent' && home.transaction === after.txid);
    await deliver(play, buyer);
    play.check('once', (await play.paymentsTo(buyer.address)).length === 1);
    await sweep(play);
  },
};

/** Signed by now, and stopped at the last step: nobody brings it out before two people end that. */
async function freeze(play: Play, order: Reference, waiting: WaitingSignature): Promise<void> {
  await play.admin('hold', order, 'frozen', FIRST_OPERATOR);
  play.check('frozen-it-is-not-brought-home', (await ruleOf(bringHome(play, waiting))) === 'frozen');
  await byTwo(play, 'release', order);
  play.say('the order was frozen, and two people released it');
}

async function sweep(play: Play): Promise<void> {
  const { transfer, sending } = await play.treasury<{ transfer: Reference; sending: Sending }>('sweep', 'sokha');
  play.check('a-sweep-waits-too', sending.outcome === 'waiting');
  const waiting = await oneThatWaits(play);
  play.check('it-goes-to-cold-storage', waiting.reference === transfer && waiting.address === play.sandbox.coldAddress);
  const home = await bringHome(play, waiting);
  play.check('signed-it-leaves-too', home.outcome === 'sent' && home.fee !== null);
  await play.mine(2);
  const arrived = await play.paymentsTo(play.sandbox.coldAddress);
  play.check('cold-storage-has-it-once', arrived.length === 1);
  const amount: Money = waiting.amount;
  play.movedByUs(amount.minor + (arrived[0]?.feeSats ?? 0n));
  play.say('the same person signed a transfer to cold storage');
}

async function oneThatWaits(play: Play): Promise<WaitingSignature> {
  let found: readonly WaitingSignature[] = [];
  await play.until('something waits for a signature', async () => {
    found = await play.treasury<readonly WaitingSignature[]>('waiting');
    return found.length > 0;
  });
  const [one, more] = found;
  if (!one || more) throw new Error(`one signature was expected; ${found.length} wait`);
  return one;
}

function bringHome(play: Play, { reference, psbt }: WaitingSignature): Promise<Sending> {
  return play.treasury<Sending>('bringHome', reference, play.sandbox.signByHand(psbt));
}

async function isRefused(play: Play, reference: Reference, psbt: string): Promise<boolean> {
  return play.treasury('bringHome', reference, psbt).then(
    () => false,
    () => true,
  );
}
