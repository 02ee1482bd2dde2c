import type { Instant, Money } from '@rielrails/core';
import type { Clock, Random } from '@rielrails/kit';
import { toHex } from '@rielrails/kit';

/** A payment page that is open for a payer. */
export interface Session {
  /** What the page is opened with. */
  readonly token: string;
  readonly version: 'v1' | 'v2';
  readonly reference: string;
  readonly amount: Money;
  readonly purpose: string;
  readonly returnUrl: string;
  readonly cancelUrl: string;
  /** Whether the merchant wanted to be called rather than to inquire. */
  readonly callsBack: boolean;
  state: 'open' | 'paid' | 'over';
}

/** Money that a payer sent. */
export interface BookedPayment {
  readonly session: Session;
  /** `ONL` and nine digits. */
  readonly transaction: string;
  readonly amount: Money;
  readonly paidAt: Instant;
  readonly name: string;
}

/** Every page and every payment of one merchant. */
export interface Book {
  readonly sessions: readonly Session[];
  readonly payments: readonly BookedPayment[];
  open(asked: Omit<Session, 'token' | 'state'>): Session;
  /** The newest page of a reference. */
  newest(reference: string): Session | undefined;
  byToken(token: string): Session | undefined;
  /** Takes money. A page takes it once. @throws RangeError with what the payer reads. */
  pay(session: Session, how: { readonly amount?: Money; readonly name: string }): BookedPayment;
}

/** An empty book. */
export function createBook(clock: Clock, random: Random): Book {
  const sessions: Session[] = [];
  const payments: BookedPayment[] = [];
  return {
    sessions,
    payments,
    open(asked) {
      const session: Session = { ...asked, token: toHex(random.bytes(16)), state: 'open' };
      sessions.push(session);
      return session;
    },
    newest: (reference) => sessions.findLast((one) => one.reference === reference),
    byToken: (token) => sessions.find((one) => one.token === token),
    pay(session, { amount = session.amount, name }) {
      if (session.state === 'paid') throw new RangeError('This payment was made already');
      if (session.state === 'over') throw new RangeError('This session is over');
      if (amount.asset.code !== session.amount.asset.code) throw new RangeError('The account is in another currency');
      if (amount.minor <= 0n) throw new RangeError('Nothing to pay');
      session.state = 'paid';
      const transaction = `ONL${String(payments.length + 1).padStart(9, '0')}`;
      const payment = { session, transaction, amount, paidAt: clock.now(), name };
      payments.push(payment);
      return payment;
    },
  };
}

/** `15.00`, `40000.00`: two places whatever the currency. */
export function decimals({ asset, minor }: Money): string {
  const digits = (asset.scale === 0 ? minor * 100n : minor).toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const PHNOM_PENH_MS = 7 * 3_600_000;

/** `YYYY-MM-DD HH:mm:ss` in Phnom Penh. */
export function localTime(at: Instant): string {
  return new Date(at + PHNOM_PENH_MS).toISOString().slice(0, 19).replace('T', ' ');
}
