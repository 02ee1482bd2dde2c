import { createSeededRandom, createVirtualClock } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createTelegramEmulator } from './emulator.ts';

const TOKEN = '123456:emulated-token';

interface Answer {
  readonly ok: boolean;
  readonly result: readonly { readonly update_id: number; readonly message?: { readonly text: string } }[];
  readonly description?: string;
}

function setUp(deliver?: (request: Request) => Promise<Response>) {
  const clock = createVirtualClock(Date.UTC(2026, 10, 21));
  const telegram = createTelegramEmulator(
    { clock, random: createSeededRandom(3), ...(deliver ? { deliver } : {}) },
    { token: TOKEN, username: 'riel_bot' },
  );
  const call = async (method: string, parameters: object = {}, signal?: AbortSignal): Promise<Answer> => {
    const request = new Request(`https://api.telegram.org/bot${TOKEN}/${method}`, {
      method: 'POST',
      body: JSON.stringify(parameters),
      headers: { 'content-type': 'application/json' },
    });
    return (await telegram.fetch(request, signal ? { signal } : {})).json() as Promise<Answer>;
  };
  const sok = telegram.openChat({ id: 42, firstName: 'Sok', languageCode: 'km' });
  return { clock, telegram, call, sok };
}

const texts = (answer: Answer) => answer.result.map(({ message }) => message?.text);

test('updates come again until an offset confirms them', async () => {
  const { call, clock, sok } = setUp();
  for (const text of ['one', 'two', 'three']) sok.sendText(text);
  const first = await call('getUpdates', { limit: 2 });
  expect(texts(first)).toEqual(['one', 'two']);
  const [one, two] = first.result;
  expect(two?.update_id).toBe((one?.update_id ?? 0) + 1);
  await clock.advance(600);
  expect(texts(await call('getUpdates'))).toEqual(['one', 'two', 'three']);
  expect(texts(await call('getUpdates', { offset: two?.update_id }))).toEqual(['two', 'three']);
  await clock.advance(600);
  expect(texts(await call('getUpdates', { offset: -1 }))).toEqual(['three']);
});

test('a bot that asks too fast for the same offset gets one update', async () => {
  const { call, clock, sok } = setUp();
  sok.sendText('one');
  sok.sendText('two');
  expect(texts(await call('getUpdates'))).toEqual(['one', 'two']);
  expect(texts(await call('getUpdates'))).toEqual(['one']);
  await clock.advance(500);
  expect(texts(await call('getUpdates'))).toEqual(['one', 'two']);
});

test('a long poll waits for an update, and for its time', async () => {
  const { call, clock, sok } = setUp();
  const woken = call('getUpdates', { timeout: 30 });
  await clock.advance(10_000);
  sok.sendText('finally');
  expect(texts(await woken)).toEqual(['finally']);
  const offset = ((await call('getUpdates', { offset: 1 })).result[0]?.update_id ?? 0) + 1;
  const empty = call('getUpdates', { offset, timeout: 30 });
  await clock.advance(29_000);
  const state = await Promise.race([empty.then(() => 'answered'), Promise.resolve('waiting')]);
  expect(state).toBe('waiting');
  await clock.advance(1000);
  expect(texts(await empty)).toEqual([]);
});

test('a caller who gives up loses no update', async () => {
  const { call, clock, sok } = setUp();
  const caller = new AbortController();
  const gone = call('getUpdates', { timeout: 30 }, caller.signal);
  await clock.advance(1000);
  caller.abort();
  await gone;
  sok.sendText('kept');
  await clock.advance(5000);
  expect(texts(await call('getUpdates'))).toEqual(['kept']);
});

test('two pollers: the earlier one is turned away', async () => {
  const { call, clock, sok } = setUp();
  const earlier = call('getUpdates', { timeout: 30 });
  await clock.advance(1000);
  const later = call('getUpdates', { timeout: 30 });
  expect((await earlier).description).toBe(
    'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  );
  sok.sendText('hello');
  expect(texts(await later)).toEqual(['hello']);
});

test('polling and a webhook exclude each other', async () => {
  const { call, clock } = setUp();
  const poll = call('getUpdates', { timeout: 30 });
  await clock.advance(1000);
  const hook = { url: 'https://shop.example/telegram', secret_token: 'secret_1' };
  expect((await call('setWebhook', hook)).description).toBe('Webhook was set');
  expect((await poll).description).toBe('Conflict: terminated by setWebhook request');
  expect((await call('setWebhook', hook)).description).toBe('Too Many Requests: retry after 1');
  await clock.advance(3000);
  expect((await call('setWebhook', hook)).description).toBe('Webhook is already set');
  expect((await call('getUpdates')).description).toBe(
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  );
  expect((await call('deleteWebhook')).description).toBe('Webhook was deleted');
  expect((await call('deleteWebhook')).description).toBe('Webhook is already deleted');
  expect((await call('getUpdates')).ok).toBe(true);
});

test.each([
  [{ url: 'ftp://x' }, 'invalid webhook URL specified'],
  [{ url: 'https://x.example', secret_token: 'a'.repeat(257) }, 'secret token is too long'],
  [{ url: 'https://x.example', secret_token: 'a b' }, 'secret token contains unallowed characters'],
])('setWebhook refuses %j', async (parameters, reason) => {
  expect((await setUp().call('setWebhook', parameters)).description).toBe(`Bad Request: ${reason}`);
});

test('updates that were not asked for are not made; a list of unknown names is no list', async () => {
  const { call, sok, telegram } = setUp();
  await call('getUpdates', { allowed_updates: ['callback_query'] });
  sok.sendText('unheard');
  expect(telegram.pendingUpdates).toEqual([]);
  await call('getUpdates', { offset: 1, allowed_updates: ['nonsense'] });
  sok.sendText('heard');
  expect(telegram.pendingUpdates).toHaveLength(1);
});

test('messages wait a day, taps 150 seconds', async () => {
  const { call, clock, sok, telegram } = setUp();
  sok.sendText('/start');
  const sent = await call('sendMessage', {
    chat_id: 42,
    text: 'x',
    reply_markup: { inline_keyboard: [[{ text: 'Buy', callback_data: 'buy' }]] },
  });
  sok.tap((sent.result as unknown as { message_id: number }).message_id, 'Buy');
  expect(telegram.pendingUpdates).toHaveLength(2);
  await clock.advance(150_000);
  expect(telegram.pendingUpdates).toHaveLength(1);
  await clock.advance(24 * 3_600_000);
  expect(telegram.pendingUpdates).toEqual([]);
});

test('a webhook carries the secret, keeps the order of a chat and repeats until it is taken', async () => {
  const seen: { text: string; secret: string | null }[] = [];
  let failures = 2;
  const { call, clock, sok, telegram } = setUp(async (request) => {
    const update = (await request.json()) as { message: { text: string } };
    seen.push({ text: update.message.text, secret: request.headers.get('x-telegram-bot-api-secret-token') });
    if (failures > 0) {
      failures -= 1;
      return new Response(null, { status: 500 });
    }
    return new Response(null, { status: 200 });
  });
  await call('setWebhook', { url: 'https://shop.example/telegram', secret_token: 'secret_1' });
  sok.sendText('one');
  sok.sendText('two');
  await clock.advance(100);
  expect(seen.map(({ text }) => text)).toEqual(['one', 'one']);
  expect(((await call('getWebhookInfo')) as unknown as { result: object }).result).toMatchObject({
    pending_update_count: 2,
    last_error_message: 'Wrong response from the webhook: 500',
  });
  await clock.advance(2000);
  expect(seen.map(({ text }) => text)).toEqual(['one', 'one', 'one', 'two']);
  expect(new Set(seen.map(({ secret }) => secret))).toEqual(new Set(['secret_1']));
  expect(telegram.pendingUpdates).toEqual([]);
});
