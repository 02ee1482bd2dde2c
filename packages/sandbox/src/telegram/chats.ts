import { InputError } from '@rielrails/core';
import type { Clock, Random } from '@rielrails/kit';
import { badRequest, forbidden } from './errors.ts';
import type { Chat, Message, User } from './types.ts';

/** A chat as the emulator keeps it. */
export interface StoredChat {
  readonly chat: Chat;
  /** Whether the bot knows it: somebody wrote to the bot first. */
  known: boolean;
  blocked: boolean;
  /** Rows of the keyboard under the typing box, if the bot put one there. */
  keyboard: readonly (readonly string[])[] | null;
  readonly messages: StoredMessage[];
}

/** A message with what happened to it. */
export interface StoredMessage {
  /** As it goes over the wire. */
  current: Message;
  /** The part of it that an edit replaces. */
  content: Content;
  readonly byBot: boolean;
  /** Earlier contents, oldest first. */
  readonly earlier: Message[];
  deleted: boolean;
}

/** Something that happened in the chats, for a page or a test to follow. */
export type ChatEvent =
  | { readonly type: 'message' | 'edit' | 'delete'; readonly chatId: number; readonly messageId: number }
  | { readonly type: 'action'; readonly chatId: number; readonly action: string }
  | {
      readonly type: 'callback-answer';
      readonly chatId: number;
      readonly callbackId: string;
      readonly text: string;
      readonly alert: boolean;
    }
  | { readonly type: 'blocked' | 'unblocked' | 'opened'; readonly chatId: number };

/** A tapped button. */
export interface Callback {
  readonly id: string;
  readonly chatId: number;
  readonly createdAt: number;
  answer: { readonly text: string; readonly alert: boolean } | null;
}

/** What was said in every chat of the bot. */
export interface ChatStore {
  readonly bot: User;
  open(chat: Chat): StoredChat;
  get(chatId: number): StoredChat | undefined;
  list(): readonly StoredChat[];
  /** The chat that the bot may write to; the server's own refusal otherwise. */
  writable(chatId: string): StoredChat;
  add(stored: StoredChat, author: User, content: Content): StoredMessage;
  edit(stored: StoredChat, message: StoredMessage, content: Content): void;
  remove(stored: StoredChat, message: StoredMessage): void;
  find(stored: StoredChat, messageId: number): StoredMessage | undefined;
  addCallback(chatId: number): Callback;
  /** Takes a tapped button that still waits for its answer. */
  takeCallback(id: string): Callback;
  emit(event: ChatEvent): void;
  subscribe(listener: (event: ChatEvent) => void): () => void;
}

/** What a message says: everything of it that an edit may replace. */
export type Content = Omit<Message, 'message_id' | 'from' | 'chat' | 'date' | 'edit_date'>;

/** How long a tapped button may be answered. */
export const CALLBACK_LIFETIME_MS = 150_000;

/** An empty store. */
export function createChatStore(options: {
  readonly bot: User;
  readonly clock: Clock;
  readonly random: Random;
}): ChatStore {
  const { bot, clock, random } = options;
  const chats = new Map<number, StoredChat>();
  const callbacks = new Map<string, Callback>();
  const listeners = new Set<(event: ChatEvent) => void>();
  let nextMessageId = 1;
  const seconds = () => Math.floor(clock.now() / 1000);
  const emit = (event: ChatEvent) => {
    for (const listener of listeners) listener(event);
  };
  return {
    bot,
    emit,
    open(chat) {
      if (chats.has(chat.id)) throw new InputError('id', 'unique', 'a chat with this id is open already');
      const stored: StoredChat = { chat, known: false, blocked: false, keyboard: null, messages: [] };
      chats.set(chat.id, stored);
      emit({ type: 'opened', chatId: chat.id });
      return stored;
    },
    get: (chatId) => chats.get(chatId),
    list: () => [...chats.values()],
    writable(chatId) {
      if (chatId === '') throw badRequest('chat_id is empty');
      const stored = chats.get(Number(chatId));
      if (!stored?.known) throw badRequest('chat not found');
      if (stored.blocked) throw forbidden('bot was blocked by the user');
      return stored;
    },
    add(stored, author, content) {
      const { chat } = stored;
      const current: Message = { message_id: nextMessageId, from: author, chat, date: seconds(), ...content };
      nextMessageId += 1;
      const message: StoredMessage = { current, content, byBot: author.id === bot.id, earlier: [], deleted: false };
      stored.messages.push(message);
      emit({ type: 'message', chatId: chat.id, messageId: current.message_id });
      return message;
    },
    edit(stored, message, content) {
      const { message_id, from, chat, date } = message.current;
      message.earlier.push(message.current);
      message.content = content;
      message.current = { message_id, from, chat, date, edit_date: seconds(), ...content };
      emit({ type: 'edit', chatId: stored.chat.id, messageId: message_id });
    },
    remove(stored, message) {
      message.deleted = true;
      emit({ type: 'delete', chatId: stored.chat.id, messageId: message.current.message_id });
    },
    find: (stored, messageId) =>
      stored.messages.find(({ current, deleted }) => current.message_id === messageId && !deleted),
    addCallback(chatId) {
      const id = new DataView(random.bytes(8).buffer).getBigUint64(0).toString();
      const callback: Callback = { id, chatId, createdAt: clock.now(), answer: null };
      callbacks.set(id, callback);
      return callback;
    },
    takeCallback(id) {
      const callback = callbacks.get(id);
      if (!callback || callback.answer || clock.now() - callback.createdAt >= CALLBACK_LIFETIME_MS)
        throw badRequest('query is too old and response timeout expired or query ID is invalid');
      return callback;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
