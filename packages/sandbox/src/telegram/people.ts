import { InputError } from '@rielrails/core';
import type { Clock } from '@rielrails/kit';
import type { PaymentOutcome } from '@rielrails/provider-apay/telegram-emulator';
import type { UploadedFile } from './arguments.ts';
import { CALLBACK_LIFETIME_MS } from './chats.ts';
import type { ChatStore, StoredChat, StoredMessage } from './chats.ts';
import { countCharacters, detectEntities } from './entities.ts';
import { TelegramError } from './errors.ts';
import { documentOf, photoSize } from './files.ts';
import type { FileStore, StoredFile } from './files.ts';
import type { Invoices } from './invoices.ts';
import type { Chat, InlineButton, Message, User } from './types.ts';
import type { NewUpdate } from './updates.ts';

/** Who opens a private chat with the bot. */
export interface PersonOptions {
  readonly id: number;
  readonly firstName: string;
  /** The language of the app: `km`, `en`. */
  readonly languageCode: string;
  readonly username?: string;
}

/** What a tap did. */
export type Tapped =
  | { readonly type: 'callback'; readonly callbackId: string }
  | { readonly type: 'link'; readonly url: string }
  | { readonly type: 'copied'; readonly text: string }
  | { readonly type: 'invoice'; readonly slug: string };

/** A person with a phone. Every action gives the id of the message that came of it. */
export interface TelegramPerson {
  readonly user: User;
  sendText(text: string): number;
  sendPhoto(bytes: Uint8Array, caption?: string): number;
  sendDocument(file: { readonly name: string; readonly type: string; readonly bytes: Uint8Array }): number;
  /**
   * Taps a button under one of the bot's messages, by its text or by its callback data.
   *
   * @throws InputError when the message shows no such button now.
   */
  tap(messageId: number, button: string): Tapped;
  /**
   * Opens an invoice by the end of its link, or by what a Pay button gave, and pays it. Whoever has a link may, and again.
   *
   * `leave`: this person goes after the bot said yes and before the charge.
   */
  payInvoice(slug: string, how?: { readonly leave?: boolean }): Promise<PaymentOutcome>;
  /** The bot's calls to this chat get 403 from now on. */
  block(): void;
  unblock(): void;
}

/** A group with the bot in it. */
export interface TelegramGroup {
  readonly chat: Chat;
  /** Says something in the group. The bot hears commands, mentions and replies only: privacy mode is on. */
  sendText(person: TelegramPerson, text: string): number;
}

/** What the people's side works on. */
export interface People {
  openChat(options: PersonOptions): TelegramPerson;
  openGroup(options: { readonly id: number; readonly title: string }): TelegramGroup;
  person(chatId: number): TelegramPerson | undefined;
}

const MESSAGE_LIFETIME_MS = 24 * 60 * 60 * 1000;
const MAX_TEXT = 4096;
const MAX_ID = 2 ** 52;

/** Makes the people's side of the chats. */
export function createPeople(options: {
  readonly chats: ChatStore;
  readonly files: FileStore;
  readonly invoices: Invoices;
  readonly clock: Clock;
  readonly push: (update: NewUpdate) => void;
}): People {
  const { chats, files, invoices, clock, push } = options;
  const people = new Map<number, TelegramPerson>();

  function say(stored: StoredChat, author: User, content: Partial<Message>): StoredMessage {
    stored.known = true;
    return chats.add(stored, author, content);
  }

  function deliver({ current }: StoredMessage): void {
    push({
      type: 'message',
      payload: current,
      lifetimeMs: MESSAGE_LIFETIME_MS,
      queue: `chat:${current.chat.id}`,
    });
  }

  function membership(stored: StoredChat, user: User, was: string, is: string): void {
    const at = (status: string) => ({ user: chats.bot, status, ...(status === 'kicked' ? { until_date: 0 } : {}) });
    push({
      type: 'my_chat_member',
      payload: {
        chat: stored.chat,
        from: user,
        date: Math.floor(clock.now() / 1000),
        old_chat_member: at(was),
        new_chat_member: at(is),
      },
      lifetimeMs: MESSAGE_LIFETIME_MS,
      queue: `chat:${stored.chat.id}`,
    });
  }

  function createPerson(stored: StoredChat, user: User): TelegramPerson {
    const send = (content: Partial<Message>) => {
      if (stored.blocked) throw new InputError('chat', 'blocked', 'the bot is blocked; unblock it first');
      const message = say(stored, user, content);
      deliver(message);
      return message.current.message_id;
    };
    return {
      user,
      sendText: (text) => send(spoken(text)),
      sendPhoto(bytes, caption) {
        const photo = attach('picture', () => files.addPhoto(asFile('photo.jpg', 'image/jpeg', bytes)));
        return send({ photo: [photoSize(photo)], ...(caption ? { caption } : {}) });
      },
      sendDocument: ({ name, type, bytes }) =>
        send({ document: documentOf(attach('file', () => files.addDocument(asFile(name, type, bytes)))) }),
      tap(messageId, button) {
        if (stored.blocked) throw new InputError('chat', 'blocked', 'the bot is blocked; unblock it first');
        const message = chats.find(stored, messageId);
        if (!message) throw new InputError('messageId', 'known', 'no such message in this chat');
        const found = findButton(message.current, button);
        if (found.url !== undefined) return { type: 'link', url: found.url };
        const slug = found.pay ? invoices.slugOf(message.current) : undefined;
        if (slug !== undefined) return { type: 'invoice', slug };
        if (found.copy_text) return { type: 'copied', text: found.copy_text.text };
        const callback = chats.addCallback(stored.chat.id);
        push({
          type: 'callback_query',
          payload: {
            id: callback.id,
            from: user,
            message: message.current,
            chat_instance: (BigInt(user.id) * 7919n).toString(),
            data: found.callback_data,
          },
          lifetimeMs: CALLBACK_LIFETIME_MS,
          queue: `callback:${user.id}`,
        });
        return { type: 'callback', callbackId: callback.id };
      },
      payInvoice: (slug, how) => invoices.pay(slug, user, how),
      block() {
        if (stored.blocked) return;
        stored.blocked = true;
        membership(stored, user, 'member', 'kicked');
        chats.emit({ type: 'blocked', chatId: stored.chat.id });
      },
      unblock() {
        if (!stored.blocked) return;
        stored.blocked = false;
        membership(stored, user, 'kicked', 'member');
        chats.emit({ type: 'unblocked', chatId: stored.chat.id });
      },
    };
  }

  return {
    openChat({ id, firstName, languageCode, username }) {
      if (!Number.isSafeInteger(id) || id <= 0 || id >= MAX_ID)
        throw new InputError('id', 'range', 'expected a whole number of at most 52 bits');
      const name = { first_name: firstName, ...(username === undefined ? {} : { username }) };
      const stored = chats.open({ id, type: 'private', ...name });
      const person = createPerson(stored, { id, is_bot: false, ...name, language_code: languageCode });
      people.set(id, person);
      return person;
    },
    openGroup({ id, title }) {
      if (!Number.isSafeInteger(id) || id >= 0) throw new InputError('id', 'negative', 'ids of groups are below zero');
      const stored = chats.open({ id, type: 'group', title });
      return {
        chat: stored.chat,
        sendText(person, text) {
          const message = say(stored, person.user, spoken(text));
          const mention = `@${chats.bot.username ?? ''}`;
          if (text.startsWith('/') || text.includes(mention)) deliver(message);
          return message.current.message_id;
        },
      };
    },
    person: (chatId) => people.get(chatId),
  };
}

function spoken(text: string): Partial<Message> {
  const trimmed = text.trim();
  if (trimmed === '') throw new InputError('text', 'not-empty', 'a message needs a text');
  if (countCharacters(trimmed) > MAX_TEXT) throw new InputError('text', 'length', 'at most 4096 characters');
  const entities = detectEntities(trimmed);
  return { text: trimmed, ...(entities.length > 0 ? { entities } : {}) };
}

function findButton(message: Message, wanted: string): InlineButton {
  const buttons = message.reply_markup?.inline_keyboard.flat() ?? [];
  const found = buttons.find((one) => one.callback_data === wanted) ?? buttons.find((one) => one.text === wanted);
  if (!found) throw new InputError('button', 'shown', 'the message shows no such button');
  return found;
}

/** Adds a file as the app does, which refuses on the phone what the server would refuse. */
function attach(rule: 'picture' | 'file', add: () => StoredFile): StoredFile {
  try {
    return add();
  } catch (error) {
    if (!(error instanceof TelegramError)) throw error;
    const wanted = rule === 'picture' ? 'a PNG or JPEG picture of at most 10 MB' : 'a file of 1 byte to 50 MB';
    throw new InputError('bytes', rule, `expected ${wanted}`, { cause: error });
  }
}

function asFile(name: string, type: string, bytes: Uint8Array): UploadedFile {
  return { name, type, bytes: new Uint8Array(bytes) };
}
