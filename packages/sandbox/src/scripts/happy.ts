import { offeredToo } from '../rails/rail-id.ts';
import { createChatBuyer } from './chat-buyer.ts';
import { purchase } from './purchase.ts';
import type { Script } from './script.ts';

/** A purchase without trouble, from the first tap in the chat to confirmed coins. */
export const happy: Script = {
  name: 'happy',
  tells: 'a purchase in the chat, from the first tap to confirmed bitcoin (--rail: by another way of paying)',
  takesRail: true,
  run: async (play) => purchase(play, await createChatBuyer(play, 1001), play.rail),
};

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
