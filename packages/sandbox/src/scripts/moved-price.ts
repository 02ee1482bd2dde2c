import type { OrderView } from '@rielrails/orders';
import type { Buyer } from './buyer.ts';
import type { Play } from './play.ts';

/** More than the reserve of a quote, less than its floor. */
export const MOVED_BASIS_POINTS = 300;

/** Waits until a buyer is asked what is to happen at another price. */
export async function untilAsked(play: Play, buyer: Buyer): Promise<void> {
  await play.until('the buyer is asked', async () => (await buyer.view()).question !== null);
}

/** What was delivered is no less than the quote promised, and less than it expected. */
export async function checkDeliveredForLess(play: Play, buyer: Buyer, quoted: OrderView): Promise<void> {
  const { delivery } = await buyer.view();
  const line = (key: string) => quoted.lines.find((one) => one.key === key)?.amount.minor ?? 0n;
  const arrived = delivery?.amount.minor ?? 0n;
  play.check('between-floor-and-quote', arrived >= line('floor') && arrived < line('arrives'));
}
