import type { Instant, Money } from '@rielrails/core';
import { formatAmount, JsonNumber, toHex } from '@rielrails/kit';
import type { Clock, Random } from '@rielrails/kit';
import type { StatementLine } from './options.ts';
import type { ScannedKhqr } from './khqr.ts';

/** A transaction as Bakong keeps it. */
export interface Transaction {
  readonly hash: string;
  readonly md5: string;
  readonly billNumber: string | null;
  readonly description: string | null;
  readonly fromAccount: string;
  readonly toAccount: string;
  readonly amount: Money;
  readonly createdAt: Instant;
  readonly externalReference: string;
  readonly instructionReference: string;
  trackingStatus: string | null;
}

/** Every transaction, and what finds it. */
export interface Book {
  readonly all: readonly Transaction[];
  readonly statement: readonly StatementLine[];
  /** Whether a static QR of this md5 was paid. */
  isStatic(md5: string): boolean;
  /** The first transaction of a dynamic QR; later ones are in the statement alone. */
  byMd5(md5: string): Transaction | undefined;
  find(condition: (transaction: Transaction) => boolean): Transaction | undefined;
  add(scanned: ScannedKhqr, how: { readonly amount: Money; readonly from: string; readonly to: string }): Transaction;
}

/** An empty book. */
export function createBook({ clock, random }: { readonly clock: Clock; readonly random: Random }): Book {
  const all: Transaction[] = [];
  const firsts = new Map<string, Transaction>();
  const statics = new Set<string>();
  const digits = (count: number) =>
    (BigInt(`0x${toHex(random.bytes(8))}`) % 10n ** BigInt(count)).toString().padStart(count, '0');

  return {
    all,
    get statement() {
      return all.map(({ hash, md5, toAccount, fromAccount, amount, billNumber, createdAt }) => ({
        transaction: hash,
        md5,
        toAccount,
        fromAccount,
        amount,
        billNumber,
        paidAt: createdAt,
      }));
    },
    isStatic: (md5) => statics.has(md5),
    byMd5: (md5) => firsts.get(md5),
    find: (condition) => all.find(condition),
    add(scanned, { amount, from, to }) {
      const transaction: Transaction = {
        hash: toHex(random.bytes(32)),
        md5: scanned.md5,
        billNumber: scanned.billNumber ?? null,
        description: scanned.purpose ?? null,
        fromAccount: from,
        toAccount: to,
        amount,
        createdAt: clock.now(),
        externalReference: `100FT${digits(11)}`,
        instructionReference: digits(12),
        trackingStatus: null,
      };
      all.push(transaction);
      if (scanned.reusable) statics.add(scanned.md5);
      else if (!firsts.has(scanned.md5)) firsts.set(scanned.md5, transaction);
      return transaction;
    },
  };
}

/** A transaction in the words of the API. Amounts are numbers in whole units, never in minor ones. */
export function record(
  transaction: Transaction,
  { amount, trackingStatus }: Pick<Transaction, 'amount' | 'trackingStatus'>,
  javaNumbers: boolean,
): Readonly<Record<string, unknown>> {
  const number = javaNumbers ? javaNumber : plainNumber;
  return {
    hash: transaction.hash,
    fromAccountId: transaction.fromAccount,
    toAccountId: transaction.toAccount,
    currency: amount.asset.code,
    amount: number(formatAmount(amount)),
    description: transaction.description,
    createdDateMs: number(String(transaction.createdAt)),
    acknowledgedDateMs: number(String(transaction.createdAt + 2000)),
    trackingStatus,
    receiverBank: null,
    receiverBankAccount: null,
    instructionRef: transaction.instructionReference,
    externalRef: transaction.externalReference,
  };
}

function plainNumber(text: string): JsonNumber {
  return new JsonNumber(text.includes('.') ? text.replace(/\.?0+$/, '') : text);
}

/** As `Double.toString` writes it: at least one decimal, and an exponent from ten million on. */
function javaNumber(text: string): JsonNumber {
  const [whole = '0', fraction = ''] = text.split('.');
  const digits = (whole + fraction).replace(/0+$/, '');
  if (whole.length < 8) return new JsonNumber(`${whole}.${fraction.replace(/0+$/, '') || '0'}`);
  return new JsonNumber(`${digits.slice(0, 1)}.${digits.slice(1) || '0'}E${whole.length - 1}`);
}
