/**
 * The objects of the Bot API that the emulator speaks, by the names of the document "Telegram Bot API".
 *
 * Only fields that are written or read here; snake_case because these go over the wire as they are.
 */

/** `User`. */
export interface User {
  readonly id: number;
  readonly is_bot: boolean;
  readonly first_name: string;
  readonly username?: string;
  readonly language_code?: string;
}

/** `Chat`. */
export interface Chat {
  readonly id: number;
  readonly type: 'private' | 'group';
  readonly title?: string;
  readonly first_name?: string;
  readonly username?: string;
}

/** `MessageEntity`. Offset and length count UTF-16 units. */
export interface MessageEntity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
}

/** `PhotoSize`. */
export interface PhotoSize {
  readonly file_id: string;
  readonly file_unique_id: string;
  readonly width: number;
  readonly height: number;
  readonly file_size: number;
}

/** `Document`. */
export interface Document {
  readonly file_id: string;
  readonly file_unique_id: string;
  readonly file_name: string;
  readonly mime_type: string;
  readonly file_size: number;
}

/** `InlineKeyboardButton`, the kinds a bot without a Mini App uses. */
export interface InlineButton {
  readonly text: string;
  readonly callback_data?: string;
  readonly url?: string;
  readonly copy_text?: { readonly text: string };
  readonly pay?: true;
}

/** `InlineKeyboardMarkup`. */
export interface InlineKeyboard {
  readonly inline_keyboard: readonly (readonly InlineButton[])[];
}

/** `Invoice`. */
export interface ShownInvoice {
  readonly title: string;
  readonly description: string;
  readonly start_parameter: string;
  readonly currency: string;
  readonly total_amount: number;
}

/** `SuccessfulPayment`. */
export interface SuccessfulPayment {
  readonly currency: string;
  readonly total_amount: number;
  readonly invoice_payload: string;
  readonly telegram_payment_charge_id: string;
  readonly provider_payment_charge_id: string;
}

/** `Message`. */
export interface Message {
  readonly message_id: number;
  readonly from: User;
  readonly chat: Chat;
  readonly date: number;
  readonly edit_date?: number;
  readonly reply_to_message?: Message;
  readonly text?: string;
  readonly entities?: readonly MessageEntity[];
  readonly caption?: string;
  readonly caption_entities?: readonly MessageEntity[];
  readonly photo?: readonly PhotoSize[];
  readonly document?: Document;
  readonly invoice?: ShownInvoice;
  readonly successful_payment?: SuccessfulPayment;
  readonly reply_markup?: InlineKeyboard;
}

/** `BotCommand`. */
export interface BotCommand {
  readonly command: string;
  readonly description: string;
}

/** `Update`: its id and one field named after its type. */
export type Update = { readonly update_id: number } & { readonly [type: string]: unknown };
