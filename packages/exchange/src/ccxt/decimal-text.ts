import { parseAmount } from '@rielrails/kit';
import { z } from 'zod';

/** The venue writes prices and quantities with eight decimals; so many make one. */
export const ONE = 100_000_000n;

/** Reads a decimal text of the venue as whole hundred-millionths: satoshi, or the minor unit of USDT. */
export const decimalText: z.ZodType<bigint> = z
  .string()
  .transform((text) => parseAmount(text, { code: 'decimal', scale: 8 }).minor);

/** Divides positive numbers, towards more. */
export function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
