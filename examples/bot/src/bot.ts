import { isInputError } from '@rielrails/core';
import type { Asset, NonEmpty } from '@rielrails/core';
import { fromUtf8 } from '@rielrails/kit';
import type { Runtime, Secret } from '@rielrails/kit';
import type { ChatRef, Language, Orders, Show, Terms, VerificationNews } from '@rielrails/orders';
import { Bot, InputFile } from 'grammy';
import type { Context } from 'grammy';
import type { Update } from 'grammy/types';
import { holdsPrivateKey, privateKeyRefused } from './account-key.ts';
import { readTap } from './callback-data.ts';
import type { Tap } from './callback-data.ts';
import { looksLikeAddress, takeAddress, takePhoto } from './commands/address.ts';
import { amountButtons, askAmount, buy } from './commands/buy.ts';
import { commands, isCommand } from './commands/index.ts';
import type { CommandName } from './commands/index.ts';
import { onPrivacyTap } from './commands/privacy.ts';
import { takeRail } from './commands/rails.ts';
import { onOrderTap } from './commands/tap.ts';
import { takeTransactionId } from './commands/transaction-id.ts';
import { onVerified } from './commands/verify.ts';
import { createDownload } from './download.ts';
import { grammyFetch } from './fetch.ts';
import { isCurrent } from './mark.ts';
import { poll } from './poll.ts';
import type { PollEnd } from './poll.ts';
import { whileLocked } from './poll-lock.ts';
import { isNobodysOrder, renderRefusal } from './refusal.ts';
import { paragraphs } from './render/said.ts';
import type { Said } from './render/said.ts';
import { CHANNEL } from './shop.ts';
import type { Shop, Talk } from './shop.ts';
import { createShow, keyboardOf } from './show.ts';
import { TelegramUnavailableError, troubleOf } from './telegram-error.ts';
import { createHandOn } from './telegram-payments.ts';
import type { TelegramPaymentsOptions } from './telegram-payments.ts';
import { say, sayPlain } from './texts/index.ts';

/** What a bot is made of. */
export interface BotOptions {
  readonly orders: Orders;
  /** As BotFather gives it. */
  readonly token: Secret;
  /** Where its connection for the poller's lock goes. */
  readonly database: Secret;
  /** Default: `https://api.telegram.org`. */
  readonly apiRoot?: string;
  readonly name: string;
  readonly sandbox: boolean;
  readonly support: string;
  readonly payAssets: NonEmpty<Asset>;
  readonly quickAmounts: readonly string[];
  readonly terms: Terms;
  readonly payPage: Shop['payPage'];
  readonly addressOfAccount: Shop['addressOfAccount'];
  /** The rail whose payments Telegram tells this bot about, and what it knows them by; `null` where there is none. */
  readonly invoices: Pick<TelegramPaymentsOptions, 'rail' | 'secret'> | null;
}

/** A bot that shows orders and forwards taps. It keeps nothing. */
export interface RielBot {
  /** Handles one stored update. Rejects when it should be handled again. */
  handleUpdate(update: Update): Promise<void>;
  /** Takes updates into the engine's inbox, in one process of the cluster at a time, until `signal` aborts. */
  poll(signal: AbortSignal): Promise<PollEnd>;
  /** For the engine: shows an order in its chat. */
  readonly show: Show;
  /** For the engine: goes on where the buyer was when their verification moved. Never rejects. */
  verified(news: VerificationNews): Promise<void>;
}

const DEFAULT_ROOT = 'https://api.telegram.org';
const IDENTIFY_WITHIN_MS = 10_000;

/** Makes the bot. No network before the first update, view or poll. */
export function createBot(options: BotOptions, runtime: Runtime): RielBot {
  const { orders, token, apiRoot = DEFAULT_ROOT } = options;
  const bot = new Bot(token.reveal(), {
    client: { apiRoot, timeoutSeconds: 60, fetch: grammyFetch(runtime.fetch) },
  });
  const { name, sandbox, support, payAssets, quickAmounts, terms, payPage, addressOfAccount } = options;
  const download = createDownload({ api: bot.api, apiRoot, token }, runtime);
  const shop: Shop = {
    orders,
    api: bot.api,
    runtime,
    name,
    sandbox,
    support,
    payAssets,
    quickAmounts,
    terms,
    payPage,
    addressOfAccount,
    download,
  };

  bot.on('message', (ctx) => (ctx.chat.type === 'private' ? onMessage(ctx) : onGroup(ctx)));
  bot.on('callback_query:data', (ctx) => (ctx.chat?.type === 'private' ? onTap(ctx) : Promise.resolve()));

  async function onMessage(ctx: Context): Promise<void> {
    const { message } = ctx;
    if (!message) return;
    // Money that came by an invoice which nobody offers any more: the engine cannot know it, so a person has to.
    if (message.successful_payment) return runtime.log.error('payment-not-taken', { provider: 'telegram' });
    const talk = await openTalk(ctx, /^\/start\b/.test(message.text ?? ''));
    await answering(talk, async () => {
      const photo = message.photo?.at(-1);
      if (photo) return takePhoto(talk, photo.file_id, photo.file_size);
      const text = message.text?.trim() ?? '';
      if (holdsPrivateKey(text)) {
        // Where Telegram lets us: whoever finds the phone could read it there.
        await ctx.deleteMessage().catch(() => {});
        throw privateKeyRefused();
      }
      const command = /^\/([a-z_]{1,32})(?:@(\w+))?(?:\s+([\s\S]*))?$/i.exec(text);
      if (command) return onCommand(talk, command[1]?.toLowerCase() ?? '', command[3] ?? '');
      if (text === '') return talk.reply({ html: say(talk.language, 'not-understood') });
      if (await takeTransactionId(talk, text)) return;
      return looksLikeAddress(text) ? takeAddress(talk, text) : buy(talk, text);
    });
  }

  async function onCommand(talk: Talk, name: string, argument: string): Promise<void> {
    await (isCommand(name)
      ? commands[name](talk, argument)
      : talk.reply({ html: say(talk.language, 'not-understood') }));
  }

  /** Limits, names and papers belong to one person: a group has none of them. */
  async function onGroup(ctx: Context): Promise<void> {
    if (!ctx.message?.text?.startsWith('/')) return;
    await sending(() => ctx.reply(paragraphs(say('en', 'private-only'), say('km', 'private-only'))));
  }

  async function onTap(ctx: Context): Promise<void> {
    const talk = await openTalk(ctx, false);
    const tap = readTap(ctx.callbackQuery?.data ?? '');
    await answering(talk, async () => {
      const ended = () => answerTap(ctx, sayPlain(talk.language, 'alert.ended'));
      if (!tap) return ended();
      if (tap.type === 'order' || tap.type === 'rail') return onOrder(ctx, talk, tap, ended);
      // Answered before the work: a tap can be answered for a short while only.
      await answerTap(ctx);
      switch (tap.type) {
        case 'language':
          await orders.buyer.setLanguage(talk.chat, tap.language);
          return talk.replace({
            html: paragraphs(say(tap.language, 'language-set'), askAmount(shop, tap.language).html),
            buttons: amountButtons(shop, tap.language),
          });
        case 'amount':
          return buy(talk, tap.text);
        case 'privacy':
          return onPrivacyTap(talk, tap.action);
      }
    });
  }

  async function onOrder(
    ctx: Context,
    talk: Talk,
    tap: Extract<Tap, { type: 'order' | 'rail' }>,
    ended: () => Promise<void>,
  ): Promise<void> {
    const view = await orders.buyer.view(talk.chat, tap.order).catch((error: unknown) => {
      if (isInputError(error) && isNobodysOrder(error)) return null;
      throw error;
    });
    if (!view) return ended();
    const confirms = tap.type === 'order' && (tap.action === 'confirm-refund' || tap.action === 'confirm-deliver');
    if (confirms && view.step !== 'quote' && view.payBy !== null && view.may.includes('pay'))
      return answerTap(ctx, sayPlain(view.language, 'alert.confirmed'));
    if (!isCurrent(tap, view)) return ended();
    const looks = tap.type === 'order' && tap.action === 'look';
    await answerTap(ctx, looks ? sayPlain(view.language, 'alert.looked') : undefined);
    await (tap.type === 'rail' ? takeRail(talk, tap, view) : onOrderTap(talk, tap, view));
  }

  async function openTalk(ctx: Context, starting: boolean): Promise<Talk> {
    const chat: ChatRef = { channel: CHANNEL, chat: String(ctx.chat?.id ?? 0) };
    const guess: Language = ctx.from?.language_code === 'km' ? 'km' : 'en';
    const known = await orders.buyer.language(chat);
    // Whoever begins without /start is spoken to in the language of their app; /language changes it.
    if (known === null && !starting) await orders.buyer.setLanguage(chat, guess);
    return createTalk(chat, known ?? guess, ctx.callbackQuery?.message?.message_id ?? null);
  }

  function createTalk(chat: ChatRef, language: Language, tapped: number | null): Talk {
    const { api } = bot;
    const written = (said: Said) =>
      ({
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
        reply_markup: { inline_keyboard: keyboardOf(said) },
      }) as const;
    const reply = async (said: Said) => {
      await api.sendMessage(chat.chat, said.html, written(said));
    };
    return {
      shop,
      chat,
      language,
      reply,
      async replace(said) {
        if (tapped === null) return reply(said);
        try {
          await api.editMessageText(chat.chat, tapped, said.html, written(said));
        } catch (error) {
          const trouble = troubleOf(error);
          if (trouble?.type === 'lost') return reply(said);
          if (trouble?.type !== 'unchanged') throw error;
        }
      },
      async send({ name, bytes, caption }) {
        await api.sendDocument(chat.chat, new InputFile(bytes, name), { caption });
      },
      async sendPhoto({ bytes, caption }) {
        await api.sendPhoto(chat.chat, new InputFile(bytes, 'receipt.png'), { caption, parse_mode: 'HTML' });
      },
    };
  }

  /** Whatever goes wrong, the buyer is told something true and helpful, and nothing of the inside. */
  async function answering(talk: Talk, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (troubleOf(error)) throw error;
      if (isInputError(error)) {
        runtime.log.info('refused', { field: error.field, rule: error.rule });
        const currencies = payAssets.map(({ code }) => code);
        // Whoever tries the sandbox has a real address at hand.
        const played = sandbox && error.field === 'address' && error.rule === 'other-network';
        const why = played ? say(talk.language, 'sandbox') : null;
        return talk.reply({ html: paragraphs(why, renderRefusal(error, talk.language, currencies)) });
      }
      runtime.log.error('update-failed', { error: error instanceof Error ? error.name : typeof error });
      const order = await orders.buyer.current(talk.chat).catch(() => null);
      const html = order
        ? say(talk.language, 'apology-order', { number: order.number })
        : say(talk.language, 'apology');
      await talk.reply({ html });
    }
  }

  async function answerTap(ctx: Context, text?: string): Promise<void> {
    try {
      await ctx.answerCallbackQuery(text === undefined ? {} : { text, show_alert: true });
    } catch (error) {
      // A tap that waited too long is still a tap.
      if (troubleOf(error)?.type !== 'too-late') throw error;
    }
  }

  /**
   * Sends, and says in our own words what went wrong: grammY's errors hold the token.
   *
   * @throws TelegramUnavailableError when it is worth trying again.
   */
  async function sending(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const trouble = troubleOf(error);
      if (!trouble) throw error instanceof Error && error.name === 'BotError' ? new Error('update failed') : error;
      runtime.log.warn('telegram', {
        reason: trouble.type,
        ...(trouble.type === 'refused' ? { code: trouble.code } : {}),
      });
      if (trouble.type === 'throttled' || trouble.type === 'unreachable' || trouble.type === 'unauthorized')
        throw new TelegramUnavailableError(trouble.type);
    }
  }

  async function identify(): Promise<void> {
    if (bot.isInited()) return;
    const enough = AbortSignal.timeout(IDENTIFY_WITHIN_MS);
    bot.botInfo = await bot.api.getMe(enough as Parameters<typeof bot.api.getMe>[0]);
  }

  async function handleUpdate(update: Update): Promise<void> {
    await sending(async () => {
      await identify();
      await bot.handleUpdate(update);
    });
  }

  async function publishMenu(): Promise<void> {
    const names = Object.keys(commands) as CommandName[];
    const menu = (language: Language) =>
      names.map((command) => ({ command, description: sayPlain(language, `command.${command}`) }));
    await bot.api.setMyCommands(menu('en'));
    await bot.api.setMyCommands(menu('km'), { language_code: 'km' });
  }

  orders.inbox.handle(CHANNEL, ({ body }) => handleUpdate(JSON.parse(fromUtf8(body)) as Update));
  const botId = token.reveal().split(':')[0] ?? '';

  return {
    handleUpdate,
    async poll(signal) {
      const handOn = options.invoices && createHandOn({ orders, ...options.invoices }, runtime);
      const parts = { api: bot.api, botId, inbox: orders.inbox, handOn, runtime };
      const duty = { database: options.database, duty: `telegram-${botId}` };
      const end = await whileLocked(duty, runtime, signal, async (held) => {
        await sending(publishMenu).catch(() => {});
        return poll(parts, held);
      });
      return end ?? 'stopped';
    },
    show: createShow(shop),
    async verified({ status, chats }) {
      for (const chat of chats.filter(({ channel }) => channel === CHANNEL)) {
        const work = async () => {
          const language = (await orders.buyer.language(chat)) ?? 'en';
          const talk = createTalk(chat, language, null);
          await answering(talk, () => onVerified(talk, status));
        };
        await sending(work).catch((error: unknown) => {
          runtime.log.warn('not-told', { error: error instanceof Error ? error.name : typeof error });
        });
      }
    },
  };
}
