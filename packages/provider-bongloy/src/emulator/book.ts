import type { Clock, Random } from '@rielrails/kit';
import { toHex } from '@rielrails/kit';
import { badField, noSuch, Refusal } from './answers.ts';
import { cardWords } from './cards.ts';
import type { CardOutcome } from './cards.ts';

/** A card without its number. */
export interface Card {
  readonly id: string;
  readonly created: number;
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly name: string | null;
  readonly outcome: CardOutcome;
  customer: string | null;
}

/** A token: a card for one use. */
export interface Token {
  readonly id: string;
  readonly created: number;
  readonly card: Card;
  used: boolean;
}

/** Money that went back. */
export interface BookedRefund {
  readonly id: string;
  readonly created: number;
  readonly charge: string;
  readonly amount: bigint;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A charge as Bongloy keeps it. */
export interface BookedCharge {
  readonly id: string;
  readonly created: number;
  readonly amount: bigint;
  readonly currency: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly card: Card;
  readonly status: 'succeeded' | 'failed';
  captured: boolean;
  /** What was never captured counts as refunded. */
  released: bigint;
  readonly refunds: BookedRefund[];
  dispute: { readonly id: string; readonly created: number; status: string } | null;
}

/** A customer. */
export interface Customer {
  readonly id: string;
  readonly created: number;
  email: string | null;
  description: string | null;
  readonly cards: Card[];
}

const DAY_S = 86_400;

/** Terms of service: refunds within 60 days (C.5), capture within 3 (C.1). What happens later is assumed. */
const REFUND_WINDOW_S = 60 * DAY_S;
const CAPTURE_WINDOW_S = 3 * DAY_S;

/** Everything of one account, and the rules by which money moves. */
export interface Book {
  readonly tokens: ReadonlyMap<string, Token>;
  readonly charges: readonly BookedCharge[];
  readonly customers: ReadonlyMap<string, Customer>;
  now(): number;
  uuid(): string;
  addToken(card: Omit<Card, 'id' | 'created' | 'customer'>): Token;
  addCustomer(texts: { readonly email: string | null; readonly description: string | null }): Customer;
  /** Takes a token's card. A token works once. */
  takeToken(id: string): Card;
  /** Throws the card's "no", after it was booked as failed. */
  charge(
    input: Pick<BookedCharge, 'amount' | 'currency' | 'description' | 'metadata' | 'card' | 'captured'>,
  ): BookedCharge;
  find(id: string, param?: string): BookedCharge;
  capture(charge: BookedCharge, amount?: bigint): void;
  refund(charge: BookedCharge, amount?: bigint, metadata?: Readonly<Record<string, string>>): BookedRefund;
  dispute(charge: BookedCharge): void;
}

/** What went back of a charge. */
export function refundedOf({ released, refunds }: BookedCharge): bigint {
  return refunds.reduce((sum, { amount }) => sum + amount, released);
}

/** An empty book. */
export function createBook(clock: Clock, random: Random): Book {
  const tokens = new Map<string, Token>();
  const customers = new Map<string, Customer>();
  const charges: BookedCharge[] = [];
  const now = () => Math.floor(clock.now() / 1000);

  function uuid(): string {
    const bytes = random.bytes(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  function leftOf(charge: BookedCharge): bigint {
    return charge.amount - refundedOf(charge);
  }

  return {
    tokens,
    customers,
    charges,
    now,
    uuid,
    addToken(card) {
      const created = now();
      const token: Token = { id: uuid(), created, used: false, card: { id: uuid(), created, customer: null, ...card } };
      tokens.set(token.id, token);
      return token;
    },
    addCustomer(texts) {
      const customer: Customer = { id: uuid(), created: now(), cards: [], ...texts };
      customers.set(customer.id, customer);
      return customer;
    },
    takeToken(id) {
      const token = tokens.get(id);
      if (!token) throw badField('source', 'No such token', 'resource_missing');
      if (token.used) throw badField('source', 'You cannot use a token more than once', 'token_already_used');
      token.used = true;
      return token.card;
    },
    charge(input) {
      const { outcome } = input.card;
      const status = outcome === 'success' ? 'succeeded' : 'failed';
      const captured = input.captured && status === 'succeeded';
      const booked = {
        ...input,
        id: uuid(),
        created: now(),
        status,
        captured,
        released: 0n,
        refunds: [],
        dispute: null,
      } as const;
      const charge: BookedCharge = { ...booked, refunds: [] };
      charges.push(charge);
      if (outcome !== 'success') throw new Refusal(402, cardWords[outcome], { type: 'card_error', code: outcome });
      return charge;
    },
    find(id, param) {
      const charge = charges.find((one) => one.id === id);
      if (!charge) throw noSuch('charge', param);
      return charge;
    },
    capture(charge, amount = charge.amount) {
      if (charge.status === 'failed') throw badField('charge', 'This charge failed');
      if (charge.captured) throw badField('charge', 'Charge has already been captured', 'charge_already_captured');
      if (leftOf(charge) < charge.amount) throw badField('charge', 'Charge was released', 'charge_already_refunded');
      if (now() > charge.created + CAPTURE_WINDOW_S)
        throw badField('charge', 'Too late to capture', 'charge_expired_for_capture');
      if (amount > charge.amount) throw badField('amount', 'More than was authorised', 'amount_too_large');
      charge.captured = true;
      charge.released = charge.amount - amount;
    },
    refund(charge, amount = leftOf(charge), metadata = {}) {
      if (charge.status === 'failed') throw badField('charge', 'This charge failed');
      if (charge.dispute && charge.dispute.status !== 'won')
        throw badField('charge', 'Charge is disputed', 'charge_disputed');
      if (leftOf(charge) === 0n)
        throw badField('charge', 'Charge has already been refunded', 'charge_already_refunded');
      if (amount > leftOf(charge)) throw badField('amount', 'More than is left of the charge');
      if (!charge.captured && amount < charge.amount) throw badField('amount', 'A held charge is released as a whole');
      if (now() > charge.created + REFUND_WINDOW_S)
        throw badField('charge', 'Too late to refund', 'charge_expired_for_refund');
      const refund: BookedRefund = { id: uuid(), created: now(), charge: charge.id, amount, metadata };
      charge.refunds.push(refund);
      return refund;
    },
    dispute(charge) {
      if (!charge.captured || charge.dispute) throw new RangeError('payer: this charge cannot be disputed');
      charge.dispute = { id: uuid(), created: now(), status: 'needs_response' };
    },
  };
}
