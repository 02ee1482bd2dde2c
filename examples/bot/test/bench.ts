import { KHR } from '@rielrails/core';
import { Secret } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import type { OrderView, ShowResult } from '@rielrails/orders';
import { createTelegramEmulator } from '@rielrails/sandbox/telegram';
import type { ChatMessage, TelegramEmulator, TelegramPerson } from '@rielrails/sandbox/telegram';
import { createMemoryStore } from '@rielrails/wallet';
import { createAddressOfAccount } from '../src/account-key.ts';
import { createBot } from '../src/bot.ts';
import type { RielBot } from '../src/bot.ts';
import { createFakeOrders } from './fake-orders.ts';
import type { FakeOrders } from './fake-orders.ts';

export const INVOICES = 'CANARY-secret-of-invoices';
export const TOKEN = '123456:CANARY-token-of-the-bot';

/** A bot, its engine and its Telegram, all in the test's hands. */
export interface Bench {
  readonly bot: RielBot;
  readonly fake: FakeOrders;
  readonly telegram: TelegramEmulator;
  readonly runtime: VirtualRuntime;
  readonly sok: TelegramPerson;
  /** Lets the bot handle what it has not seen yet. */
  handle(): Promise<void>;
  /** Types something, and lets the bot answer. */
  type(text: string): Promise<void>;
  /** Taps a button of the newest message that has it, and lets the bot answer. */
  tap(button: string): Promise<void>;
  messages(): readonly ChatMessage[];
  /** The text or caption of the newest message. */
  last(): string;
  /** What the taps were answered with. */
  readonly alerts: readonly string[];
  show(view: OrderView, handle?: string | null): Promise<ShowResult>;
}

/** Sets it up. */
export function createBench(languageCode = 'en'): Bench {
  const fake = createFakeOrders();
  const telegram: { emulator?: TelegramEmulator } = {};
  const runtime = createVirtualRuntime({
    start: fake.now,
    fetch: (request, call) => {
      if (!telegram.emulator) throw new Error('not yet');
      return telegram.emulator.fetch(request, call);
    },
  });
  const emulator = createTelegramEmulator(runtime, { token: TOKEN, username: 'riel_bot' });
  telegram.emulator = emulator;
  const sok = emulator.openChat({ id: 42, firstName: 'Sok', languageCode, username: 'sok_test' });
  const bot = createBot(
    {
      orders: fake.orders,
      token: new Secret(TOKEN),
      database: new Secret('postgres://nobody@127.0.0.1:1/none'),
      name: 'Riel Bitcoin',
      sandbox: true,
      support: '@riel_support',
      payAssets: [KHR],
      quickAmounts: ['20000 khr', '40000 khr'],
      terms: { en: 'Sold once.', km: 'លក់តែម្តង។' },
      payPage: (chat, { next, id }) =>
        next?.type === 'embedded-form' ? `https://shop.example/pay/${id}?k=${chat.chat}` : null,
      addressOfAccount: createAddressOfAccount(createMemoryStore(), 'regtest'),
      invoices: { rail: 'apay-telegram', secret: new Secret(INVOICES) },
    },
    runtime,
  );
  const alerts: string[] = [];
  emulator.subscribe((event) => {
    if (event.type === 'callback-answer' && event.text !== '') alerts.push(event.text);
  });
  let handled = 0;
  const messages = () => emulator.chat(42)?.messages ?? [];
  const handle = async () => {
    for (const update of emulator.pendingUpdates) {
      if (update.update_id <= handled) continue;
      handled = update.update_id;
      await bot.handleUpdate(update);
    }
  };
  return {
    bot,
    fake,
    telegram: emulator,
    runtime,
    sok,
    handle,
    async type(text) {
      sok.sendText(text);
      await handle();
    },
    async tap(button) {
      const shown = messages().findLast(({ message }) =>
        message.reply_markup?.inline_keyboard.flat().some(({ text }) => text === button),
      );
      if (!shown) throw new Error(`no button "${button}" is shown`);
      sok.tap(shown.message.message_id, button);
      await handle();
    },
    messages,
    last() {
      const message = messages().findLast(({ byBot }) => byBot)?.message;
      return message?.text ?? message?.caption ?? '';
    },
    alerts,
    show: (view, handleOf = null) => bot.show({ channel: 'telegram', chat: '42' }, view, handleOf),
  };
}
