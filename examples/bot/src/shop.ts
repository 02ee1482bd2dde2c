import type { Asset, NonEmpty } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import type { ChatRef, Language, Orders, OrderView, Terms } from '@rielrails/orders';
import type { Api } from 'grammy';
import type { AddressOfAccount } from './account-key.ts';
import type { Said } from './render/said.ts';

/** The channel under which the engine knows this bot's chats. */
export const CHANNEL = 'telegram';

/** What every command works with. */
export interface Shop {
  readonly orders: Orders;
  readonly api: Api;
  readonly runtime: Runtime;
  /** Who sells, as pictures say it. */
  readonly name: string;
  readonly sandbox: boolean;
  /** Where people write for help: `@name` or an address. */
  readonly support: string;
  /** What may be paid in. The first is meant where somebody asks for bitcoin. */
  readonly payAssets: NonEmpty<Asset>;
  /** Amounts to tap, as somebody would type them: `40000 khr`. */
  readonly quickAmounts: readonly string[];
  readonly terms: Terms;
  /** Our page with the form of a card company, for the buyer of an order that is paid by one; else `null`. */
  payPage(chat: ChatRef, order: OrderView): string | null;
  /** The address of one order out of a buyer's account. */
  readonly addressOfAccount: AddressOfAccount;
  /** Reads a file that somebody sent, up to a size; `null` when it is larger. */
  download(fileId: string, maxBytes: number): Promise<Uint8Array | null>;
}

/** One turn of a conversation: something came in from a private chat. */
export interface Talk {
  readonly shop: Shop;
  readonly chat: ChatRef;
  readonly language: Language;
  reply(said: Said): Promise<void>;
  /** Replaces the text message whose button was tapped; sends a new one where that is not possible. */
  replace(said: Said): Promise<void>;
  /** Sends a file. */
  send(file: { readonly name: string; readonly bytes: Uint8Array; readonly caption: string }): Promise<void>;
  sendPhoto(photo: { readonly bytes: Uint8Array; readonly caption: string }): Promise<void>;
}

/** A command or a tap, answered. */
export type Command = (talk: Talk, argument: string) => Promise<void>;
