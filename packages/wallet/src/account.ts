import { toHex } from '@rielrails/kit/offline';
import { addressOfScript } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import type { AccountScript } from './account-script.ts';
import { createDeriver } from './descriptor/derive.ts';
import type { DerivedKey, DerivedOutput } from './descriptor/derive.ts';
import { branchCount, keysOf } from './descriptor/descriptor.ts';
import type { Descriptor, DescriptorKey } from './descriptor/descriptor.ts';
import { DescriptorError } from './descriptor/descriptor-error.ts';
import { readDescriptor } from './descriptor/read-descriptor.ts';
import { writeDescriptor } from './descriptor/write-descriptor.ts';

/** The two branches of an account: addresses given away, and change. */
export type Branch = 'receive' | 'change';

/** Which of an account's addresses. */
export interface KeyPlace {
  readonly branch: Branch;
  readonly index: number;
}

/** One address of an account: what receives there, and the keys that open it. */
export interface AccountKey extends KeyPlace, DerivedOutput {
  readonly address: string;
}

/** An extended public key of an account. */
export type AccountRoot = Extract<DescriptorKey, { readonly type: 'extended' }>;

/** The public half of an account: every address of the wallet, and no key that signs. */
export interface Account {
  readonly network: BitcoinNetwork;
  /** What locks its coins. */
  readonly script: AccountScript;
  /** The output descriptor (BIP380, BIP389) that names the account, with its checksum; the same for the same account. */
  readonly descriptor: string;
  /** One, or those who sign together. */
  readonly roots: readonly AccountRoot[];
  /**
   * An address of the account.
   *
   * @throws RangeError when the index is not a whole number below 2^31.
   */
  key(place: KeyPlace): AccountKey;
}

const branchNumbers: Readonly<Record<Branch, number>> = { receive: 0, change: 1 };
const BRANCHES: readonly Branch[] = ['receive', 'change'];
/** The first index that BIP32 counts as hardened. */
const HARDENED = 0x8000_0000;

/**
 * Reads an account descriptor: `wpkh([d34db33f/84h/1h/0h]tpub…/<0;1>/*)`, `tr(…)` alike, or
 * `wsh(sortedmulti(2,KEY,KEY,KEY))`. A checksum that is there must be right.
 *
 * @throws DescriptorError when the text has another form, is of another network, or holds a private key. The message
 *   names place, rule and remedy, and never repeats the text.
 */
export function readAccount(text: string, network: BitcoinNetwork): Account {
  return accountOf(readDescriptor(text, { network }), network);
}

/**
 * The account that a descriptor names.
 *
 * @throws DescriptorError when its keys do not all end in two branches and `*`.
 */
export function accountOf(descriptor: Descriptor, network: BitcoinNetwork): Account {
  const roots = keysOf(descriptor).map((key): AccountRoot => {
    if (key.type === 'single' || !key.ranged || key.steps.length !== 1 || branchCount(key) !== 2) {
      throw new DescriptorError('branches', null);
    }
    return key;
  });
  const derive = createDeriver(descriptor, network);
  const known = new Map<string, AccountKey>();
  return {
    network,
    script: scriptOf(descriptor),
    descriptor: writeDescriptor(descriptor),
    roots,
    key({ branch, index }) {
      if (!Number.isInteger(index) || index < 0 || index >= HARDENED) throw new RangeError('index: out of range');
      const place = `${branch}/${index}`;
      const remembered = known.get(place);
      if (remembered) return remembered;
      const output = derive({ branch: branchNumbers[branch], index });
      const address = addressOfScript(output.script, network);
      if (address === null) throw new RangeError('key: has no address');
      const key = { branch, index, address, ...output };
      known.set(place, key);
      return key;
    },
  };
}

/** The step below a root that leads to a branch. */
export function branchNumber({ steps: [branches] }: AccountRoot, branch: Branch): number {
  const number = typeof branches === 'object' ? branches[branchNumbers[branch]] : undefined;
  if (number === undefined) throw new DescriptorError('branches', null);
  return number;
}

function scriptOf(descriptor: Descriptor): AccountScript {
  switch (descriptor.type) {
    case 'wpkh':
      return { type: 'p2wpkh' };
    case 'tr':
      return { type: 'p2tr' };
    case 'wsh':
      return { type: 'p2wsh', threshold: descriptor.threshold, keyCount: descriptor.keys.length };
  }
}

/** What somebody says about a key of an output: its master key, and the path from there. */
export type KeyClaim = Pick<DerivedKey, 'masterFingerprint' | 'path' | 'publicKey'>;

/**
 * The place of an output script in this account, if everything that is claimed about its keys holds: they are derived
 * again and compared. `null` when it is no output of ours, or a claim is wrong, or nothing is claimed.
 */
export function placeOfClaims(account: Account, claims: readonly KeyClaim[], script: Uint8Array): KeyPlace | null {
  const [first] = claims;
  const match = /\/(0|[1-9][0-9]{0,9})$/.exec(first?.path ?? '');
  const index = Number(match?.[1] ?? HARDENED);
  if (index >= HARDENED) return null;
  for (const branch of BRANCHES) {
    const key = account.key({ branch, index });
    const holds =
      toHex(key.script) === toHex(script) && claims.every((claim) => key.keys.some((own) => isSame(own, claim)));
    if (holds) return { branch, index };
  }
  return null;
}

/** In a taproot output keys are told without their first byte. */
function isSame(own: DerivedKey, claim: KeyClaim): boolean {
  const publicKey = own.publicKey.subarray(own.publicKey.length - claim.publicKey.length);
  return (
    own.path === claim.path &&
    toHex(own.masterFingerprint) === toHex(claim.masterFingerprint) &&
    claim.publicKey.length >= 32 &&
    toHex(publicKey) === toHex(claim.publicKey)
  );
}
