import type { WalletEvent } from './stream.ts';

/** What one payment cost, and what it was made of. */
export interface Bill {
  readonly feeSats: bigint;
  readonly vsize: number;
  readonly inputs: number;
  readonly hasChange: boolean;
  /** By how much the real weight is above the one that was reckoned with. */
  readonly weightBelowReal: number;
}

/** A wallet that lives through a stream. Every payment is confirmed before the next one. */
export interface WalletUnderTest {
  receive(amounts: readonly bigint[]): Promise<void>;
  pay(payment: Extract<WalletEvent, { readonly type: 'pay' }>): Promise<Bill>;
  /** What it costs to send everything that is left away, at this rate. */
  emptyingSats(milliRate: bigint): Promise<bigint>;
  coinCount(): Promise<number>;
}

/** What a whole stream cost. */
export interface Account {
  readonly payments: number;
  readonly feesSats: bigint;
  readonly emptyingSats: bigint;
  /** Fees paid, and what emptying would cost: now and later. */
  readonly totalSats: bigint;
  readonly meanInputs: number;
  readonly changeless: number;
  readonly coinsLeft: number;
  /** The largest distance of a fee rate from the one that was asked, where there is change; in per cent. */
  readonly mostRateErrorPercent: number;
  /** Payments whose rate is below the one that was asked. */
  readonly belowRate: number;
  /** Payments whose real weight is above the one that was reckoned with. */
  readonly sizeBelowReal: number;
}

/** What Bitcoin Core takes for an ordinary day, at which the rest is sent away in the end. */
const EMPTYING_RATE_MILLI = 10_000n;

/** Lets a wallet live through a stream. */
export async function live(wallet: WalletUnderTest, stream: readonly WalletEvent[], endAt: number): Promise<Account> {
  const bills: Bill[] = [];
  let feesSats = 0n;
  let arriving: bigint[] = [];
  let [worst, belowRate] = [0, 0];
  for (const event of stream) {
    if (performance.now() >= endAt) break;
    if (event.type === 'receive') {
      arriving.push(event.sats);
      continue;
    }
    await wallet.receive(arriving);
    arriving = [];
    const bill = await wallet.pay(event);
    bills.push(bill);
    feesSats += bill.feeSats;
    const error = Number(bill.feeSats * 1000n) / bill.vsize / Number(event.milliRate) - 1;
    if (error < 0) belowRate += 1;
    if (bill.hasChange) worst = Math.max(worst, Math.abs(error));
  }
  const emptyingSats = await wallet.emptyingSats(EMPTYING_RATE_MILLI);
  return {
    payments: bills.length,
    feesSats,
    emptyingSats,
    totalSats: feesSats + emptyingSats,
    meanInputs: bills.reduce((sum, { inputs }) => sum + inputs, 0) / bills.length,
    changeless: bills.filter(({ hasChange }) => !hasChange).length,
    coinsLeft: await wallet.coinCount(),
    mostRateErrorPercent: worst * 100,
    belowRate,
    sizeBelowReal: bills.filter(({ weightBelowReal }) => weightBelowReal > 0).length,
  };
}
