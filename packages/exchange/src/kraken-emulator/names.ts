import type { Random } from '@rielrails/kit';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A name such as `OU22CG-KLAF2-FWUDD7`, as the venue gives them to orders (O) and trades (T). */
export function venueName(kind: 'O' | 'T', random: Random): string {
  const text = kind + letters(random, 16);
  return [text.slice(0, 6), text.slice(6, 11), text.slice(11)].join('-');
}

/** A name such as `FTQcuak-V6Za8qrWnhzTx67yYHz8Tg`, as the venue gives them to withdrawals of bitcoin. */
export function withdrawalName(random: Random): string {
  return `FT${letters(random, 5)}-${letters(random, 22)}`;
}

/** The form of an order's name. */
export const orderName = /^O[A-Z2-7]{5}-[A-Z2-7]{5}-[A-Z2-7]{6}$/;

function letters(random: Random, count: number): string {
  return [...random.bytes(count)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}
