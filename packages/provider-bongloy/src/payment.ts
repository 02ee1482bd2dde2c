import type { Instant, Money, Payment, ProviderRef, Reference, Refund, Reversal, Target } from '@rielrails/core';
import { KHR, money, parseReference, USD } from '@rielrails/core';
import { createVocabulary } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { BONGLOY } from './config.ts';
import type { BongloySettings } from './config.ts';
import { SETTLES_MS } from './manifest.ts';
import type { Charge, ChargeRefund, Dispute } from './wire.ts';

/** What was asked for. Bongloy hears of it only when the form gave a token, so the handle keeps it until then. */
export interface Asked {
  readonly amount: Money;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly purpose: string;
}

/** Writes a handle: `USD.1500.1767323045000.1767323945000.Purchase of bitcoin`. */
export function formatHandle({ amount, createdAt, expiresAt, purpose }: Asked): string {
  return `${amount.asset.code}.${amount.minor}.${createdAt}.${expiresAt}.${purpose}`;
}

/** Reads a handle. `null` for none, and for what this package did not write. */
export function readHandle(handle = ''): Asked | null {
  const match = /^(USD|KHR)\.(\d{1,15})\.(\d{1,15})\.(\d{1,15})\.(.{1,400})$/su.exec(handle);
  if (!match) return null;
  const [, code, minor = '', createdAt, expiresAt, purpose = ''] = match;
  const amount = money(code === 'KHR' ? KHR : USD, BigInt(minor));
  return { amount, createdAt: Number(createdAt) as Instant, expiresAt: Number(expiresAt) as Instant, purpose };
}

/** The description of a charge: the purpose as it is, and our reference, which no answer without metadata would tell. */
export function describe(purpose: string, reference: Reference): string {
  return `${purpose} (ref ${reference})`;
}

/** Whose charge it is; `null` for one that we did not make. */
export function referenceOf(told: { readonly description?: unknown; readonly metadata?: unknown }): Reference | null {
  const kept = (told.metadata as { readonly reference?: unknown } | null | undefined)?.reference;
  const described =
    typeof told.description === 'string' ? / \(ref (\d{1,19})\)$/.exec(told.description)?.[1] : undefined;
  try {
    return parseReference(typeof kept === 'string' ? kept : (described ?? ''));
  } catch {
    return null;
  }
}

/** A charge and, where there is one, its dispute. `unreadable`: Bongloy names a dispute and does not show it. */
export type KnownCharge = Omit<Charge, 'dispute'> & { readonly dispute: Dispute | 'unreadable' | null };

/** How one account's amounts and words are read. */
export interface Reading {
  /** In the smallest unit of the wire. */
  wireAmount(amount: Money): string;
  /** Throws for a currency that is not taken, and for a part of a riel. */
  amountOf(minor: bigint, currency: string): Money;
  paymentOf(target: Target, charges: readonly KnownCharge[]): Payment;
}

/** Builds the reading of one account. */
export function createReading({ khrExponent }: BongloySettings, { clock, log }: Runtime): Reading {
  const riel = 10n ** BigInt(khrExponent);
  const common = { provider: BONGLOY, log };
  const charged = createVocabulary({
    ...common,
    words: { succeeded: 'done', pending: 'open', failed: 'failed' },
    otherwise: 'open',
  });
  const refunded = createVocabulary<Refund['status']>({
    ...common,
    words: { succeeded: 'done', pending: 'pending', failed: 'failed', canceled: 'failed' },
    otherwise: 'pending',
  });
  // Terms of service, C.6: the merchant is liable from the moment of a dispute. A question of the bank's moves no money.
  const disputed = createVocabulary({
    ...common,
    words: {
      needs_response: 'taken',
      under_review: 'taken',
      lost: 'taken',
      charge_refunded: 'taken',
      won: 'kept',
      warning_needs_response: 'kept',
      warning_under_review: 'kept',
      warning_closed: 'kept',
    },
    otherwise: 'taken',
  });

  function amountOf(minor: bigint, currency: string): Money {
    const code = currency.toUpperCase();
    if (code === 'USD') return money(USD, minor);
    if (code !== 'KHR' || minor % riel !== 0n) throw new RangeError('charge: an amount that this account cannot have');
    return money(KHR, minor / riel);
  }

  function refundsOf(charge: KnownCharge): readonly Refund[] {
    const receipt = charge.id as ProviderRef;
    const told = charge.refunds.map((one: ChargeRefund): Refund => {
      const reference = referenceOf({ metadata: { reference: one.metadata['refund_reference'] } });
      const part = { receipt, amount: amountOf(one.amount, charge.currency), status: refunded.read(one.status) };
      return reference === null ? part : { ...part, reference };
    });
    const sent = charge.refunds.filter((one) => refunded.read(one.status) !== 'failed');
    const untold = sent.reduce((rest, one) => rest - one.amount, charge.amount_refunded);
    // The list inside a charge may be cut short or missing; its total is not.
    return untold <= 0n ? told : [...told, { receipt, amount: amountOf(untold, charge.currency), status: 'done' }];
  }

  function reversalOf({ id, amount, currency, dispute }: KnownCharge): readonly Reversal[] {
    if (dispute === null) return [];
    const receipt = id as ProviderRef;
    if (dispute === 'unreadable') return [{ receipt, amount: amountOf(amount, currency) }];
    if (disputed.read(dispute.status) === 'kept') return [];
    const reversedAt = (Number(dispute.created) * 1000) as Instant;
    return [{ receipt, amount: amountOf(dispute.amount, currency), reversedAt }];
  }

  return {
    wireAmount: ({ asset, minor }) => String(asset.code === 'KHR' ? minor * riel : minor),
    amountOf,
    paymentOf({ reference, handle }, charges) {
      const asked = readHandle(handle);
      const taken = charges.filter((charge) => charge.captured && charged.read(charge.status) === 'done');
      const open = charges.some(
        (charge) =>
          charged.read(charge.status) === 'open' ||
          (charged.read(charge.status) === 'done' && !charge.captured && charge.amount_refunded < charge.amount),
      );
      const receipts = taken.map(({ id, amount, currency, created }) => ({
        transaction: id as ProviderRef,
        amount: amountOf(amount, currency),
        paidAt: (Number(created) * 1000) as Instant,
      }));
      const [first] = charges;
      const requested = asked?.amount ?? (first ? amountOf(first.amount, first.currency) : undefined);
      if (!requested) throw new RangeError('payment: neither asked for nor charged');
      const [refunds, reversals] = [taken.flatMap(refundsOf), taken.flatMap(reversalOf)];
      const sum = (parts: readonly { readonly amount: Money }[]) =>
        parts.reduce((all, { amount }) => all + amount.minor, 0n);
      const back = sum(refunds.filter(({ status }) => status === 'done'));
      const runOut = asked !== null && clock.now() >= asked.expiresAt + SETTLES_MS;
      const unpaid = open ? 'processing' : runOut ? 'expired' : 'awaiting-payer';
      const paid = back >= sum(receipts) ? 'refunded' : sum(receipts) >= requested.minor ? 'paid' : 'processing';
      const status = receipts.length === 0 ? unpaid : reversals.length > 0 ? 'reversed' : paid;
      return { reference, requested, receipts, refunds, reversals, status };
    },
  };
}
