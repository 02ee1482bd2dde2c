import { toHex } from '@rielrails/kit/offline';
import { addressOfScript, scriptOfAddress } from '@rielrails/kit/bitcoin';
import { readAccount } from '../account.ts';
import type { Account } from '../account.ts';
import { checkedBody } from '../descriptor/checksum.ts';
import type { WorkRule } from './block-proof.ts';
import { readOperatorKey } from './release.ts';

/** Somebody who may approve that an anchor is released. */
export interface Operator {
  readonly name: string;
  /** Ed25519: base64 of its DER form (SPKI). */
  readonly publicKey: string;
}

/** Who may release an anchor, and what the chain must show before. */
export interface ReleaseRule extends WorkRule {
  /** Two of them must agree. */
  readonly operators: readonly Operator[];
}

/** The limits within which a signer signs. */
export interface SignerPolicy {
  /** The most that one transaction may pay in fees. */
  readonly maximumFeeSats: bigint;
  /** The highest fee rate; of a child, together with what it helps. */
  readonly maximumSatPerVbyte: number;
  /** The most that leaves to customers within any 60 minutes; and the most that miners may get beside it. */
  readonly maximumSatsPerHour: bigint;
  /** The most that leaves to customers within any 24 hours; and the most that miners may get beside it. */
  readonly maximumSatsPerDay: bigint;
  /**
   * Where a sweep or a child may go beside the account itself: `addr(ADDRESS)`, or an account descriptor of which the
   * first 1,000 receiving addresses count. A checksum that is there must be right.
   */
  readonly ownDescriptors: readonly string[];
  /** Absent: an anchor is never released. */
  readonly release?: ReleaseRule;
}

const LOOK_AHEAD = 1000;

/**
 * Checks what of a policy can be wrong in itself.
 *
 * @throws RangeError that names the field and the rule.
 */
export function assertPolicy({ release }: SignerPolicy, { network }: Account): void {
  if (!release) return;
  const { operators, minimumDifficulty } = release;
  const keys = new Set(operators.map(({ publicKey }) => toHex(readOperatorKey(publicKey).export(SPKI))));
  const names = new Set(operators.map(({ name }) => name));
  if (keys.size < 2 || keys.size !== operators.length || names.size !== operators.length) {
    throw new RangeError('policy.release.operators: expected at least two, each with a name and a key of their own');
  }
  if (minimumDifficulty === 0n && network !== 'regtest') {
    throw new RangeError('policy.release.minimumDifficulty: 0 is for regtest only; take some share of today’s');
  }
}

const SPKI = { format: 'der', type: 'spki' } as const;

/**
 * Whether a script belongs to one of the operator's own descriptors.
 *
 * @throws RangeError when a descriptor cannot be read or an address is not of this network.
 */
export function ownsScript(policy: SignerPolicy, { network }: Account): (script: Uint8Array) => boolean {
  const addresses = new Set<string>();
  const accounts: Account[] = [];
  for (const descriptor of policy.ownDescriptors) {
    const address = /^addr\(([0-9A-Za-z]{1,90})\)$/.exec(checkedBody(descriptor, 'optional'))?.[1];
    if (address === undefined) accounts.push(readAccount(descriptor, network));
    else addresses.add(toHex(scriptOfAddress(address, network)));
  }
  return (script) => {
    const wanted = toHex(script);
    if (addresses.has(wanted)) return true;
    if (addressOfScript(script, network) === null) return false;
    return accounts.some((account) => {
      for (let index = 0; index < LOOK_AHEAD; index += 1) {
        if (toHex(account.key({ branch: 'receive', index }).script) === wanted) return true;
      }
      return false;
    });
  };
}
