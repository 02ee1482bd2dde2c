import { parseReference } from '@rielrails/core';
import type { Money, Reference } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import type { ChatMessage, ChatView } from '../telegram/index.ts';
import { createBuyer, moneyOf, NAME } from './buyer.ts';
import type { Buyer, Scan } from './buyer.ts';
import type { Play } from './play.ts';
import type { OrderFile, OrderView, Silence } from '@rielrails/orders';
import { readCode } from './read-code.ts';
import { handIn, openReviewDesk } from './review-desk.ts';

/** Where somebody hands in documents for the shop's own people. */
const UPLOAD_PAGE = /\/kyc\/(\d+)\?k=/;

/** A buyer with the chat open. */
export interface ChatBuyer extends Buyer {
  writes(text: string): Promise<void>;
  /** Asks for verification by the shop's own people: the case, and the link to the upload page. */
  startAtOwnDesk(): Promise<{ readonly reference: string; readonly page: string }>;
  /** Waits for a message of the bot with these words. */
  reads(words: string): Promise<void>;
  /** Taps the button that agrees, whatever comes of it. */
  agree(silence?: Silence): Promise<void>;
  /** One more wish of somebody who is verified, to another address where none is given: not agreed to yet. */
  askAgain(spend: bigint | Money, address?: string): Promise<OrderView>;
  /** One more purchase of somebody who is verified, to another address. */
  orderAgain(spend: bigint | Money): Promise<OrderView>;
}

/**
 * A buyer who uses the bot: types, taps the buttons that are shown, and scans the picture that the bot sent.
 *
 * What the order is like is still read from the engine, so that a script can tell what the chat does not say.
 */
export async function createChatBuyer(play: Play, chat: number, name: string = NAME): Promise<ChatBuyer> {
  const { world } = play.sandbox;
  await play.act('chat/open', { id: chat, firstName: name, languageCode: 'en' });
  const type = (text: string) => play.act('chat/text', { chat, text });
  const messages = async (): Promise<readonly ChatMessage[]> =>
    ((await world.call<ChatView | null>('chat', chat))?.messages ?? []).filter(
      ({ byBot, deleted }) => byBot && !deleted,
    );

  /** Waits for a button whose data begins so, newest message first. */
  async function button(start: string): Promise<{ readonly message: number; readonly data: string }> {
    let found: { readonly message: number; readonly data: string } | null = null;
    await play.until(`the bot shows a button "${start}"`, async () => {
      for (const { message } of (await messages()).toReversed()) {
        const data = message.reply_markup?.inline_keyboard
          .flat()
          .map((one) => one.callback_data ?? '')
          .find((one) => one.startsWith(start));
        if (data === undefined) continue;
        found = { message: message.message_id, data };
        return true;
      }
      return false;
    });
    if (!found) throw new Error('unreachable');
    return found;
  }

  /** Whether a button whose data begins so is there now. */
  const shows = async (start: string) =>
    (await messages()).some(({ message }) =>
      message.reply_markup?.inline_keyboard.flat().some((one) => one.callback_data?.startsWith(start)),
    );

  /** Waits for a button that opens an address. */
  async function link(isWanted: (url: string) => boolean): Promise<string> {
    let found: string | undefined;
    await play.until('the bot shows a button that leads to the payment', async () => {
      const buttons = (await messages())
        .toReversed()
        .flatMap(({ message }) => message.reply_markup?.inline_keyboard ?? []);
      found = buttons.flat().find(({ url }) => url !== undefined && isWanted(url))?.url;
      return found !== undefined;
    });
    return found ?? '';
  }

  async function tap(start: string): Promise<string> {
    const { message, data } = await button(start);
    await play.act('chat/tap', { chat, message, button: data });
    return data;
  }

  const buyer = await createBuyer(play, { channel: 'telegram', chat: String(chat) }, name);
  const talking: ChatBuyer = {
    ...buyer,
    async ask(spend) {
      const { asset, minor } = moneyOf(spend);
      await type('/start');
      await tap('l:en');
      await button('a:');
      await type(`/buy ${formatAmount({ asset, minor })} ${asset.code.toLowerCase()}`);
      const { data } = await button('o:verify:');
      return buyer.follow(parseReference(data.split(':')[2] ?? ''));
    },
    async startVerification() {
      if (play.kyc === 'manual') return (await talking.startAtOwnDesk()).reference;
      const before = new Set((await play.applied()).cases);
      await tap('o:verify:');
      let fresh: string | undefined;
      await play.until('the KYC desk has the case', async () => {
        fresh = (await play.applied()).cases.find((reference) => !before.has(reference));
        return fresh !== undefined;
      });
      return fresh ?? '';
    },
    async startAtOwnDesk() {
      await tap('o:verify:');
      const page = await link((url) => UPLOAD_PAGE.test(url));
      return { reference: UPLOAD_PAGE.exec(page)?.[1] ?? '', page };
    },
    async verify() {
      if (play.kyc === 'manual') {
        const { reference, page } = await talking.startAtOwnDesk();
        await handIn(play.sandbox, page, name);
        await openReviewDesk(play.sandbox).approve(reference, name);
        return talking.reads('You are verified');
      }
      const reference = await talking.startVerification();
      await play.until('the bot sends the link', async () =>
        (await messages()).some(({ message }) =>
          message.reply_markup?.inline_keyboard.flat().some(({ url }) => url?.startsWith('https://')),
        ),
      );
      await play.act('kyc/approve', { reference, name, born: '1990-01-01', country: 'KH' });
      await talking.reads('You are verified');
    },
    async writes(text) {
      await type(text);
    },
    async reads(words) {
      await play.until(`the bot says "${words}"`, async () =>
        (await messages()).some(({ message }) => (message.text ?? message.caption ?? '').includes(words)),
      );
    },
    async giveAddress() {
      await type(buyer.address);
      await button('o:confirm-');
      return buyer.view();
    },
    async choose(rail, way) {
      const { id, rail: now, step } = await buyer.view();
      if (now === rail && way === undefined) return buyer.view();
      const key = way === undefined ? rail : `${rail}~${way}`;
      const choice = `r:n:${id}:${key}:`;
      const isChosen = async () => {
        const { rail: taken, timeline } = await buyer.view();
        return way === undefined ? taken === rail : timeline.some(({ what }) => what === `rail: ${rail}, ${way}`);
      };
      // A quote shows every way of paying; once it is agreed, a button of the status does.
      if (step !== 'quote') await tap('o:rails:');
      await tap(choice);
      await play.until(`${key} is chosen`, async () => {
        if (await isChosen()) return true;
        // Where the new one cannot refund by itself, the bot asks once whether that is well.
        if (await shows(`r:y:${id}:${key}:`)) await tap(`r:y:${id}:${key}:`);
        return false;
      });
      return buyer.view();
    },
    async agree(wanted) {
      const silence = wanted ?? (await buyer.view()).silenceChoices[0] ?? 'deliver';
      const shown = await button('o:confirm-');
      if (!shown.data.startsWith(`o:confirm-${silence}:`)) await tap(`o:if-${silence}:`);
      await tap(`o:confirm-${silence}:`);
    },
    async confirm(silence) {
      await talking.agree(silence);
      return buyer.until('awaiting-payment');
    },
    async order(spend, silence) {
      await talking.ask(spend);
      await talking.verify();
      await talking.giveAddress();
      return talking.confirm(silence);
    },
    async askAgain(spend, address) {
      const { id: before, quoteValidUntil } = await buyer.view();
      const { asset, minor } = moneyOf(spend);
      await type(`/buy ${formatAmount({ asset, minor })} ${asset.code.toLowerCase()}`);
      let fresh: Reference | undefined;
      await play.until('there is another price', async () => {
        const files = await play.engine<readonly OrderFile[]>('files');
        fresh = files.find(
          ({ order: { id, chat: of, state, hold, quote } }) =>
            of === String(chat) &&
            state === 'quoted' &&
            hold === 'none' &&
            (id !== before || quote?.validUntil !== quoteValidUntil),
        )?.order.id;
        return fresh !== undefined;
      });
      if (fresh) await buyer.follow(fresh);
      await type(address ?? (await play.act<{ readonly address: string }>('chain/address', {})).address);
      await play.until('the address is taken', async () => (await buyer.view()).address !== null);
      return buyer.view();
    },
    async orderAgain(spend) {
      await talking.askAgain(spend);
      return talking.confirm();
    },
    async qr() {
      let code: string | null = null;
      await play.until('the bot sends a picture with a QR code', async () => {
        const photo = (await messages()).findLast(({ message }) => message.photo !== undefined)?.message.photo?.at(-1);
        const picture = photo ? await world.call<Uint8Array | null>('picture', photo.file_id) : null;
        code = picture ? await readCode(picture).catch(() => null) : null;
        return code !== null;
      });
      return code ?? '';
    },
    async pay(options = {}) {
      if (options.qr !== undefined || options.url !== undefined) return buyer.pay(options);
      const { next, toPay } = await buyer.view();
      switch (next?.type) {
        case 'qr':
          return buyer.pay({ ...options, qr: await talking.qr() });
        case 'redirect':
        case 'telegram-invoice':
          return buyer.pay({ ...options, url: await link((url) => url === next.url) });
        case 'embedded-form':
          return buyer.pay({ ...options, url: await link((url) => new URL(url).pathname.startsWith('/pay/')) });
        case 'pay-to-account': {
          await talking.reads(next.account);
          const input = {
            account: next.account,
            amount: formatAmount(toPay ?? nothingToPay()),
            asset: toPay?.asset.code,
          };
          const sent = await play.act<Scan>('bank/transfer', input);
          if (sent.outcome === 'paid') await type(sent.transaction);
          return sent;
        }
        default:
          return buyer.pay(options);
      }
    },
    async complete(token) {
      await type(token);
      return buyer.view();
    },
    async answerPrice(answer) {
      await tap(`o:answer-${answer}:`);
      return buyer.view();
    },
  };
  return talking;
}

function nothingToPay(): never {
  throw new Error('no amount is shown');
}
