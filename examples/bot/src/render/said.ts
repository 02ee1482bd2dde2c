import type { InlineKeyboardButton } from 'grammy/types';
import { writeTap } from '../callback-data.ts';
import type { Tap } from '../callback-data.ts';

/** A message: Telegram's HTML, and rows of buttons. */
export interface Said {
  readonly html: string;
  readonly buttons?: Buttons;
}

/** Rows of buttons under a message. */
export type Buttons = readonly (readonly InlineKeyboardButton[])[];

/** A button that comes back as a tap. */
export function button(text: string, tap: Tap): InlineKeyboardButton {
  return { text, callback_data: writeTap(tap) };
}

/** Paragraphs, with an empty line between them; what is empty is left out. */
export function paragraphs(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join('\n\n');
}

/** Lines; what is empty is left out. */
export function lines(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join('\n');
}
