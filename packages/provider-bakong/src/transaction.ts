import { KHR, USD } from '@rielrails/core';
import type { Asset, Instant, Money } from '@rielrails/core';
import { digitsField, JsonNumber, parseAmount, plainDecimal } from '@rielrails/kit';
import { z } from 'zod';

/** A transaction as the Open API tells it. */
export interface BakongTransaction {
  /** 64 hexadecimal digits; unique within Bakong. */
  readonly hash: string;
  readonly fromAccount: string;
  readonly toAccount: string;
  readonly amount: Money;
  readonly createdAt: Instant;
  readonly acknowledgedAt?: Instant;
  readonly description?: string;
  /** Bakong's own word for where the money is. Absent for most. */
  readonly trackingStatus?: string;
  readonly receiverBank?: string;
  readonly receiverBankAccount?: string;
  readonly instructionReference?: string;
  /** The reference of the payer's bank; not a bill number of ours. */
  readonly externalReference?: string;
}

/** What is known of what was looked up. `static-qr`: Bakong does not look up static QRs at all. */
export type BakongAnswer =
  | { readonly type: 'found'; readonly transaction: BakongTransaction }
  | { readonly type: 'not-found' }
  | { readonly type: 'failed' }
  | { readonly type: 'static-qr' };

const assets: Readonly<Record<'KHR' | 'USD', Asset>> = { KHR, USD };

/** Milliseconds; some answers have a fraction. */
const moment = z
  .instanceof(JsonNumber)
  .transform(({ text }) => Math.trunc(Number(text)))
  .refine((ms) => Number.isSafeInteger(ms) && ms > 0)
  .transform((ms) => ms as Instant);
const text = z.string().nullish();

/** "Check Transaction Status" of the "Bakong Open API" document; fields as they were seen in live answers. */
export const transactionSchema: z.ZodType<BakongTransaction> = z
  .object({
    hash: z.string().regex(/^[0-9a-fA-F]{64}$/),
    fromAccountId: z.string(),
    toAccountId: z.string(),
    currency: z.enum(['KHR', 'USD']),
    amount: digitsField,
    createdDateMs: moment,
    acknowledgedDateMs: moment.nullish(),
    description: text,
    trackingStatus: text,
    receiverBank: text,
    receiverBankAccount: text,
    instructionRef: text,
    externalRef: text,
  })
  .transform((told) => ({
    hash: told.hash.toLowerCase(),
    fromAccount: told.fromAccountId,
    toAccount: told.toAccountId,
    amount: parseAmount(plainDecimal(told.amount), assets[told.currency]),
    createdAt: told.createdDateMs,
    ...(told.acknowledgedDateMs ? { acknowledgedAt: told.acknowledgedDateMs } : {}),
    ...(told.description ? { description: told.description } : {}),
    ...(told.trackingStatus ? { trackingStatus: told.trackingStatus } : {}),
    ...(told.receiverBank ? { receiverBank: told.receiverBank } : {}),
    ...(told.receiverBankAccount ? { receiverBankAccount: told.receiverBankAccount } : {}),
    ...(told.instructionRef ? { instructionReference: told.instructionRef } : {}),
    ...(told.externalRef ? { externalReference: told.externalRef } : {}),
  }));
