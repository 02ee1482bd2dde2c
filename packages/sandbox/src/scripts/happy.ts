import { formatAmount } from '@rielrails/kit';
import { createChatBuyer } from './chat-buyer.ts';
import type { Script } from './script.ts';

/** A purchase without trouble, from the first tap in the chat to confirmed coins. */
export const happy: Script = {
  name: 'happy',
  tells: 'a purchase in the chat, from the first tap to confirmed bitcoin',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.ask(41_000n);
    play.say('asked for bitcoin for 41,000 riel; the bot wants to know who buys');
    await buyer.verify();
    await buyer.giveAddress();
    await buyer.confirm();
    const qr = await buyer.qr();
    play.say('verified, address given, agreed; the bot shows a picture with a QR code');
    const scan = await buyer.pay({ qr });
    play.check('paid-by-scanning', scan.outcome === 'paid');
    play.say('paid 41,000 riel by scanning the picture');
    const sent = await buyer.until('broadcast');
    play.say(`bought at the exchange and sent ${sent.delivery ? formatAmount(sent.delivery.amount) : '?'} BTC`);
    await play.mine(2);
    const delivered = await buyer.until('DELIVERED');
    await buyer.reads('receipt');
    play.say(`delivered with ${delivered.delivery?.confirmations ?? 0} confirmations; the receipt is in the chat`);
    const found = await play.act<{ readonly confirmedSats: bigint }>('chain/lookup', { address: buyer.address });
    play.check('coin-sits-at-the-address', found.confirmedSats === delivered.delivery?.amount.minor);
  },
};
