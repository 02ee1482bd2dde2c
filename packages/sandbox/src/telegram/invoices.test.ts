import { createSeededRandom, createVirtualClock } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createTelegramEmulator } from './emulator.ts';
import type { Update } from './types.ts';

const TOKEN = '123456:emulated-token';
const PROVIDER = '1:TEST:play';
const invoice = {
  title: 'Shop',
  description: 'Bitcoin',
  payload: '77',
  provider_token: PROVIDER,
  currency: 'USD',
  prices: [{ label: 'Shop', amount: 1000 }],
};

function setUp() {
  const clock = createVirtualClock(Date.UTC(2026, 10, 21));
  const options = { token: TOKEN, username: 'riel_bot', providerTokens: [PROVIDER] };
  const telegram = createTelegramEmulator({ clock, random: createSeededRandom(7) }, options);
  const call = async (method: string, parameters: object) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(parameters) };
    const response = await telegram.fetch(new Request(`https://api.telegram.org/bot${TOKEN}/${method}`, init), {});
    return (await response.json()) as { readonly result: never; readonly description?: string };
  };
  const sok = telegram.openChat({ id: 42, firstName: 'Sok', languageCode: 'km' });
  const link = async () => {
    const { result } = await call('createInvoiceLink', invoice);
    return (result as string).replace('https://t.me/$', '');
  };
  /** Answers the question that waits. */
  const answer = async (ok: boolean) => {
    const { pre_checkout_query: query } = telegram.pendingUpdates.at(-1) as Update & {
      readonly pre_checkout_query: { readonly id: string };
    };
    return call('answerPreCheckoutQuery', { pre_checkout_query_id: query.id, ok, error_message: 'Not now' });
  };
  return { clock, telegram, call, sok, link, answer };
}

test('asked, answered, charged, told; and the chat shows it', async () => {
  const { telegram, sok, link, answer } = setUp();
  const paying = sok.payInvoice(await link());
  expect(telegram.pendingUpdates.at(-1)).toMatchObject({
    pre_checkout_query: { from: { id: 42 }, currency: 'USD', total_amount: 1000, invoice_payload: '77' },
  });
  await answer(true);
  expect(await paying).toMatchObject({ outcome: 'paid' });
  expect(telegram.pendingUpdates.at(-1)).toMatchObject({
    message: { chat: { id: 42 }, successful_payment: { invoice_payload: '77', total_amount: 1000 } },
  });
  expect(telegram.chat(42)?.messages.at(-1)).toMatchObject({
    byBot: false,
    message: { successful_payment: { total_amount: 1000 } },
  });
});

test('whoever has the link pays it, and again; each time the bot is asked', async () => {
  const { telegram, sok, link, answer } = setUp();
  const friend = telegram.openChat({ id: 43, firstName: 'Bopha', languageCode: 'en' });
  const slug = await link();
  for (const [person, ok] of [
    [sok, true],
    [friend, true],
    [sok, false],
  ] as const) {
    const paying = person.payInvoice(slug);
    await answer(ok);
    expect((await paying).outcome).toBe(ok ? 'paid' : 'refused');
  }
  expect(telegram.invoices.all[0]?.charges).toHaveLength(2);
});

test('a question lives ten seconds for the payer, and 150 for the bot', async () => {
  const { clock, telegram, sok, link, answer } = setUp();
  const paying = sok.payInvoice(await link());
  await clock.advance(10_000);
  expect(await paying).toEqual({ outcome: 'refused', message: 'BOT_PRECHECKOUT_TIMEOUT' });
  expect((await answer(true)).description).toContain('query is too old');
  await clock.advance(140_000);
  expect(telegram.pendingUpdates).toEqual([]);
});

test('an invoice in the chat has a button that opens it, and is paid once', async () => {
  const { telegram, call, sok, answer } = setUp();
  sok.sendText('/start');
  const { result } = await call('sendInvoice', { ...invoice, chat_id: 42 });
  const { message_id: id } = result as { readonly message_id: number };
  const tapped = sok.tap(id, 'Pay USD');
  if (tapped.type !== 'invoice') throw new Error('the button opens no invoice');
  const paying = sok.payInvoice(tapped.slug);
  await answer(true);
  expect((await paying).outcome).toBe('paid');
  expect(await sok.payInvoice(tapped.slug)).toEqual({ outcome: 'refused', message: 'Already paid' });
  expect(telegram.invoices.all).toHaveLength(1);
});

test.each([
  ['another provider', { provider_token: '2:TEST:other' }, 'Bad Request: PAYMENT_PROVIDER_INVALID'],
  ['riel', { currency: 'KHR' }, 'Bad Request: CURRENCY_INVALID'],
  ['too little', { prices: [{ label: 'x', amount: 99 }] }, 'Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID'],
])('%s is refused in the words of the server', async (_what, changed, description) => {
  const { call } = setUp();
  expect(await call('createInvoiceLink', { ...invoice, ...changed })).toMatchObject({ ok: false, description });
});
