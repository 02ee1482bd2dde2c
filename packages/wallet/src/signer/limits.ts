import type { Account } from '../account.ts';
import { transactionWeight } from '../size.ts';
import type { Transaction } from 'bitcoinjs-lib';
import { transactionGiven } from './judge.ts';
import type { SignerLog } from './log.ts';
import type { SignerPolicy } from './policy.ts';
import type { GivenLogEntry, SignRequest } from './protocol.ts';
import type { ReadPsbt } from './read-psbt.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What leaves with one transaction, in satoshi. */
interface Leaving {
  readonly toCustomers: bigint;
  readonly toMiners: bigint;
}

/**
 * Whether one transaction more would let too much leave within an hour or a day: to customers, or to miners. Whoever
 * may ask for signatures could otherwise burn the coins, each time within the cap of one fee.
 *
 * The fees of all versions count, although one of them is paid.
 */
export function isTooFast(next: Leaving, policy: SignerPolicy, log: SignerLog, clockMs: number): boolean {
  const now = Math.max(clockMs, log.entries.at(-1)?.atMs ?? 0);
  const hour: Leaving[] = [];
  const day: Leaving[] = [];
  const counted = new Set<string>();
  // Newest first: time never runs backwards in the log.
  for (const entry of log.entries.toReversed()) {
    if (entry.atMs <= now - DAY_MS) break;
    if (entry.type === 'init' || entry.type === 'anchor-released') continue;
    // Handed out, then signed: it leaves once.
    if (counted.has(entry.txid)) continue;
    counted.add(entry.txid);
    const leaving = {
      toCustomers: entry.purpose === 'deliver' ? BigInt(entry.amountSats) : 0n,
      toMiners: BigInt(entry.feeSats),
    };
    day.push(leaving);
    if (entry.atMs > now - HOUR_MS) hour.push(leaving);
  }
  return isAbove(policy.maximumSatsPerHour, next, hour) || isAbove(policy.maximumSatsPerDay, next, day);
}

/** What does not grow is not held against it: a full day of deliveries does not keep their fees from being raised. */
function isAbove(most: bigint, next: Leaving, before: readonly Leaving[]): boolean {
  return (['toCustomers', 'toMiners'] as const).some(
    (part) => next[part] > 0n && before.reduce((sum, one) => sum + one[part], next[part]) > most,
  );
}

/** A transaction's fee and size. */
export interface FeeAndSize {
  readonly feeSats: bigint;
  readonly vsize: number;
}

/** The fee and size of a signed transaction; while signatures are missing, of one whose signatures are the longest. */
export function measure(read: ReadPsbt, signed: Transaction | null, { script }: Account): FeeAndSize {
  const lengths = read.outputs.map((output) => output.script.length);
  const vsize = signed?.virtualSize() ?? Math.ceil(transactionWeight(read.inputs.length, lengths, script) / 4);
  return { feeSats: read.feeSats, vsize };
}

/**
 * Whether the fee rate is above its cap. A child pays for the transactions that it helps: the rate of them together
 * counts.
 */
export function isRateTooHigh(
  purpose: SignRequest['purpose'],
  own: FeeAndSize,
  parents: readonly GivenLogEntry[],
  { maximumSatPerVbyte }: SignerPolicy,
): boolean {
  const parts = purpose === 'child' ? [own, ...parents.map(measureGiven)] : [own];
  const feeSats = parts.reduce((sum, part) => sum + part.feeSats, 0n);
  const vsize = parts.reduce((sum, part) => sum + part.vsize, 0);
  // Compared as a product of whole numbers: the rate itself would be a float.
  return feeSats * 1000n > BigInt(vsize) * BigInt(Math.floor(maximumSatPerVbyte * 1000));
}

function measureGiven(entry: GivenLogEntry): FeeAndSize {
  return { feeSats: BigInt(entry.feeSats), vsize: transactionGiven(entry).virtualSize() };
}
