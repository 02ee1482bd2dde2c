import type { Instant } from '../../packages/core/src/index.ts';
import { scanKhqr } from '../../packages/provider-bakong/src/emulator/khqr.ts';
import { decodeKhqr, encodeKhqr, KhqrError, verifyKhqr } from '../../packages/provider-bakong/src/khqr/index.ts';
import type { Khqr, KhqrInput } from '../../packages/provider-bakong/src/khqr/index.ts';
import { randomInputs } from '../../bench/khqr/inputs.ts';
import { createDice } from './dice.ts';
import type { Dice } from './dice.ts';

/** When every QR of the soak is read. */
const NOW = 1_767_225_600_000 as Instant;

/** What became of one input. */
export interface Checked {
  readonly outcome: 'read' | 'refused';
  /** Whether its checksum is right, by another computation than the codec's. */
  readonly sealed: boolean;
  /** A sentence when something is wrong. */
  readonly broken: string | null;
}

/** The input of a run: it follows from seed and number alone. */
export function inputOf(seed: number, run: number): string {
  const dice = createDice(seed + run * 2_654_435);
  if (dice.chance(5)) return noise(dice);
  const [input] = randomInputs(1, seed + run, NOW);
  const good = input ? encodeKhqr(input).text : '';
  if (dice.chance(10)) return good;
  const damaged = damage(good, dice);
  return dice.chance(60) ? sealed(damaged.replace(/6304[0-9A-Fa-f]{0,4}$/, '')) : damaged;
}

/** Reads, verifies and writes an input again, and asks the emulator's own reader about it. */
export function checkInput(text: string): Checked {
  const isSealed = sealed(text.slice(0, -8)).toUpperCase() === text.toUpperCase();
  const read = attempt(() => decodeKhqr(text));
  const verdict = verifyKhqr(text, { now: NOW });
  const answer = (broken: string | null): Checked => ({ outcome: read ? 'read' : 'refused', sealed: isSealed, broken });
  if (!read) return answer(verdict.outcome === 'valid' ? 'verified, though it cannot be read' : null);
  if (!isSealed) return answer('read with a wrong checksum');
  return answer(againstAnotherReader(text, read, verdict.outcome === 'valid') ?? writtenAgain(read));
}

/** What can be paid here must be payable for a bank's app, and say the same to it. */
function againstAnotherReader(text: string, read: Khqr, valid: boolean): string | null {
  if (!valid) return null;
  try {
    const scanned = scanKhqr(text);
    const same =
      scanned.account === read.account.bakongAccount &&
      scanned.currency === read.currency &&
      scanned.amount?.minor === read.amount?.minor &&
      scanned.merchantName === read.merchantName &&
      scanned.billNumber === read.additional.billNumber &&
      scanned.purpose === read.additional.purpose &&
      scanned.createdAtMs === read.createdAt &&
      scanned.expiresAtMs === read.expiresAt;
    return same ? null : "says another thing than the emulator's reader";
  } catch (error) {
    if (error instanceof RangeError) return `valid, but the emulator's reader says: ${error.message}`;
    throw error;
  }
}

/** What was read can be written, and is then read as the same. */
function writtenAgain(read: Khqr): string | null {
  const input = inputFrom(read);
  if (!input) return null;
  const text = attempt(() => encodeKhqr(input).text, ['text', 'expiry-order']);
  if (text === null) return null;
  const again = decodeKhqr(text);
  return facts(again) === facts(read) ? null : 'is another one when it is written again';
}

/** Only what the writer has words for: this country, and an amount with both times or none. */
function inputFrom(read: Khqr): KhqrInput | null {
  const { account, amount, createdAt, expiresAt, currency, merchantName, merchantCity, merchantCategoryCode } = read;
  if (read.country !== 'KH' || (read.unionPayAccount !== undefined && currency === 'USD')) return null;
  if (amount && (createdAt === undefined || expiresAt === undefined)) return null;
  const demand: KhqrInput['demand'] =
    amount && createdAt !== undefined && expiresAt !== undefined
      ? { type: 'dynamic', amount, createdAt, expiresAt }
      : { type: 'static', currency };
  const { additional, alternate, unionPayAccount } = read;
  return {
    account,
    demand,
    merchantName,
    merchantCity,
    merchantCategoryCode,
    additional,
    ...(alternate ? { alternate } : {}),
    ...(unionPayAccount === undefined ? {} : { unionPayAccount }),
  };
}

function facts({ account, amount, currency, merchantName, merchantCity, additional, alternate }: Khqr): string {
  return JSON.stringify([account, String(amount?.minor), currency, merchantName, merchantCity, additional, alternate]);
}

/** `null` for a refusal by the codec's own error (of these rules, when they are named); anything else is a crash. */
function attempt<T>(work: () => T, rules?: readonly string[]): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof KhqrError && (!rules || rules.includes(error.rule))) return null;
    throw error;
  }
}

/** The checksum bit by bit: another computation than the codec's, and than the emulator's. */
function sealed(tags: string): string {
  const body = `${tags}6304`;
  let crc = 0xffff;
  for (const byte of new TextEncoder().encode(body)) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const carry = ((crc >> 15) ^ (byte >> bit)) & 1;
      crc = ((crc << 1) & 0xffff) ^ (carry === 1 ? 0x1021 : 0);
    }
  }
  return body + crc.toString(16).toUpperCase().padStart(4, '0');
}

const pieces = ['00', '01', '12', '29', '30', '54', '62', '64', '99', '04', '0004abcd', 'abcd', '0', '9', '-', '.00'];
const strange = [
  'ក',
  '🟠',
  '\ud83d',
  '\udfe0',
  '\u0000',
  '\u202e',
  '١',
  '０',
  ' ',
  '6304',
  '63041D0F',
  'ភ្',
  '\u{10ffff}',
];

function damage(text: string, dice: Dice): string {
  let damaged = text;
  for (let cuts = 1 + dice.below(4); cuts > 0; cuts -= 1) {
    const at = dice.below(damaged.length + 1);
    const middle = dice.pick([
      () => String(dice.below(10)),
      () => String(dice.below(100)).padStart(2, '0'),
      () => dice.pick(pieces),
      () => dice.pick(strange),
      () => '',
      () => damaged.slice(dice.below(damaged.length + 1)),
    ])();
    // Mostly the length stays as it was: what does not is refused at once, and is less of a test.
    const removed = dice.chance(70) ? middle.length : dice.below(8);
    damaged = damaged.slice(0, at) + middle + damaged.slice(at + removed);
  }
  return damaged.slice(0, 2000);
}

function noise(dice: Dice): string {
  const units = Array.from({ length: dice.below(120) }, () =>
    dice.chance(70)
      ? dice.pick(pieces)
      : dice.chance(50)
        ? dice.pick(strange)
        : String.fromCharCode(dice.below(65_536)),
  );
  return dice.chance(50) ? sealed(units.join('')) : units.join('');
}
