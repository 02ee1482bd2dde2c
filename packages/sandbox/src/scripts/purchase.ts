import { KHR, money, USD } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import type { RailId } from '../rails/rail-id.ts';
import type { ChatBuyer } from './chat-buyer.ts';
import { deliver } from './paying.ts';
import type { Play } from './play.ts';

/** What a purchase without trouble is about, in a currency that the rail takes. */
const spends: Readonly<Record<RailId, Money>> = {
  payway: money(KHR, 41_000n),
  bakong: money(KHR, 41_000n),
  aeon: money(USD, 10_00n),
  apay: money(KHR, 41_000n),
  'apay-telegram': money(USD, 10_00n),
  bongloy: money(USD, 10_00n),
  wing: money(KHR, 41_000n),
};

/** A purchase without trouble by one rail, from the first tap in the chat to confirmed coins. */
export async function purchase(play: Play, buyer: ChatBuyer, rail: RailId): Promise<void> {
  const spend = spends[rail];
  const words = `${formatAmount(spend)} ${spend.asset.code}`;
  await buyer.ask(spend);
  play.say(`asked for bitcoin for ${words}; the bot wants to know who buys`);
  await buyer.verify();
  await buyer.giveAddress();
  await buyer.choose(rail);
  await buyer.confirm();
  play.say(`verified, address given, agreed; the bot shows how to pay by ${rail}`);
  const scan = await buyer.pay();
  play.check(`paid-by-${rail}`, scan.outcome === 'paid');
  play.say(`paid ${words} by ${rail}`);
  const sent = await buyer.until('broadcast');
  play.check(`funded-by-${rail}`, sent.rail === rail);
  play.say(`bought at the exchange and sent ${sent.delivery ? formatAmount(sent.delivery.amount) : '?'} BTC`);
  await deliver(play, buyer);
  await buyer.reads('receipt');
  play.say('the receipt is in the chat');
}
