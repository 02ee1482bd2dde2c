import { InputError } from '@rielrails/core';
import type { Asset, Money, Rounding } from '@rielrails/core';

/** How {@link parseAmount} treats digits below the minor unit. */
export interface ParseAmountOptions {
  /** What the error calls the value. Default: `amount`. */
  readonly field?: string;
  /** Where a part below the minor unit goes; without it, such a part is refused. */
  readonly rounding?: Rounding;
}

/**
 * Reads a plain decimal such as `41000` or `12.50`: ASCII digits, at most one point, no sign, exponent or separator.
 *
 * @throws InputError naming the field: `decimal` for another form, `too-precise` for digits below the minor unit.
 */
export function parseAmount<C extends string>(
  text: string,
  asset: Asset<C>,
  options: ParseAmountOptions = {},
): Money<C> {
  const field = options.field ?? 'amount';
  const match = /^(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,18}))?$/.exec(text);
  if (!match) throw new InputError(field, 'decimal', 'expected a plain decimal number such as 12.50');
  const [, whole = '0', fraction = ''] = match;
  const kept = BigInt(whole + fraction.slice(0, asset.scale).padEnd(asset.scale, '0'));
  const rest = fraction.slice(asset.scale);
  if (/^0*$/.test(rest)) return { asset, minor: kept };
  const { rounding } = options;
  if (!rounding) throw new InputError(field, 'too-precise', `${asset.code} has ${asset.scale} decimal places`);
  const half = `5${'0'.repeat(rest.length - 1)}`;
  const up = rounding === 'up' || (rounding === 'half-even' && (rest > half || (rest === half && kept % 2n === 1n)));
  return { asset, minor: kept + (up ? 1n : 0n) };
}

/** Writes an amount as a plain decimal with all its places: `41000`, `12.50`, `0.00010000`. */
export function formatAmount(amount: Money): string {
  const { scale } = amount.asset;
  const digits = (amount.minor < 0n ? -amount.minor : amount.minor).toString().padStart(scale + 1, '0');
  const sign = amount.minor < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/**
 * A JSON number as a plain decimal: `1.0E7`, as Java writes ten million riel, becomes `10000000`.
 *
 * @throws RangeError for what is no decimal, or is out of any amount's range.
 */
export function plainDecimal(text: string): string {
  const match = /^([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,2}))?$/.exec(text);
  if (!match || text.length > 40) throw new RangeError('amount: no decimal');
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent);
  if (Math.abs(shift) > 18) throw new RangeError('amount: out of range');
  const digits = '0'.repeat(Math.max(0, -shift)) + whole + fraction + '0'.repeat(Math.max(0, shift));
  const point = Math.max(0, -shift) + whole.length + shift;
  const left = digits.slice(0, point).replace(/^0+(?=[0-9])/, '');
  const right = digits.slice(point).replace(/0+$/, '');
  return right === '' ? left : `${left}.${right}`;
}
