import { fromText, ONE } from '../venue-emulator/decimal-text.ts';
import { invalidArguments, Refused } from './refused.ts';

/** The one pair, as `AssetPairs` shows it. Its numbers are those of the documents' example for XBT/USD. */
export const pair = {
  altname: 'XBTUSDT',
  wsname: 'XBT/USDT',
  aclass_base: 'currency',
  base: 'XXBT',
  aclass_quote: 'currency',
  quote: 'USDT',
  lot: 'unit',
  cost_decimals: 5,
  pair_decimals: 1,
  lot_decimals: 8,
  lot_multiplier: 1,
  leverage_buy: [],
  leverage_sell: [],
  fees: [
    [0, 0.4],
    [10_000, 0.35],
  ],
  fees_maker: [
    [0, 0.25],
    [10_000, 0.2],
  ],
  fee_volume_currency: 'ZUSD',
  margin_call: 80,
  margin_stop: 40,
  ordermin: '0.00005',
  costmin: '0.5',
  tick_size: '0.1',
} as const;

/** The smallest difference between two prices. */
export const tickSize: bigint = fromText(pair.tick_size);

/** What costs and fees are rounded to. */
export const costUnit: bigint = 10n ** BigInt(8 - pair.cost_decimals);

/** What this quantity costs. Assumed: rounded up. */
export function costOf(price: bigint, quantity: bigint): bigint {
  return roundUp((price * quantity + ONE - 1n) / ONE);
}

/** What is charged for this cost. Assumed: rounded up. */
export function feeOf(cost: bigint, basisPoints: number): bigint {
  return roundUp((cost * BigInt(basisPoints) + 9_999n) / 10_000n);
}

/** Refuses what the rules of the pair refuse. */
export function assertRules({ price, quantity }: { readonly price: bigint; readonly quantity: bigint }): void {
  const decimals = 10n ** BigInt(8 - pair.pair_decimals);
  if (price % decimals !== 0n)
    throw new Refused(
      `EOrder:Invalid price:${pair.altname} price can only be specified up to ${pair.pair_decimals} decimals.`,
    );
  if (price % tickSize !== 0n) throw new Refused('EOrder:Tick size check failed');
  if (price === 0n) throw invalidArguments('price');
  if (quantity < fromText(pair.ordermin)) throw new Refused('EOrder:Order minimum not met');
  if (costOf(price, quantity) < fromText(pair.costmin)) throw new Refused('EOrder:Cost minimum not met');
}

function roundUp(amount: bigint): bigint {
  return ((amount + costUnit - 1n) / costUnit) * costUnit;
}
