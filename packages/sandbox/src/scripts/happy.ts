import { systemClock } from '@rielrails/kit';
import type { ThreeWay } from '@rielrails/orders';
import { offeredToo } from '../rails/rail-id.ts';
import { createChatBuyer } from './chat-buyer.ts';
import type { Play } from './play.ts';
import { purchase } from './purchase.ts';
import type { Script } from './script.ts';

/** A purchase without trouble, from the first tap in the chat to confirmed coins. */
export const happy: Script = {
  name: 'happy',
  tells: 'a purchase in the chat, from the first tap to confirmed bitcoin (--rail: by another way of paying)',
  takesRail: true,
  async run(play) {
    const told = await purchase(play, await createChatBuyer(play, 1001), play.rail);
    await compareThePlaces(play);
    return told;
  },
};

/** The wallet on the chain and the account at the exchange, held against the books as operators do every day. */
async function compareThePlaces(play: Play): Promise<void> {
  const { places } = await play.admin<ThreeWay>('reconcileDay', new Date(systemClock.now()).toISOString().slice(0, 10));
  play.check('every-place-was-asked', places.length === 3 && places.every(({ there }) => there !== null));
  play.check(
    'every-place-agrees',
    places.every(({ difference }) => difference?.minor === 0n),
  );
}

const invoices = offeredToo('apay-telegram');

/** The same by every rail, so that nobody has to start seven sandboxes. */
export const everyRail: Script = {
  name: 'every-rail',
  tells: 'the purchase of happy by every way of paying, one buyer each',
  settings: { rails: invoices },
  async run(play) {
    for (const [index, rail] of invoices.entries())
      await purchase(play, await createChatBuyer(play, 1001 + index), rail);
  },
};
