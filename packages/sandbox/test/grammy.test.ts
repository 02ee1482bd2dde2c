import { Bot, GrammyError, HttpError, InlineKeyboard, InputFile, InputMediaBuilder } from 'grammy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TelegramPerson } from '../src/telegram/index.ts';
import { createFakeWorld, TOKEN } from './fake-world.ts';
import type { FakeWorld } from './fake-world.ts';

/** A PNG's head with a size; the emulator reads no further. */
const PNG = new Uint8Array(33);
PNG.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
new DataView(PNG.buffer).setUint32(16, 320);
new DataView(PNG.buffer).setUint32(20, 320);

let fake: FakeWorld;
let bot: Bot;
let sok: TelegramPerson;

beforeEach(async () => {
  fake = await createFakeWorld();
  bot = new Bot(TOKEN, { client: { apiRoot: `${fake.world.url}/host/api.telegram.org`, timeoutSeconds: 10 } });
  sok = fake.telegram.openChat({ id: 42, firstName: 'Sok', languageCode: 'km', username: 'sok_test' });
});

afterEach(() => fake.world.close());

/** The next updates, handled by the bot's middleware; gives the offset that confirms them. */
async function handle(offset = 0): Promise<number> {
  const updates = await bot.api.getUpdates({ offset, timeout: 5 });
  for (const update of updates) await bot.handleUpdate(update);
  return (updates.at(-1)?.update_id ?? offset - 1) + 1;
}

const history = () => fake.telegram.chat(42)?.messages ?? [];

test('a conversation: command, keyboard, tap, edit in place', async () => {
  await bot.init();
  expect(bot.botInfo).toMatchObject({ id: 123_456, is_bot: true, username: 'riel_bot' });
  const seen: string[] = [];
  bot.command('start', (ctx) => {
    seen.push(`${ctx.from?.language_code} ${ctx.match}`);
    return ctx.reply('<b>Buy?</b>', {
      parse_mode: 'HTML',
      reply_markup: new InlineKeyboard().text('Yes', 'yes').url('Terms', 'https://example.com/terms'),
    });
  });
  bot.callbackQuery('yes', async (ctx) => {
    await ctx.answerCallbackQuery('One moment');
    await ctx.editMessageText('Bought');
  });
  sok.sendText('/start deep_link');
  const offset = await handle();
  expect(seen).toEqual(['km deep_link']);
  const asked = history().at(-1);
  expect(asked?.message).toMatchObject({ text: 'Buy?', entities: [{ type: 'bold', offset: 0, length: 4 }] });
  sok.tap(asked?.message.message_id ?? 0, 'Yes');
  await handle(offset);
  expect(history().at(-1)).toMatchObject({ message: { text: 'Bought' }, earlier: [{ text: 'Buy?' }] });
  expect(history().at(-1)?.message).not.toHaveProperty('reply_markup');
});

test('pictures go up as multipart and are replaced in place', async () => {
  sok.sendText('/start');
  const sent = await bot.api.sendPhoto(42, new InputFile(PNG, 'qr.png'), {
    caption: 'Scan',
    reply_markup: new InlineKeyboard().text('Paid', 'paid'),
  });
  expect(sent.photo.at(-1)).toMatchObject({ width: 320, height: 320 });
  expect(fake.telegram.file(sent.photo.at(-1)?.file_id ?? '')?.bytes).toEqual(PNG);
  const other = PNG.slice();
  new DataView(other.buffer).setUint32(16, 400);
  await bot.api.editMessageMedia(
    42,
    sent.message_id,
    InputMediaBuilder.photo(new InputFile(other), { caption: 'Scan again' }),
  );
  const now = history().at(-1)?.message;
  expect(now).toMatchObject({ caption: 'Scan again', photo: [{ width: 400 }] });
  await bot.api.editMessageCaption(42, sent.message_id, { caption: 'Too late' });
  await bot.api.deleteMessage(42, sent.message_id);
  expect(history().at(-1)?.deleted).toBe(true);
  const pdf = new TextEncoder().encode('%PDF-1.7 receipt');
  const document = await bot.api.sendDocument(42, new InputFile(pdf, 'receipt.pdf'));
  expect(document.document).toMatchObject({ file_name: 'receipt.pdf', file_size: pdf.length });
});

test('a photo of a person is downloaded', async () => {
  sok.sendPhoto(PNG, 'my wallet');
  const [update] = await bot.api.getUpdates({ timeout: 5 });
  const photo = update?.message?.photo?.at(-1);
  const file = await bot.api.getFile(photo?.file_id ?? '');
  const path = `https://api.telegram.org/file/bot${TOKEN}/${file.file_path}`;
  const answer = await fake.telegram.fetch(new Request(path), {});
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(PNG);
});

test('refusals reach the bot as grammY knows them', async () => {
  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof GrammyError)) throw new Error('expected a refusal', { cause: error });
    return error;
  };
  sok.sendText('/start');
  expect(await refusal(bot.api.sendMessage(7, 'x'))).toMatchObject({
    error_code: 400,
    description: 'Bad Request: chat not found',
  });
  fake.telegram.faults.add('throttled', { route: 'sendMessage' });
  expect(await refusal(bot.api.sendMessage(42, 'x'))).toMatchObject({
    error_code: 429,
    parameters: { retry_after: 1 },
  });
  sok.block();
  expect(await refusal(bot.api.sendMessage(42, 'x'))).toMatchObject({
    error_code: 403,
    description: 'Forbidden: bot was blocked by the user',
  });
  expect(await refusal(bot.api.answerCallbackQuery('1'))).toMatchObject({
    description: 'Bad Request: query is too old and response timeout expired or query ID is invalid',
  });
});

test('a long poll ends when the bot gives up, and the update waits for the next', async () => {
  const stopping = new AbortController();
  // grammY on Node knows the signals of a polyfill; the machine's own work as well.
  const poll = bot.api.getUpdates({ timeout: 30 }, stopping.signal as Parameters<typeof bot.api.getUpdates>[1]);
  setTimeout(() => stopping.abort(), 50);
  await expect(poll).rejects.toBeInstanceOf(HttpError);
  sok.sendText('still here');
  const updates = await bot.api.getUpdates({ timeout: 5 });
  expect(updates.map((update) => update.message?.text)).toEqual(['still here']);
});
