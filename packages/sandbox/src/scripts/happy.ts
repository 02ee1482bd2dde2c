import { formatAmount } from '@rielrails/kit';
import { createChatBuyer } from './chat-buyer.ts';
import type { Script } from './script.ts';

/** A purchase without trouble. */
export const happy: Script = {
  name: 'happy',
  tells: 'a purchase from the first tap to confirmed bitcoin',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    const view = await buyer.order(41_000n);
    play.say(`ordered for ${view.toPay ? formatAmount(view.toPay) : '?'} riel, verified, agreed; a QR code is shown`);
    const scan = await buyer.pay();
    play.check('paid-by-scanning', scan.outcome === 'paid');
    play.say('paid 41,000 riel by scanning the QR code');
    const sent = await buyer.until('broadcast');
    play.say(`bought at the exchange and sent ${sent.delivery ? formatAmount(sent.delivery.amount) : '?'} BTC`);
    await play.mine(2);
    const delivered = await buyer.until('DELIVERED');
    play.say(`delivered with ${delivered.delivery?.confirmations ?? 0} confirmations`);
    const found = await play.act<{ readonly confirmedSats: bigint }>('chain/lookup', { address: buyer.address });
    play.check('coin-sits-at-the-address', found.confirmedSats === delivered.delivery?.amount.minor);
  },
};
