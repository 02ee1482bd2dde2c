/**
 * The Telegram Bot API on this machine: a bot's real client talks to it, a test or a page plays the people.
 *
 * @packageDocumentation
 */

export type { ChatEvent } from './chats.ts';
export { createTelegramEmulator } from './emulator.ts';
export type { ChatMessage, ChatView, TelegramEmulator, TelegramEmulatorOptions } from './emulator.ts';
export type { StoredFile } from './files.ts';
export type { People, PersonOptions, Tapped, TelegramGroup, TelegramPerson } from './people.ts';
export type { BotCommand, Chat, InlineButton, Message, MessageEntity, Update, User } from './types.ts';
