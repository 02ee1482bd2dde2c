/**
 * A unit of account.
 *
 * A token's network is part of its code (`USDT@tron`), so that two networks' tokens are two types. `scale` counts the
 * decimal places of the minor unit: KHR 0, USD 2, BTC 8.
 */
export interface Asset<C extends string = string> {
  readonly code: C;
  readonly scale: number;
}

/** An exact amount in minor units: riel, cents, satoshi. Travels as {@link MoneyJson}. */
export interface Money<C extends string = string> {
  readonly asset: Asset<C>;
  readonly minor: bigint;
}

/** Where the part below one minor unit goes. Mandatory wherever it can arise; there is no default. */
export type Rounding = 'down' | 'up' | 'half-even';

/**
 * A price as two equal amounts: `base` is worth `quote`. Exact, without decimals.
 *
 * One bitcoin at 97,000.12 dollars: `{ base: 1_0000_0000 sat, quote: 9_700_012 cents }`.
 */
export interface Rate<B extends string = string, Q extends string = string> {
  readonly base: Money<B>;
  readonly quote: Money<Q>;
}

/** An amount of `asset` in minor units. */
export function money<C extends string>(asset: Asset<C>, minor: bigint): Money<C> {
  return { asset, minor };
}

/**
 * The sum of two amounts of one asset.
 *
 * Different assets do not compile. Where the asset is known at run time only (`Money<string>`), different assets throw.
 *
 * @throws RangeError when code or scale differ.
 */
export function add<C extends string>(left: Money<C>, right: Money<NoInfer<C>>): Money<C> {
  assertSameAsset(left.asset, right.asset);
  return { asset: left.asset, minor: left.minor + right.minor };
}

/**
 * What is left of `left` after `right`; below zero when `right` is larger.
 *
 * @throws RangeError when code or scale differ.
 */
export function subtract<C extends string>(left: Money<C>, right: Money<NoInfer<C>>): Money<C> {
  assertSameAsset(left.asset, right.asset);
  return { asset: left.asset, minor: left.minor - right.minor };
}

/**
 * Orders two amounts of one asset: negative, zero or positive, as for `Array.sort`.
 *
 * @throws RangeError when code or scale differ.
 */
export function compare<C extends string>(left: Money<C>, right: Money<NoInfer<C>>): -1 | 0 | 1 {
  assertSameAsset(left.asset, right.asset);
  return left.minor < right.minor ? -1 : left.minor > right.minor ? 1 : 0;
}

/** Whether two amounts agree in asset and size. Different assets are unequal, not an error. */
export function sameMoney(left: Money, right: Money): boolean {
  return left.asset.code === right.asset.code && left.asset.scale === right.asset.scale && left.minor === right.minor;
}

/**
 * `basisPoints` hundredths of a percent of an amount.
 *
 * @param basisPoints - 0 to 10,000.
 * @throws RangeError when basisPoints is out of range.
 */
export function portion<C extends string>(amount: Money<C>, basisPoints: bigint, rounding: Rounding): Money<C> {
  if (basisPoints < 0n || basisPoints > 10_000n) throw new RangeError('basisPoints: expected 0 to 10000');
  return { asset: amount.asset, minor: divide(amount.minor * basisPoints, 10_000n, rounding) };
}

/** An amount as it travels: no bigint, no float. */
export interface MoneyJson {
  readonly asset: string;
  readonly scale: number;
  readonly minor: string;
}

/** Writes an amount for transport or storage. */
export function moneyToJson(amount: Money): MoneyJson {
  return { asset: amount.asset.code, scale: amount.asset.scale, minor: amount.minor.toString() };
}

/**
 * Reads an amount back.
 *
 * @throws RangeError when a part is missing or not of its form.
 */
export function moneyFromJson(json: MoneyJson): Money {
  if (typeof json.asset !== 'string' || json.asset === '') throw new RangeError('money: asset is missing');
  if (!Number.isInteger(json.scale) || json.scale < 0 || json.scale > 18)
    throw new RangeError('money: scale is not 0 to 18');
  if (typeof json.minor !== 'string' || !/^-?(0|[1-9][0-9]{0,38})$/.test(json.minor)) {
    throw new RangeError('money: minor is not a decimal integer');
  }
  return { asset: { code: json.asset, scale: json.scale }, minor: BigInt(json.minor) };
}

/**
 * What `amount` is worth at `rate`, in the rate's quote asset.
 *
 * @throws RangeError when the rate's base is zero or negative, or is not the amount's asset.
 */
export function convert<B extends string, Q extends string>(
  amount: Money<B>,
  rate: Rate<NoInfer<B>, Q>,
  rounding: Rounding,
): Money<Q> {
  assertSameAsset(amount.asset, rate.base.asset);
  if (rate.base.minor <= 0n) throw new RangeError('rate: base must be positive');
  return { asset: rate.quote.asset, minor: divide(amount.minor * rate.quote.minor, rate.base.minor, rounding) };
}

function assertSameAsset(left: Asset, right: Asset): void {
  if (left.code !== right.code || left.scale !== right.scale) {
    throw new RangeError(`money: ${left.code}/${left.scale} and ${right.code}/${right.scale} do not mix`);
  }
}

/** Divides by a positive divisor; `down` is towards minus infinity, `up` towards plus infinity. */
function divide(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const truncated = dividend / divisor;
  const floor = dividend < 0n && truncated * divisor !== dividend ? truncated - 1n : truncated;
  const rest = dividend - floor * divisor;
  if (rest === 0n || rounding === 'down') return floor;
  if (rounding === 'up') return floor + 1n;
  const twice = rest * 2n;
  return twice > divisor || (twice === divisor && floor % 2n !== 0n) ? floor + 1n : floor;
}
