import { createChatBuyer } from './chat-buyer.ts';
import { purchase } from './purchase.ts';
import type { Script } from './script.ts';

/** A purchase without trouble, from the first tap in the chat to confirmed coins. */
export const happy: Script = {
  name: 'happy',
  tells: 'a purchase in the chat, from the first tap to confirmed bitcoin',
  takesRail: true,
  run: async (play) => purchase(play, await createChatBuyer(play, 1001), play.rail),
};
