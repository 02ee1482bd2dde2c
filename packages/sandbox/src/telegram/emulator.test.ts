import { createSeededRandom, createVirtualClock } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createTelegramEmulator } from './emulator.ts';

const TOKEN = '123456:emulated-token';
const START = Date.UTC(2026, 10, 21);

/** A PNG's head: enough for the emulator, which reads nothing but type and size. */
function png(width = 300, height = 300): Uint8Array {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  new DataView(bytes.buffer).setUint32(16, width);
  new DataView(bytes.buffer).setUint32(20, height);
  return bytes;
}

function setUp() {
  const clock = createVirtualClock(START);
  const telegram = createTelegramEmulator(
    { clock, random: createSeededRandom(7) },
    { token: TOKEN, username: 'riel_bot' },
  );
  const send = async (path: string, init: RequestInit = {}, signal?: AbortSignal) => {
    const request = new Request(`https://api.telegram.org${path}`, { method: 'POST', ...init });
    const response = await telegram.fetch(request, signal ? { signal } : {});
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
  };
  const call = (method: string, parameters: object = {}, signal?: AbortSignal) =>
    send(
      `/bot${TOKEN}/${method}`,
      { body: JSON.stringify(parameters), headers: { 'content-type': 'application/json' } },
      signal,
    );
  const sok = telegram.openChat({ id: 42, firstName: 'Sok', languageCode: 'km' });
  return { clock, telegram, send, call, sok };
}

interface Answer {
  readonly ok: boolean;
  readonly result: never;
  readonly description?: string;
  readonly error_code?: number;
  readonly parameters?: { readonly retry_after?: number };
}

/** A chat in which the bot said something with one button. */
async function withMessage() {
  const world = setUp();
  world.sok.sendText('/start');
  const { body } = await world.call('sendMessage', {
    chat_id: 42,
    text: 'Hello',
    reply_markup: { inline_keyboard: [[{ text: 'Buy', callback_data: 'buy' }]] },
  });
  return { ...world, messageId: (body.result as { message_id: number }).message_id };
}

test.each([
  ['/nothing', 404, 'Not Found'],
  ['/botnonsense/getMe', 404, 'Not Found'],
  ['/bot123456:another-token/getMe', 401, 'Unauthorized'],
  [`/bot${TOKEN}/makeCoffee`, 404, 'Not Found: method not found'],
])('%s is answered %i', async (path, status, description) => {
  const answer = await setUp().send(path);
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({ ok: false, error_code: status, description });
});

test('a method is known in any letter case, by GET and POST, with arguments in query, form or JSON', async () => {
  const { send, call, sok, telegram } = setUp();
  sok.sendText('hi');
  await send(`/bot${TOKEN}/SENDMESSAGE?chat_id=42&text=query`, { method: 'GET' });
  await send(`/bot${TOKEN}/sendmessage`, { body: new URLSearchParams({ chat_id: '42', text: 'form' }) });
  await call('sendMessage', { chat_id: 42, text: 'json', made_up_field: true });
  expect(telegram.chat(42)?.messages.map(({ message }) => message.text)).toEqual(['hi', 'query', 'form', 'json']);
});

test('the token stands in no log', async () => {
  const { call, telegram } = setUp();
  await call('getMe');
  expect(JSON.stringify(telegram.exchanges)).not.toContain('emulated-token');
});

test('a bot cannot write first', async () => {
  const { call } = setUp();
  expect((await call('sendMessage', { text: 'x' })).body.description).toBe('Bad Request: chat_id is empty');
  expect((await call('sendMessage', { chat_id: 42, text: 'x' })).body.description).toBe('Bad Request: chat not found');
});

test.each([
  [{ text: '  ' }, 'message text is empty'],
  [{ text: 'x'.repeat(4097) }, 'message is too long'],
  [{ text: '<b>x', parse_mode: 'HTML' }, `can't parse entities: Can't find end tag corresponding to start tag "b"`],
  [{ text: 'ខ <u>x</u></i>', parse_mode: 'HTML' }, `can't parse entities: Unexpected end tag at byte offset 12`],
  [{ text: '<img>', parse_mode: 'HTML' }, `can't parse entities: Unsupported start tag "img" at byte offset 0`],
  [
    { text: '<b><i>x</b>', parse_mode: 'HTML' },
    `can't parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`,
  ],
  [
    { text: 'a.b', parse_mode: 'MarkdownV2' },
    `can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'`,
  ],
  [{ text: '*bold', parse_mode: 'MarkdownV2' }, `can't parse entities: Can't find end of Bold entity at byte offset 0`],
  [{ text: 'x', parse_mode: 'TeX' }, 'unsupported parse_mode'],
  [{ text: 'x', reply_markup: '{' }, `can't parse reply keyboard markup JSON object`],
  [{ text: 'x', reply_parameters: { message_id: 99 } }, 'message to be replied not found'],
  [keyboard({ text: 'a', callback_data: 'x'.repeat(65) }), 'BUTTON_DATA_INVALID'],
  [keyboard({ text: 'a', callback_data: 'ក'.repeat(22) }), 'BUTTON_DATA_INVALID'],
  [keyboard({ text: 'a', callback_data: '' }), 'BUTTON_DATA_INVALID'],
  [keyboard({ text: 'a' }), `can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard`],
])('sendMessage refuses %j', async (parameters, reason) => {
  const { call, sok, telegram } = setUp();
  sok.sendText('/start');
  const { status, body } = await call('sendMessage', { chat_id: 42, ...parameters });
  expect([status, body.description]).toEqual([400, `Bad Request: ${reason}`]);
  expect(telegram.chat(42)?.messages).toHaveLength(1);
});

function keyboard(button: object): object {
  return { text: 'x', reply_markup: { inline_keyboard: [[button]] } };
}

test.each([64, 1])('callback data of %i bytes are taken', async (length) => {
  const { call, sok } = setUp();
  sok.sendText('/start');
  const given = keyboard({ text: 'a', callback_data: 'x'.repeat(length) });
  expect((await call('sendMessage', { chat_id: 42, ...given })).status).toBe(200);
});

test('formatting becomes entities, counted in UTF-16 units', async () => {
  const { call, sok } = setUp();
  sok.sendText('/start');
  const html = await call('sendMessage', {
    chat_id: 42,
    parse_mode: 'HTML',
    text: ' 😀 <b>៤១ ០០០ &lt;៛&gt;</b> <a href="https://example.com/a">x</a> <code>tb1q</code>',
  });
  expect(html.body.result).toMatchObject({
    text: '😀 ៤១ ០០០ <៛> x tb1q',
    entities: [
      { type: 'bold', offset: 3, length: 10 },
      { type: 'text_link', offset: 14, length: 1, url: 'https://example.com/a' },
      { type: 'code', offset: 16, length: 4 },
    ],
  });
  const markdown = await call('sendMessage', {
    chat_id: 42,
    parse_mode: 'MarkdownV2',
    text: String.raw`*bold _both_* 1\.5 [link](https://example.com/)`,
  });
  expect(markdown.body.result).toMatchObject({
    text: 'bold both 1.5 link',
    entities: [
      { type: 'bold', offset: 0, length: 9 },
      { type: 'italic', offset: 5, length: 4 },
      { type: 'text_link', offset: 14, length: 4 },
    ],
  });
});

test('an edit must change something', async () => {
  const { call, messageId } = await withMessage();
  const at = { chat_id: 42, message_id: messageId };
  const markup = { inline_keyboard: [[{ text: 'Buy', callback_data: 'buy' }]] };
  const same = await call('editMessageText', { ...at, text: 'Hello', reply_markup: markup });
  expect(same.body.description).toBe(
    'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
  );
  const edited = await call('editMessageText', { ...at, text: 'Hello' });
  expect(edited.body.result).not.toHaveProperty('reply_markup');
  expect(edited.body.result).toHaveProperty('edit_date', START / 1000);
  const unchanged = await call('editMessageReplyMarkup', at);
  expect(unchanged.status).toBe(400);
  expect((await call('editMessageReplyMarkup', { ...at, reply_markup: markup })).status).toBe(200);
});

test('edits that cannot be', async () => {
  const { call, messageId } = await withMessage();
  const refusal = async (method: string, parameters: object) =>
    (await call(method, { chat_id: 42, ...parameters })).body.description;
  expect(await refusal('editMessageText', { message_id: 999, text: 'x' })).toBe(
    'Bad Request: message to edit not found',
  );
  expect(await refusal('editMessageText', { text: 'x' })).toBe('Bad Request: message identifier is not specified');
  expect(await refusal('editMessageText', { message_id: 1, text: 'x' })).toBe("Bad Request: message can't be edited");
  const keyboard = { keyboard: [[{ text: 'Yes' }]] };
  expect(await refusal('editMessageText', { message_id: messageId, text: 'x', reply_markup: keyboard })).toBe(
    'Bad Request: inline keyboard expected',
  );
  expect(await refusal('editMessageCaption', { message_id: messageId, caption: 'x' })).toBe(
    'Bad Request: there is no caption in the message to edit',
  );
});

test('deleting, once and only while young', async () => {
  const { call, clock, messageId, telegram } = await withMessage();
  const other = await call('sendMessage', { chat_id: 42, text: 'old' });
  const oldId = (other.body.result as { message_id: number }).message_id;
  expect((await call('deleteMessage', { chat_id: 42, message_id: messageId })).body.result).toBe(true);
  expect((await call('deleteMessage', { chat_id: 42, message_id: messageId })).body.description).toBe(
    'Bad Request: message to delete not found',
  );
  expect(telegram.chat(42)?.messages.find(({ message }) => message.message_id === messageId)?.deleted).toBe(true);
  await clock.advance(48 * 3_600_000 + 1000);
  expect((await call('deleteMessage', { chat_id: 42, message_id: oldId })).body.description).toBe(
    "Bad Request: message can't be deleted",
  );
});

test('a tap can be answered once, within 150 seconds', async () => {
  const { call, clock, messageId, sok, telegram } = await withMessage();
  const seen: unknown[] = [];
  telegram.subscribe((event) => seen.push(event));
  const first = sok.tap(messageId, 'Buy');
  const second = sok.tap(messageId, 'buy');
  if (first.type !== 'callback' || second.type !== 'callback') throw new Error('expected callbacks');
  const answer = (id: string, more: object = {}) => call('answerCallbackQuery', { callback_query_id: id, ...more });
  const tooOld = 'Bad Request: query is too old and response timeout expired or query ID is invalid';
  expect((await answer(first.callbackId, { text: 'x'.repeat(201) })).body.description).toBe(
    'Bad Request: MESSAGE_TOO_LONG',
  );
  expect((await answer(first.callbackId, { text: 'Done', show_alert: true })).body.result).toBe(true);
  expect((await answer(first.callbackId)).body.description).toBe(tooOld);
  expect((await answer('12345')).body.description).toBe(tooOld);
  await clock.advance(150_000);
  expect((await answer(second.callbackId)).body.description).toBe(tooOld);
  expect(seen).toEqual([
    { type: 'callback-answer', chatId: 42, callbackId: first.callbackId, text: 'Done', alert: true },
  ]);
});

test('links and copy buttons are the phone’s own business', async () => {
  const { call, sok, telegram } = setUp();
  sok.sendText('/start');
  const before = telegram.pendingUpdates.length;
  const { body } = await call('sendMessage', {
    chat_id: 42,
    text: 'x',
    reply_markup: {
      inline_keyboard: [
        [{ text: 'Open', url: 'https://example.com/pay' }],
        [{ text: 'Copy', copy_text: { text: 'tb1q' } }],
      ],
    },
  });
  const { message_id: id } = body.result as { message_id: number };
  expect(sok.tap(id, 'Open')).toEqual({ type: 'link', url: 'https://example.com/pay' });
  expect(sok.tap(id, 'Copy')).toEqual({ type: 'copied', text: 'tb1q' });
  expect(() => sok.tap(id, 'Gone')).toThrow('button');
  expect(telegram.pendingUpdates).toHaveLength(before);
});

test('a blocked bot gets 403 and is told about it', async () => {
  const { call, sok, telegram } = setUp();
  sok.sendText('/start');
  sok.block();
  const { status, body } = await call('sendMessage', { chat_id: 42, text: 'x' });
  expect([status, body.description]).toEqual([403, 'Forbidden: bot was blocked by the user']);
  expect(() => sok.sendText('hello')).toThrow('blocked');
  expect(telegram.pendingUpdates.at(-1)).toMatchObject({ my_chat_member: { new_chat_member: { status: 'kicked' } } });
  sok.unblock();
  expect((await call('sendMessage', { chat_id: 42, text: 'x' })).status).toBe(200);
});

test('too many requests say how long to wait', async () => {
  const { call, sok, telegram } = setUp();
  sok.sendText('/start');
  telegram.faults.add('throttled', { route: 'sendMessage' });
  const { status, headers, body } = await call('sendMessage', { chat_id: 42, text: 'x' });
  expect(status).toBe(429);
  expect(headers.get('retry-after')).toBe('1');
  expect(body).toEqual({
    ok: false,
    error_code: 429,
    description: 'Too Many Requests: retry after 1',
    parameters: { retry_after: 1 },
  });
  expect((await call('sendMessage', { chat_id: 42, text: 'x' })).status).toBe(200);
});

test('pictures: uploaded, re-sent by id, refused', async () => {
  const { send, call, sok, telegram } = setUp();
  sok.sendText('/start');
  const upload = async (bytes: Uint8Array) => {
    const form = new FormData();
    form.set('chat_id', '42');
    form.set('photo', 'attach://part1');
    form.set('part1', new File([new Uint8Array(bytes)], 'part1', { type: 'application/octet-stream' }));
    form.set('caption', 'Scan <b>me</b>');
    form.set('parse_mode', 'HTML');
    return send(`/bot${TOKEN}/sendPhoto`, { body: form });
  };
  const sent = await upload(png(300, 400));
  const photo = (sent.body.result as { photo: { file_id: string }[] }).photo[0];
  expect(photo).toMatchObject({ width: 300, height: 400, file_size: 33 });
  expect(telegram.file(photo?.file_id ?? '')?.bytes).toEqual(png(300, 400));
  expect((await call('sendPhoto', { chat_id: 42, photo: photo?.file_id })).status).toBe(200);
  expect((await upload(png(9000, 1001))).body.description).toBe('Bad Request: PHOTO_INVALID_DIMENSIONS');
  expect((await upload(png(1000, 10))).body.description).toBe('Bad Request: PHOTO_INVALID_DIMENSIONS');
  expect((await upload(new TextEncoder().encode('no picture'))).body.description).toBe(
    'Bad Request: IMAGE_PROCESS_FAILED',
  );
  expect((await call('sendPhoto', { chat_id: 42, photo: 'https://example.com/a.png' })).status).toBe(400);
  expect(
    (await call('sendPhoto', { chat_id: 42, photo: photo?.file_id, caption: 'x'.repeat(1025) })).body.description,
  ).toBe('Bad Request: message caption is too long');
});

test('commands are kept per language', async () => {
  const { call, telegram } = setUp();
  const buy = { command: 'buy', description: 'Buy bitcoin' };
  const km = { command: 'buy', description: 'ទិញប៊ីតខញ' };
  expect((await call('setMyCommands', { commands: [{ command: 'Buy!', description: 'x' }] })).body.description).toBe(
    'Bad Request: BOT_COMMAND_INVALID',
  );
  await call('setMyCommands', { commands: [buy] });
  await call('setMyCommands', { commands: JSON.stringify([km]), language_code: 'km' });
  expect((await call('getMyCommands')).body.result).toEqual([buy]);
  expect((await call('getMyCommands', { language_code: 'km' })).body.result).toEqual([km]);
  expect(telegram.commands('fr')).toEqual([buy]);
  expect(telegram.commands('km')).toEqual([km]);
});

test('in a group the bot hears commands and mentions only', () => {
  const { telegram, sok } = setUp();
  const group = telegram.openGroup({ id: -100, title: 'Market' });
  group.sendText(sok, 'hello all');
  group.sendText(sok, '/start@riel_bot');
  expect(telegram.chat(-100)?.messages).toHaveLength(2);
  expect(telegram.pendingUpdates).toMatchObject([{ message: { text: '/start@riel_bot', chat: { type: 'group' } } }]);
});
