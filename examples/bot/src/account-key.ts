import { InputError } from '@rielrails/core';
import { deliveryAddress, DescriptorError, readBuyerAccount } from '@rielrails/wallet';
import type { WalletStore } from '@rielrails/wallet';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import type { Reference } from '@rielrails/core';
import { wordlist } from '@scure/bip39/wordlists/english.js';

/** The address that one order gets of a buyer's account. */
export interface AccountAddress {
  readonly address: string;
  /** Which one of the account it is, counted from 0, as wallets do. */
  readonly index: number;
}

/** Gives an order its address of the account that a text describes: the same order the same one, no two orders one. */
export type AddressOfAccount = (text: string, order: Reference) => Promise<AccountAddress>;

const BASE58 = '[1-9A-HJ-NP-Za-km-z]';
const account = new RegExp(`^(?:[a-zA-Z]pub${BASE58}{60,}|[a-z]{2,12}\\([\\s\\S]{50,})(?:\\s+\\d{1,9})?$`);
/** Extended keys of every letter, and keys in the wallets' import format. */
const privateKeys = new RegExp(`[a-zA-Z]prv${BASE58}{60,}|(?<![0-9A-Za-z])[59KLc]${BASE58}{50,51}(?![0-9A-Za-z])`, 'g');
/** So many short words in a row may be recovery words. */
const shortWords = /(?<!\S)(?:[a-z]{3,8}\s+){11,23}[a-z]{3,8}(?!\S)/gi;
const recoveryWords: ReadonlySet<string> = new Set(wordlist);
/** What stands where a private key stood. No address and no amount looks like it. */
const REMOVED = '⟨private key⟩';

/** Whether a text is meant as an account: an extended key or a descriptor, perhaps with the number of its first free address. */
export function looksLikeAccount(text: string): boolean {
  return account.test(text);
}

/** Whether somebody sent what spends their coins, as they typed it or as it was stored. */
export function holdsPrivateKey(text: string): boolean {
  return text.includes(REMOVED) || withoutPrivateKeys(text) !== text;
}

/** The same text with nothing in it that spends coins: what is stored and logged must not hold it. */
export function withoutPrivateKeys(text: string): string {
  return text
    .replace(privateKeys, REMOVED)
    .replace(shortWords, (found) => (areRecoveryWords(found.toLowerCase().split(/\s+/)) ? REMOVED : found));
}

/** One of them may be mistyped. Plain sentences have more words that are not on that list of common ones. */
function areRecoveryWords(words: readonly string[]): boolean {
  return words.filter((word) => !recoveryWords.has(word)).length <= 1;
}

/** The refusal of whatever spends coins. */
export function privateKeyRefused(): InputError {
  return new InputError('account', 'private-key', 'is a private key, which nobody here may see');
}

/**
 * Makes what finds the address of an order. The account itself is not kept, only which of its addresses were given.
 *
 * @throws InputError `account` that names the rule; it never repeats the text.
 */
export function createAddressOfAccount(
  store: Pick<WalletStore, 'takeDeliveryIndex'>,
  network: BitcoinNetwork,
): AddressOfAccount {
  return async (text, reference) => {
    const [, described = text, first] = /^([\s\S]*?)(?:\s+(\d{1,9}))?$/.exec(text.trim()) ?? [];
    try {
      const { address, index } = await deliveryAddress({ store }, readBuyerAccount(described, { network }), {
        reference,
        ...(first === undefined ? {} : { firstIndex: Number(first) }),
      });
      return { address: address.text, index };
    } catch (error) {
      if (!(error instanceof DescriptorError)) throw error;
      throw new InputError('account', said[error.rule] ?? 'unreadable', error.message);
    }
  };
}

/** What a buyer can do about a rule; all others are the same to them: copy it again. */
const said: Readonly<Record<string, string>> = {
  'private-key': 'private-key',
  'other-network': 'other-network',
  'which-script': 'which-script',
  'key-prefix': 'which-script',
  'unsupported-function': 'which-script',
  'checksum-missing': 'checksum',
  'checksum-form': 'checksum',
  checksum: 'checksum',
  ranged: 'ranged',
};
