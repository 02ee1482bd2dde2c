import { parametersOf } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { BIP32Factory } from 'bip32';
import type { BIP32API } from 'bip32';
import { payments } from 'bitcoinjs-lib';
import * as secp256k1 from 'tiny-secp256k1';

/** Key derivation by BIP32 on libsecp256k1. */
export const bip32: BIP32API = BIP32Factory(secp256k1);

/** The two branches of an account: addresses given away, and change. */
export type Branch = 'receive' | 'change';

/** Which of an account's keys. */
export interface KeyPlace {
  readonly branch: Branch;
  readonly index: number;
}

/** One key of an account, and what it receives with. */
export interface AccountKey extends KeyPlace {
  readonly publicKey: Uint8Array;
  readonly script: Uint8Array;
  readonly address: string;
  /** From the master key on: `m/84'/1'/0'/0/5`. */
  readonly path: string;
}

/** The public half of a BIP84 account: every address of the wallet, and no key that signs. */
export interface Account {
  readonly network: BitcoinNetwork;
  /** The output descriptor (BIP380, BIP389) that names the account. */
  readonly descriptor: string;
  readonly masterFingerprint: Uint8Array;
  /** The path of the account's own key. */
  readonly path: string;
  key(place: KeyPlace): AccountKey;
}

const DESCRIPTOR = /^wpkh\(\[([0-9a-f]{8})((?:\/[0-9]{1,10}[h'])+)\]([1-9A-HJ-NP-Za-km-z]{100,120})\/<0;1>\/\*\)$/;
const branchNumbers: Readonly<Record<Branch, number>> = { receive: 0, change: 1 };
/** The first index that BIP32 counts as hardened. */
const HARDENED = 0x8000_0000;

/**
 * Reads an account descriptor: `wpkh([d34db33f/84h/1h/0h]tpub…/<0;1>/*)`.
 *
 * @throws RangeError when the text has another form, is of another network, or holds a private key. The message never
 *   repeats it.
 */
export function readAccount(descriptor: string, network: BitcoinNetwork): Account {
  const match = DESCRIPTOR.exec(descriptor);
  if (!match) throw new RangeError('descriptor: expected wpkh([fingerprint/84h/…]xpub/<0;1>/*)');
  const [, fingerprint = '', origin = '', extendedKey = ''] = match;
  let node: ReturnType<BIP32API['fromBase58']>;
  try {
    node = bip32.fromBase58(extendedKey, parametersOf(network));
  } catch {
    throw new RangeError('descriptor: the key is not an extended key of this network');
  }
  if (!node.isNeutered()) throw new RangeError('descriptor: holds a private key; give the public one');
  const branches = { receive: node.derive(0), change: node.derive(1) };
  const path = `m${origin.replaceAll('h', "'")}`;
  const known = new Map<string, AccountKey>();
  return {
    network,
    descriptor,
    masterFingerprint: Uint8Array.from(fingerprint.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    path,
    key({ branch, index }) {
      if (!Number.isInteger(index) || index < 0 || index >= HARDENED) throw new RangeError('index: out of range');
      const place = `${branchNumbers[branch]}/${index}`;
      const remembered = known.get(place);
      if (remembered) return remembered;
      const { publicKey } = branches[branch].derive(index);
      const { output, address } = payments.p2wpkh({ pubkey: publicKey, network: parametersOf(network) });
      if (!output || address === undefined) throw new RangeError('key: has no P2WPKH output');
      const key = { branch, index, publicKey, script: output, address, path: `${path}/${place}` };
      known.set(place, key);
      return key;
    },
  };
}

/** Reads the place of a key from its full path; `null` when it is no key of this account. */
export function placeOfPath(account: Account, path: string): KeyPlace | null {
  const normal = path.replaceAll('h', "'");
  if (!normal.startsWith(`${account.path}/`)) return null;
  const match = /^([01])\/(0|[1-9][0-9]{0,9})$/.exec(normal.slice(account.path.length + 1));
  const index = Number(match?.[2]);
  if (!match || index >= HARDENED) return null;
  return { branch: match[1] === '0' ? 'receive' : 'change', index };
}
