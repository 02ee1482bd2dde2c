import type { Talk } from '../shop.ts';
import { say } from '../texts/index.ts';

/** As banks write them: no spaces, a digit at least, and shorter than any address. */
const TRANSACTION_ID = /^(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9._-]{5,23}$/;

/**
 * Takes a text for the transaction id of a transfer, if the chat's order waits for one; `false` if it means anything
 * else. An amount can be typed all the same then, with `/buy`.
 */
export async function takeTransactionId(talk: Talk, text: string): Promise<boolean> {
  if (!TRANSACTION_ID.test(text)) return false;
  const { buyer } = talk.shop.orders;
  const order = await buyer.current(talk.chat);
  if (order?.next?.type !== 'pay-to-account' || !order.may.includes('complete')) return false;
  const { declined, language } = await buyer.complete(talk.chat, order.id, text);
  await talk.reply({ html: say(language, declined ? 'status.text.declined.transfer' : 'transaction-taken') });
  return true;
}
