import { formatAmount } from '@rielrails/kit';
import { openPhone } from './phone.ts';
import type { Play } from './play.ts';
import type { Script } from './script.ts';

const CHAT = 1001;
const NAME = 'SOK DARA';

/** A purchase without trouble, from the first tap in the chat to confirmed coins. */
export const happy: Script = {
  name: 'happy',
  tells: 'a purchase in the chat, from the first tap to confirmed bitcoin',
  async run(play) {
    const phone = await openPhone(play, CHAT, 'Dara');
    const { address } = await play.act<{ readonly address: string }>('chain/address', {});
    await phone.say('/start');
    await phone.tap('English');
    await phone.say('/buy 41000');
    await phone.tap('Verify my identity');
    await phone.sees('Open the page');
    play.say('asked for bitcoin for 41,000 riel; the bot wants to know who buys');
    await approve(play);
    await phone.sees('You are verified');
    await phone.say(address);
    await phone.tap('Confirm');
    const qr = await phone.scan();
    play.say('verified, address given, agreed; the bot shows a QR code');
    const { scans } = await play.act<{ readonly scans: readonly { readonly outcome: string }[] }>('bank/pay', {
      qr,
      name: NAME,
    });
    play.check('paid-by-scanning', scans[0]?.outcome === 'paid');
    play.say('paid 41,000 riel by scanning the picture');
    const order = await play.orderOf('telegram', String(CHAT), 'broadcast');
    play.say(`bought at the exchange and sent ${order.sale ? formatAmount(order.sale.delivered) : '?'} BTC`);
    await play.mine(2);
    await play.orderOf('telegram', String(CHAT), 'DELIVERED');
    await phone.sees('receipt');
    play.say('delivered; the receipt is in the chat');
    const found = await play.act<{ readonly confirmedSats: bigint }>('chain/lookup', { address });
    play.check('coin-sits-at-the-address', found.confirmedSats === order.sale?.delivered.minor);
  },
};

/** The desk looks at the newest case and approves it. */
async function approve(play: Play): Promise<void> {
  await play.until('the desk has a case', async () => (await play.applied()).cases.length > 0);
  const { cases } = await play.applied();
  await play.act('kyc/approve', { reference: cases.at(-1), name: NAME, born: '1990-01-01', country: 'KH' });
}
