import { BTC, InputError, money } from '@rielrails/core';
import type { OrderView } from '@rielrails/orders';
import { readBitcoinUri } from '@rielrails/wallet';
import { holdsPrivateKey, looksLikeAccount, privateKeyRefused } from '../account-key.ts';
import { MAX_PICTURE_BYTES, readQr } from '../read-qr.ts';
import { showMoney } from '../render/money.ts';
import type { Talk } from '../shop.ts';
import { say } from '../texts/index.ts';
import { replyQuote } from './quote.ts';

const SHORTEST_ADDRESS = 25;

/** Whether a text is meant as an address: a link, or one long word. Amounts are short. */
export function looksLikeAddress(text: string): boolean {
  return (
    looksLikeAccount(text) ||
    /^[a-z]+:\S/i.test(text) ||
    text.includes('@') ||
    (text.length >= SHORTEST_ADDRESS && /^\S+$/.test(text))
  );
}

/**
 * Takes an address for the chat's open wish: which one that is, the order's row says.
 *
 * An amount inside a link is shown, and changes nothing: what an order costs was agreed in the quote.
 */
export async function takeAddress(talk: Talk, text: string): Promise<void> {
  const { buyer } = talk.shop.orders;
  const order = await buyer.current(talk.chat);
  if (!order || order.step !== 'quote') {
    const underway = order !== null && order.may.length > 0;
    throw underway
      ? new InputError('order', 'not-now', 'its address is agreed already')
      : new InputError('address', 'no-order', 'there is no open wish');
  }
  if (looksLikeAccount(text)) return takeAccount(talk, order, text);
  const reading = readBitcoinUri(text);
  if (reading.outcome === 'refused') throw new InputError('address', reading.problem, 'not a link that can be paid');
  const { address, sats } = reading.uri;
  const view = await buyer.giveAddress(talk.chat, order.id, address);
  const note =
    sats === undefined
      ? {}
      : { note: say(view.language, 'quote.link-amount', { amount: showMoney(money(BTC, sats), view.language) }) };
  await replyQuote(talk, view, note);
}

/** Gives the order the next address of an account, to be compared like any other. */
async function takeAccount(talk: Talk, order: OrderView, text: string): Promise<void> {
  const { address, index } = await talk.shop.addressOfAccount(text, order.id);
  const view = await talk.shop.orders.buyer.giveAddress(talk.chat, order.id, address);
  await replyQuote(talk, view, { note: say(view.language, 'quote.of-account', { index: String(index) }) });
}

/** Takes an address from the photo of its QR code. */
export async function takePhoto(talk: Talk, fileId: string, bytes: number | undefined): Promise<void> {
  const tooLarge = () => new InputError('picture', 'too-large', 'has too many bytes');
  if ((bytes ?? 0) > MAX_PICTURE_BYTES) throw tooLarge();
  const picture = await talk.shop.download(fileId, MAX_PICTURE_BYTES);
  if (!picture) throw tooLarge();
  const text = await readQr(picture);
  if (holdsPrivateKey(text)) throw privateKeyRefused();
  await takeAddress(talk, text);
}
