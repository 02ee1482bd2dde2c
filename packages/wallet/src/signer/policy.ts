import { addressOfScript } from '@rielrails/kit/bitcoin';
import { toHex } from '@rielrails/kit/offline';
import { readAccount } from '../account.ts';
import type { Account } from '../account.ts';

/** The limits within which a signer signs. */
export interface SignerPolicy {
  /** The most that one transaction may pay in fees. */
  readonly maximumFeeSats: bigint;
  /** The highest fee rate. */
  readonly maximumSatPerVbyte: number;
  /** The most that leaves to customers within any 60 minutes. */
  readonly maximumSatsPerHour: bigint;
  /** The most that leaves to customers within any 24 hours. */
  readonly maximumSatsPerDay: bigint;
  /**
   * Where a sweep may go beside the account itself: `addr(ADDRESS)`, or an account descriptor of which the first 1,000
   * receiving addresses count.
   */
  readonly ownDescriptors: readonly string[];
}

const LOOK_AHEAD = 1000;

/** Whether a script belongs to one of the operator's own descriptors. */
export function ownsScript(policy: SignerPolicy, { network }: Account): (script: Uint8Array) => boolean {
  const addresses = new Set<string>();
  const accounts: Account[] = [];
  for (const descriptor of policy.ownDescriptors) {
    const address = /^addr\(([0-9A-Za-z]{1,90})\)$/.exec(descriptor)?.[1];
    if (address === undefined) accounts.push(readAccount(descriptor, network));
    else addresses.add(address);
  }
  return (script) => {
    const address = addressOfScript(script, network);
    if (address !== null && addresses.has(address)) return true;
    const wanted = toHex(script);
    return accounts.some((account) => {
      for (let index = 0; index < LOOK_AHEAD; index += 1) {
        if (toHex(account.key({ branch: 'receive', index }).script) === wanted) return true;
      }
      return false;
    });
  };
}
