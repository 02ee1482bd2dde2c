import type { Money, Reference } from '@rielrails/core';
import type { Sending, WalletAdvice } from '@rielrails/orders';
import { treasuryToTry } from '../launcher/sandbox.ts';
import { createChatBuyer } from './chat-buyer.ts';
import { deliver } from './paying.ts';
import type { Script } from './script.ts';

/** From then on the sandbox's shop calls nothing undone any more. */
const WATCH_DEPTH = 6;
const TEND_EVERY_MS = 600_000;

/** What operators do when the hot wallet holds too much. */
export const coldStorage: Script = {
  name: 'cold-storage',
  tells:
    'the wallet holds more than its ceiling: the rest goes to cold storage, once and by the books, and sales go on',
  settings: treasuryToTry,
  async run(play) {
    const { coldAddress } = play.sandbox;
    const advice = await play.treasury<WalletAdvice>('advice');
    const amount: Money | null = advice.type === 'wallet-to-cold' ? advice.amount : null;
    play.check('the-wallet-wants-to-be-emptied', amount?.minor === 30_000_000n);
    const { transfer, sending } = await play.treasury<{ transfer: Reference; sending: Sending }>('sweep', 'sokha');
    if (sending.outcome !== 'sent') throw new Error(`the sweep was not sent: ${sending.outcome}`);
    play.say('one operator sweeps; the signer knows the address of cold storage');
    const again = await play.treasury<Sending>('send', transfer);
    play.check('asked-again-it-is-the-same', again.outcome === 'sent' && again.transaction === sending.transaction);
    const bumped = await play.treasury<Sending>('bump', transfer);
    play.check('stuck-it-pays-more', bumped.outcome === 'sent' && bumped.transaction !== sending.transaction);
    await play.mine(WATCH_DEPTH);
    const arrived = await play.paymentsTo(coldAddress);
    play.check(
      'cold-storage-has-it-once',
      arrived.length === 1 &&
        arrived.some(({ outputs }) =>
          outputs.some(({ address, sats }) => address === coldAddress && sats === 30_000_000n),
        ),
    );
    play.movedByUs(30_000_000n + (arrived[0]?.feeSats ?? 0n));
    await play.forward(TEND_EVERY_MS);
    await play.until(
      'it finishes by itself',
      async () => (await play.admin<readonly unknown[]>('transfers')).length === 0,
    );
    play.check('enough-is-left', (await play.treasury<WalletAdvice>('advice')).type === 'none');
    const split = await play.treasury<Sending>('split', 'sokha');
    play.check('more-coins-are-made', split.outcome === 'sent');
    await play.mine(1);
    if (split.outcome === 'sent') play.movedByUs(split.fee?.minor ?? 0n);
    play.check('enough-coins-are-enough', (await play.treasury<Sending>('split', 'sokha')).outcome === 'refused');
    const quiet = await play.treasury<Sending>('consolidate', 'sokha');
    play.check('few-coins-are-left-alone', quiet.outcome === 'refused');
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    await buyer.pay();
    await deliver(play, buyer);
  },
};
