import { createBuyer } from './buyer.ts';
import { createChatBuyer } from './chat-buyer.ts';
import { FIRST_OPERATOR } from './operators.ts';
import { ruleOf } from './refused.ts';
import type { Script } from './script.ts';

const HOUR_MS = 3_600_000;

const kycRejected: Script = {
  name: 'kyc-rejected',
  tells: 'the desk rejects the buyer for good',
  async run(play) {
    const buyer = await createBuyer(play, { channel: 'shell', chat: '1001' });
    await buyer.ask(41_000n);
    const reference = await buyer.startVerification();
    await play.act('kyc/reject', { reference, type: 'final', reason: 'the document is forged' });
    await play.until('the engine knows', async () => (await buyer.verification()).status === 'rejected');
    await buyer.giveAddress();
    play.say('rejected; the buyer tries to go on');
    play.check('confirm-is-refused', (await ruleOf(buyer.confirm())) === 'not-verified');
    const { payments, trades } = await play.applied();
    play.check('nothing-was-asked-for', payments.length === 0 && trades.length === 0);
  },
};

const sanctionedAddress: Script = {
  name: 'sanctioned-address',
  tells: 'the address gets onto the sanctions list after the payment request was shown',
  // The shop reads the list every hour: an hour passes before the payment.
  settings: { policy: { payWithinMs: 3 * HOUR_MS } },
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    const view = await buyer.order(41_000n);
    const qr = await buyer.qr();
    await play.listAddress(buyer.address);
    await play.forward(HOUR_MS + 60_000);
    await buyer.pay({ qr });
    await play.until('the order is frozen', async () => (await play.file(view.id)).order.hold === 'frozen');
    play.say('frozen at signing');
    // Every deadline passes: nothing may move by itself.
    await play.forward(60 * HOUR_MS);
    const { order } = await play.file(view.id);
    play.check('still-frozen', order.hold === 'frozen');
    play.check('nothing-sent', (await play.paymentsTo(buyer.address)).length === 0);
    play.check('nothing-refunded', (await play.applied()).refunds.length === 0);
    const told = await buyer.view();
    play.check('buyer-is-not-tipped-off', told.step === 'checking' && !JSON.stringify(told, plain).includes('block'));
    const released = await play.admin<{ readonly outcome: string }>('release', view.id, FIRST_OPERATOR);
    play.check('release-needs-two', released.outcome === 'proposed');
  },
};

const plain = (_name: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

/** Who may not buy, and where nothing may go. */
export const clearing: readonly Script[] = [kycRejected, sanctionedAddress];
