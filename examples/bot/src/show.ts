import { digest, toHex } from '@rielrails/kit';
import type { ChatRef, OrderView, ShowResult, ViewStep } from '@rielrails/orders';
import { InputFile } from 'grammy';
import type { InlineKeyboardButton } from 'grammy/types';
import { z } from 'zod';
import { drawPayCard, drawStamp } from './pictures/pay-card.ts';
import type { StampCard } from './pictures/pay-card.ts';
import { drawReceipt } from './pictures/receipt.ts';
import { showMoney } from './render/money.ts';
import { showClock } from './render/time.ts';
import { missingOf, renderStatus } from './render/status.ts';
import type { Said } from './render/said.ts';
import type { Shop } from './shop.ts';
import { troubleOf } from './telegram-error.ts';
import { say } from './texts/index.ts';

/** What is remembered of an order's message. */
const handleSchema = z.object({
  /** The photo message that is edited in place; `null` while there was nothing to show. */
  message: z.int().positive().nullable(),
  /** Which picture it shows: a payment code by its content, or a stamp by its word. */
  picture: z.string(),
  /** The news of which a message of its own was sent, because an edit makes no sound. */
  noticed: z.array(z.string()),
});
type Handle = z.infer<typeof handleSchema>;

const RETRY_MS = 5000;

/**
 * Shows an order's present view: one photo message, edited in place.
 *
 * While the order can be paid, its picture says how, with the payment code if there is one; the moment it cannot, or is
 * paid another way, the same edit that says so takes the code away, so that no code that must not be paid stays on a
 * screen. What wants an answer, and every
 * end, is also said in a new message, once.
 */
export function createShow(shop: Shop): (chat: ChatRef, view: OrderView, handle: string | null) => Promise<ShowResult> {
  return async (chat, view, handle) => {
    const before = readHandle(handle);
    // A wish that ended before it was confirmed was never to be paid: its quote says when it ended.
    if (!before && view.payBy === null && (view.step === 'expired' || view.step === 'cancelled'))
      return shown({ message: null, picture: '', noticed: [] });
    try {
      const picture = pictureKey(view);
      const message = await showMessage(shop, chat, view, before, picture);
      const noticed = before?.noticed ?? [];
      const news = newsOf(view);
      if (news === null || noticed.includes(news)) return shown({ message, picture, noticed });
      await sendNotice(shop, chat, view, message);
      return shown({ message, picture, noticed: [...noticed, news] });
    } catch (error) {
      const trouble = troubleOf(error);
      switch (trouble?.type) {
        case 'gone':
          return { outcome: 'gone' };
        case 'throttled':
          return { outcome: 'later', retryAfterMs: trouble.retryAfterMs };
        case 'unreachable':
          return { outcome: 'later', retryAfterMs: RETRY_MS };
        default:
          shop.runtime.log.error('show-failed', {
            order: view.number,
            reason: trouble?.type ?? 'unexpected',
            ...(trouble?.type === 'refused' ? { code: trouble.code } : {}),
          });
          return { outcome: 'later', retryAfterMs: RETRY_MS };
      }
    }
  };
}

async function showMessage(
  shop: Shop,
  ref: ChatRef,
  view: OrderView,
  before: Handle | null,
  picture: string,
): Promise<number> {
  const said = renderStatus(view, { payPage: shop.payPage(ref, view) });
  const { chat } = ref;
  const caption = { caption: said.html, parse_mode: 'HTML' } as const;
  const markup = { reply_markup: { inline_keyboard: keyboardOf(said) } };
  if (before?.message) {
    const { message } = before;
    const edited = await editing(async () => {
      if (before.picture === picture) return shop.api.editMessageCaption(chat, message, { ...caption, ...markup });
      const media = new InputFile(await draw(shop, chat, view), 'order.png');
      return shop.api.editMessageMedia(chat, message, { type: 'photo', media, ...caption }, markup);
    });
    if (edited) return message;
    // What cannot be edited may still hold a payment code.
    await shop.api.deleteMessage(chat, message).catch((error: unknown) => {
      const trouble = troubleOf(error);
      if (trouble?.type !== 'lost' && trouble?.type !== 'refused') throw error;
    });
  }
  const sent = await shop.api.sendPhoto(chat, new InputFile(await draw(shop, chat, view), 'order.png'), {
    ...caption,
    ...markup,
  });
  return sent.message_id;
}

/** Whether the message is as it should be: an edit that changes nothing counts. */
async function editing(edit: () => Promise<unknown>): Promise<boolean> {
  try {
    await edit();
    return true;
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble?.type === 'unchanged') return true;
    if (trouble?.type === 'lost') return false;
    throw error;
  }
}

const stamps: Readonly<Record<ViewStep, readonly [step: StampCard['step'], tone: StampCard['tone']]>> = {
  quote: ['status.quote', 'waiting'],
  preparing: ['status.preparing', 'waiting'],
  pay: ['status.confirming', 'waiting'],
  confirming: ['status.paid', 'good'],
  paid: ['status.paid', 'good'],
  buying: ['status.paid', 'good'],
  'price-moved': ['status.price-moved', 'waiting'],
  sending: ['status.paid', 'good'],
  'on-the-way': ['status.paid', 'good'],
  delivered: ['status.delivered', 'good'],
  refunding: ['status.refunding', 'waiting'],
  refunded: ['status.refunded', 'good'],
  expired: ['status.expired', 'over'],
  cancelled: ['status.cancelled', 'over'],
  rejected: ['status.rejected', 'over'],
  checking: ['status.checking', 'waiting'],
};

function pictureKey({ next, toPay, payBy, step, rail }: OrderView): string {
  if (!next || !toPay || !payBy) return stamps[step][0];
  const content = next.type === 'qr' ? next.payload : `${next.type} ${rail}`;
  return `${next.type}-${toHex(digest('sha256', `${content} ${toPay.minor} ${payBy}`)).slice(0, 16)}`;
}

async function draw(shop: Shop, chat: string, view: OrderView): Promise<Uint8Array> {
  const { language, number, next, toPay, payBy } = view;
  const common = { language, number, shop: shop.name, sandbox: shop.sandbox };
  if (!next || !toPay || !payBy) {
    const [step, tone] = stamps[view.step];
    return drawStamp({ ...common, step, tone });
  }
  const recipient = await nameOf(shop, chat);
  return drawPayCard({ ...common, next, rail: `${view.rail}~${next.type}`, amount: toPay, payBy, recipient });
}

const MAX_NAME = 40;

/** The buyer as Telegram knows them: whoever is asked to pay sees who gets the bitcoin. */
async function nameOf({ api }: Shop, id: string): Promise<string> {
  const chat = await api.getChat(id);
  const name = [chat.first_name, chat.last_name].filter((part) => part !== undefined).join(' ');
  // Characters that turn the writing direction or are not seen could make a name look like another.
  const plain = name.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '').trim();
  const short = Array.from(plain).slice(0, MAX_NAME).join('');
  return chat.username === undefined ? `${short} · Telegram ${id}` : `${short} · @${chat.username}`;
}

const newsSteps: readonly ViewStep[] = ['quote', 'price-moved', 'expired', 'delivered', 'refunding', 'refunded'];

/** What is said once in a message of its own: a step, or that so much of the payment is missing. */
function newsOf(view: OrderView): string | null {
  const missing = missingOf(view);
  if (missing) return `missing ${missing.minor}`;
  return newsSteps.includes(view.step) ? view.step : null;
}

async function sendNotice(shop: Shop, { chat }: ChatRef, view: OrderView, about: number): Promise<void> {
  const reply = { reply_parameters: { message_id: about, allow_sending_without_reply: true } } as const;
  if (view.step === 'delivered') {
    const caption = say(view.language, 'notice.delivered', { number: view.number });
    const photo = new InputFile(await receiptOf(shop, view), 'receipt.png');
    await shop.api.sendPhoto(chat, photo, { caption, parse_mode: 'HTML', ...reply });
    return;
  }
  await shop.api.sendMessage(chat, noticeOf(view), { parse_mode: 'HTML', ...reply });
}

function noticeOf(view: OrderView): string {
  const { language, number, step, question } = view;
  const missing = missingOf(view);
  if (missing) return say(language, 'notice.missing', { number, amount: showMoney(missing, language) });
  switch (step) {
    case 'price-moved':
      return say(language, 'notice.price-moved', { number, time: question ? showClock(question.answerBy) : '' });
    case 'expired':
    case 'refunding':
    case 'refunded':
      return say(language, `notice.${step}`, { number });
    default:
      return say(language, 'notice.quote', { number });
  }
}

/** The receipt of a delivered order. */
export async function receiptOf(shop: Shop, view: OrderView): Promise<Uint8Array> {
  const at = view.timeline.at(-1)?.at ?? view.createdAt;
  return drawReceipt(view, { shop: shop.name, sandbox: shop.sandbox, at });
}

/** The keyboard of a message, as Telegram wants it: rows of its own. */
export function keyboardOf({ buttons = [] }: Said): InlineKeyboardButton[][] {
  return buttons.map((row) => [...row]);
}

function readHandle(handle: string | null): Handle | null {
  if (handle === null) return null;
  try {
    return handleSchema.parse(JSON.parse(handle));
  } catch {
    return null;
  }
}

function shown(handle: Handle): ShowResult {
  return { outcome: 'shown', handle: JSON.stringify(handle) };
}
