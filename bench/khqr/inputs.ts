import { KHR, money, USD } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import type { KhqrAdditional, KhqrInput } from '@rielrails/provider-bakong/khqr';

/** A source of numbers from 0 to below `end` that a seed repeats. */
type Below = (end: number) => number;

const latin = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -./&');
const khmer = Array.from('ហាងប៊ីតខញភ្នំពេញសៀមរាប');
const banks = ['aclb', 'abaa', 'nbcq', 'wing', 'ftcc'] as const;

/** What all three libraries can write: every kind, every option, nothing that one of them is known to refuse. */
export function randomInputs(count: number, seed: number, now: Instant): readonly KhqrInput[] {
  const below = numbers(seed);
  return Array.from({ length: count }, () => randomInput(below, now));
}

function randomInput(below: Below, now: Instant): KhqrInput {
  const chance = (percent: number) => below(100) < percent;
  const text = (most: number, alphabet: readonly string[] = latin) =>
    Array.from({ length: 1 + below(most) }, () => alphabet[below(alphabet.length)] ?? '').join('');
  const bakongAccount = `${text(10, latin.slice(0, 26))}@${banks[below(banks.length)] ?? 'nbcq'}`;
  const riel = chance(60);
  const amount = riel ? money(KHR, BigInt(1 + below(40_000_000))) : money(USD, BigInt(1 + below(1_000_000)));
  const additional = randomAdditional(below, text);
  return {
    account: chance(50)
      ? { type: 'merchant', bakongAccount, merchantId: text(20), acquiringBank: text(20) }
      : {
          type: 'individual',
          bakongAccount,
          ...(chance(30) ? { information: text(20) } : {}),
          ...(chance(30) ? { acquiringBank: text(20) } : {}),
        },
    demand: chance(25)
      ? { type: 'static', currency: riel ? 'KHR' : 'USD' }
      : { type: 'dynamic', amount, createdAt: now, expiresAt: (now + 60_000 + below(3_600_000)) as Instant },
    merchantName: text(25),
    merchantCity: text(15),
    ...(chance(50) ? { merchantCategoryCode: String(1000 + below(9000)) } : {}),
    ...(riel && chance(10) ? { unionPayAccount: text(30) } : {}),
    ...(additional ? { additional } : {}),
    ...(chance(30)
      ? {
          alternate: {
            language: 'km',
            merchantName: text(25, khmer),
            ...(chance(60) ? { merchantCity: text(15, khmer) } : {}),
          },
        }
      : {}),
  };
}

const additionalNames = ['billNumber', 'mobileNumber', 'storeLabel', 'terminalLabel', 'purpose'] as const;

/** At most three of five, so that they fit into 99 characters. */
function randomAdditional(below: Below, text: (most: number) => string): KhqrAdditional | undefined {
  const kept = additionalNames.filter(() => below(100) < 50).slice(0, 3);
  return kept.length === 0 ? undefined : Object.fromEntries(kept.map((name) => [name, text(25)]));
}

/** The generator known as mulberry32. */
function numbers(seed: number): Below {
  let state = seed >>> 0;
  return (end) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * end);
  };
}
