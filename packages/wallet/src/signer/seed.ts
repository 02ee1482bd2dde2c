import { fromHex, fromUtf8 } from '@rielrails/kit/offline';
import type { Secret } from '@rielrails/kit/offline';
import { mnemonicToSeedSync, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { armor, Decrypter } from 'age-encryption';

/** The longest file that can hold a seed, encrypted. */
const MAX_BYTES = 16 * 1024;
const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----';

/**
 * Reads a seed as people keep it: 16 to 64 bytes in hexadecimal, or the 12 to 24 English words of BIP39.
 *
 * @throws RangeError that names the rule. The message repeats nothing of it.
 */
export function readSeed(text: string): Uint8Array {
  const trimmed = text.trim().toLowerCase();
  if (/^(?:[0-9a-f]{2}){16,64}$/.test(trimmed)) return fromHex(trimmed);
  const words = trimmed.split(/\s+/);
  if (words.length < 12) throw new RangeError('expected 16 to 64 bytes in hexadecimal, or 12 to 24 words (BIP39)');
  const mnemonic = words.join(' ');
  if (!validateMnemonic(mnemonic, wordlist)) {
    throw new RangeError('the words are not a mnemonic of BIP39: one is wrong, missing, or out of place');
  }
  return mnemonicToSeedSync(mnemonic);
}

/**
 * Opens a seed that was encrypted with a passphrase (`age -p`), and reads it.
 *
 * Takes about a second and 256 MB, on purpose: the passphrase cannot be guessed quickly.
 *
 * @throws RangeError when the file is none of age's, the passphrase is another one, or there is no seed inside.
 */
export async function openSealedSeed(file: Uint8Array, passphrase: Secret): Promise<Uint8Array> {
  if (file.length === 0 || file.length > MAX_BYTES) throw new RangeError('expected a file of age with a seed inside');
  let text: string;
  try {
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase.reveal());
    text = fromUtf8(await decrypter.decrypt(isArmored(file) ? armor.decode(fromUtf8(file)) : file));
  } catch {
    // Whatever went wrong may tell of the passphrase or of the seed.
    throw new RangeError(
      'cannot be opened: it is no file of age made with a passphrase, or the passphrase is another one',
    );
  }
  return readSeed(text);
}

function isArmored(file: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(file.subarray(0, ARMOR.length)) === ARMOR;
}
