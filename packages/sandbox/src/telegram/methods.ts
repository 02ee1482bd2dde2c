import { isDeepStrictEqual } from 'node:util';
import type { Provenance } from '@rielrails/kit/emulator';
import { isRecord } from './arguments.ts';
import type { Arguments, UploadedFile } from './arguments.ts';
import type { ChatStore, Content, StoredChat, StoredMessage } from './chats.ts';
import { countCharacters, parseText } from './entities.ts';
import { badRequest } from './errors.ts';
import { documentOf, MAX_DOWNLOAD_BYTES, photoSize } from './files.ts';
import type { FileStore, StoredFile } from './files.ts';
import type { Invoices } from './invoices.ts';
import { readMarkup } from './markup.ts';
import type { BotCommand, InlineKeyboard, User } from './types.ts';
import type { UpdateQueue } from './updates.ts';

/** What the methods work on. */
export interface Bot {
  readonly user: User;
  readonly chats: ChatStore;
  readonly files: FileStore;
  readonly updates: UpdateQueue;
  readonly invoices: Invoices;
  /** Commands by scope and language. */
  readonly commands: Map<string, readonly BotCommand[]>;
  now(): number;
}

/** The answer of a method. */
export interface MethodAnswer {
  readonly result: unknown;
  readonly description?: string;
}

/** One method of the Bot API. */
export interface Method {
  readonly provenance: Provenance;
  call(bot: Bot, given: Arguments, signal: AbortSignal | undefined): MethodAnswer | Promise<MethodAnswer>;
}

const MAX_TEXT = 4096;
const MAX_CAPTION = 1024;
const MAX_CALLBACK_TEXT = 200;
const DELETE_WITHIN_SECONDS = 48 * 60 * 60;
const ACTIONS = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
]);

/** The methods by name, as "Telegram Bot API" lists them. */
export const methods: Readonly<Record<string, Method>> = {
  getMe: documented((bot) => ({
    result: {
      ...bot.user,
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
    },
  })),

  getUpdates: {
    provenance: 'seen',
    async call(bot, given, signal) {
      return {
        result: await bot.updates.poll({
          offset: given.integer('offset'),
          limit: clamp(given.integer('limit', 100), 1, 100),
          timeoutSeconds: clamp(given.integer('timeout'), 0, 50),
          allowed: readAllowed(given),
          signal,
        }),
      };
    },
  },

  setWebhook: {
    provenance: 'seen',
    call: (bot, given) => ({
      result: true,
      description: bot.updates.setWebhook({
        url: given.text('url'),
        secret: given.text('secret_token'),
        maxConnections: clamp(given.integer('max_connections', 40), 1, 100),
        allowed: readAllowed(given),
        dropPending: given.flag('drop_pending_updates'),
      }),
    }),
  },

  deleteWebhook: {
    provenance: 'seen',
    call: (bot, given) => ({
      result: true,
      description: bot.updates.setWebhook({
        url: '',
        secret: '',
        maxConnections: 40,
        allowed: undefined,
        dropPending: given.flag('drop_pending_updates'),
      }),
    }),
  },

  getWebhookInfo: documented((bot) => ({ result: bot.updates.webhookInfo() })),

  sendMessage: documented((bot, given) => {
    const stored = bot.chats.writable(given.text('chat_id'));
    return send(bot, stored, given, readText(given));
  }),

  sendPhoto: documented((bot, given) => {
    const stored = bot.chats.writable(given.text('chat_id'));
    const photo = readFile(bot, given, 'photo', (file) => bot.files.addPhoto(file));
    return send(bot, stored, given, { photo: [photoSize(photo)], ...readCaption(given) });
  }),

  sendDocument: documented((bot, given) => {
    const stored = bot.chats.writable(given.text('chat_id'));
    const file = readFile(bot, given, 'document', (upload) => bot.files.addDocument(upload));
    return send(bot, stored, given, { document: documentOf(file), ...readCaption(given) });
  }),

  editMessageText: documented((bot, given) => {
    const { stored, message } = editable(bot, given);
    if (message.current.text === undefined) throw badRequest('there is no text in the message to edit');
    return edit(bot, stored, message, { ...readText(given), ...readKeyboard(given) });
  }),

  editMessageCaption: documented((bot, given) => {
    const { stored, message } = editable(bot, given);
    const { photo, document } = message.current;
    if (!photo && !document) throw badRequest('there is no caption in the message to edit');
    const media = { ...(photo ? { photo } : {}), ...(document ? { document } : {}) };
    return edit(bot, stored, message, { ...media, ...readCaption(given), ...readKeyboard(given) });
  }),

  editMessageMedia: documented((bot, given) => {
    const { stored, message } = editable(bot, given);
    return edit(bot, stored, message, { ...readMedia(bot, given), ...readKeyboard(given) });
  }),

  editMessageReplyMarkup: documented((bot, given) => {
    const { stored, message } = editable(bot, given);
    const { reply_markup: _, ...words } = message.content;
    return edit(bot, stored, message, { ...words, ...readKeyboard(given) });
  }),

  deleteMessage: documented((bot, given) => {
    const stored = bot.chats.writable(given.text('chat_id'));
    const message = bot.chats.find(stored, readMessageId(given));
    if (!message) throw badRequest('message to delete not found');
    const tooOld = Math.floor(bot.now() / 1000) - message.current.date > DELETE_WITHIN_SECONDS;
    if (tooOld || (!message.byBot && stored.chat.type !== 'private')) throw badRequest("message can't be deleted");
    bot.chats.remove(stored, message);
    return { result: true };
  }),

  answerCallbackQuery: documented((bot, given) => {
    const callback = bot.chats.takeCallback(given.text('callback_query_id'));
    const text = given.text('text');
    if (countCharacters(text) > MAX_CALLBACK_TEXT) throw badRequest('MESSAGE_TOO_LONG');
    callback.answer = { text, alert: given.flag('show_alert') };
    bot.chats.emit({
      type: 'callback-answer',
      chatId: callback.chatId,
      callbackId: callback.id,
      ...callback.answer,
    });
    return { result: true };
  }),

  setMyCommands: documented((bot, given) => {
    bot.commands.set(commandKey(given), readCommands(given.json('commands', 'commands')));
    return { result: true };
  }),

  getMyCommands: documented((bot, given) => ({ result: bot.commands.get(commandKey(given)) ?? [] })),

  deleteMyCommands: documented((bot, given) => {
    bot.commands.delete(commandKey(given));
    return { result: true };
  }),

  sendChatAction: documented((bot, given) => {
    const stored = bot.chats.writable(given.text('chat_id'));
    const action = given.text('action');
    if (!ACTIONS.has(action)) throw badRequest('wrong parameter action in request');
    bot.chats.emit({ type: 'action', chatId: stored.chat.id, action });
    return { result: true };
  }),

  createInvoiceLink: documented((bot, given) => ({ result: bot.invoices.createLink(given) })),

  sendInvoice: documented((bot, given) => {
    const stored = bot.chats.writable(given.text('chat_id'));
    return { result: bot.invoices.send(stored, given).current };
  }),

  answerPreCheckoutQuery: documented((bot, given) => ({ result: bot.invoices.answer(given) })),

  getFile: documented((bot, given) => {
    const file = bot.files.get(given.text('file_id'));
    if (!file) throw badRequest(given.has('file_id') ? 'invalid file_id' : 'file_id not specified');
    if (file.bytes.length > MAX_DOWNLOAD_BYTES) throw badRequest('file is too big');
    const { id, uniqueId, bytes, path } = file;
    return { result: { file_id: id, file_unique_id: uniqueId, file_size: bytes.length, file_path: path } };
  }),

  getChat: documented((bot, given) => {
    if (!given.has('chat_id')) throw badRequest('chat_id is empty');
    const stored = bot.chats.get(given.integer('chat_id'));
    if (!stored?.known) throw badRequest('chat not found');
    return { result: { ...stored.chat, accent_color_id: 0, max_reaction_count: 11 } };
  }),
};

/** A method built from the public document. Refusals' texts follow the open server, where it writes them. */
function documented(call: Method['call']): Method {
  return { provenance: 'documented', call };
}

function send(bot: Bot, stored: StoredChat, given: Arguments, content: Content): MethodAnswer {
  const markup = readMarkup(given.json('reply_markup', 'reply keyboard markup'));
  const reply = readReply(bot, stored, given);
  const message = bot.chats.add(stored, bot.user, {
    ...content,
    ...reply,
    ...(markup.type === 'inline' ? { reply_markup: markup.keyboard } : {}),
  });
  if (markup.type === 'reply') stored.keyboard = markup.rows;
  if (markup.type === 'remove') stored.keyboard = null;
  return { result: message.current };
}

function edit(bot: Bot, stored: StoredChat, message: StoredMessage, content: Content): MethodAnswer {
  if (sameContent(content, message.content))
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  bot.chats.edit(stored, message, content);
  return { result: message.current };
}

function editable(bot: Bot, given: Arguments): { readonly stored: StoredChat; readonly message: StoredMessage } {
  const stored = bot.chats.writable(given.text('chat_id'));
  const message = bot.chats.find(stored, readMessageId(given));
  if (!message) throw badRequest('message to edit not found');
  if (!message.byBot) throw badRequest("message can't be edited");
  return { stored, message };
}

function readMessageId(given: Arguments): number {
  const id = given.integer('message_id');
  if (id <= 0) throw badRequest('message identifier is not specified');
  return id;
}

function readText(given: Arguments): Content {
  const raw = given.text('text');
  if (!isUnicode(raw)) throw badRequest('strings must be encoded in UTF-8');
  const { text, entities } = parseText(raw, given.text('parse_mode'));
  if (text === '') throw badRequest('message text is empty');
  if (countCharacters(text) > MAX_TEXT) throw badRequest('message is too long');
  return { text, ...(entities.length > 0 ? { entities } : {}) };
}

function readCaption(given: Arguments): Content {
  return captionOf(given.text('caption'), given.text('parse_mode'));
}

function captionOf(raw: string, mode: string): Content {
  const { text, entities } = parseText(raw, mode);
  if (countCharacters(text) > MAX_CAPTION) throw badRequest('message caption is too long');
  if (text === '') return {};
  return { caption: text, ...(entities.length > 0 ? { caption_entities: entities } : {}) };
}

function readKeyboard(given: Arguments): { readonly reply_markup?: InlineKeyboard } {
  const markup = readMarkup(given.json('reply_markup', 'reply keyboard markup'));
  if (markup.type === 'inline') return { reply_markup: markup.keyboard };
  if (markup.type !== 'none') throw badRequest('inline keyboard expected');
  return {};
}

function readReply(bot: Bot, stored: StoredChat, given: Arguments): Content {
  const parameters = given.json('reply_parameters', 'reply parameters');
  if (!isRecord(parameters)) return {};
  const target = bot.chats.find(stored, Number(parameters['message_id']));
  if (target) return { reply_to_message: target.current };
  if (parameters['allow_sending_without_reply'] === true) return {};
  throw badRequest('message to be replied not found');
}

/** A file that was sent along, referred to as `attach://`, or is at the server already. */
function readFile(bot: Bot, given: Arguments, name: string, add: (file: UploadedFile) => StoredFile): StoredFile {
  const upload = given.file(name);
  return upload ? add(upload) : fileFrom(bot, given, given.text(name), name, add);
}

function fileFrom(
  bot: Bot,
  given: Arguments,
  source: string,
  name: string,
  add: (file: UploadedFile) => StoredFile,
): StoredFile {
  if (source === '') throw badRequest(`there is no ${name} in the request`);
  if (source.startsWith('attach://')) {
    const part = given.file(source.slice('attach://'.length));
    if (!part) throw badRequest(`wrong file identifier/HTTP URL specified`);
    return add(part);
  }
  // There is no internet here to fetch a picture from.
  if (/^https?:\/\//i.test(source)) throw badRequest('failed to get HTTP URL content');
  const known = bot.files.get(source);
  if (!known) throw badRequest('wrong file identifier/HTTP URL specified');
  if (name === 'photo' && !known.id.startsWith('AgAC')) throw badRequest("can't use file of type Document as Photo");
  return known;
}

function readMedia(bot: Bot, given: Arguments): Content {
  const value = given.json('media', 'input media');
  if (!isRecord(value))
    throw badRequest(value === undefined ? 'media not found' : "can't parse InputMedia: expected an Object");
  const { type, media: source, caption, parse_mode: mode } = value;
  if (typeof source !== 'string') throw badRequest(`can't parse InputMedia: media not found`);
  const words = captionOf(typeof caption === 'string' ? caption : '', typeof mode === 'string' ? mode : '');
  if (type === 'photo')
    return { photo: [photoSize(fileFrom(bot, given, source, 'photo', (file) => bot.files.addPhoto(file)))], ...words };
  if (type === 'document')
    return {
      document: documentOf(fileFrom(bot, given, source, 'document', (file) => bot.files.addDocument(file))),
      ...words,
    };
  throw badRequest("can't parse InputMedia: type must be one of photo, document");
}

function sameContent(one: Content, other: Content): boolean {
  const { reply_to_message: _one, ...left } = one;
  const { reply_to_message: _other, ...right } = other;
  return isDeepStrictEqual(left, right);
}

function readAllowed(given: Arguments): readonly string[] | undefined {
  const list = given.json('allowed_updates', 'allowed updates');
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : undefined;
}

function readCommands(value: unknown): readonly BotCommand[] {
  if (!Array.isArray(value)) throw badRequest("can't parse commands: expected an Array of BotCommand");
  if (value.length > 100) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  return value.map((one: unknown) => {
    const { command, description } = isRecord(one) ? one : {};
    if (typeof command !== 'string' || !/^\/?[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
    if (typeof description !== 'string' || description.length < 1 || description.length > 256)
      throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
    return { command: command.replace('/', ''), description };
  });
}

function commandKey(given: Arguments): string {
  const language = given.text('language_code');
  if (!/^(?:[a-z]{2})?$/.test(language)) throw badRequest('invalid language code specified');
  const scope = given.json('scope', 'bot command scope');
  return `${language}|${isRecord(scope) ? JSON.stringify(Object.entries(scope).sort(([a], [b]) => a.localeCompare(b))) : '[["type","default"]]'}`;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function isUnicode(text: string): boolean {
  return text.isWellFormed();
}
