import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { refundedOf } from './book.ts';
import type { BookedCharge, BookedRefund, Card, Customer, Token } from './book.ts';
import type { BongloyEmulatorOptions } from './options.ts';

/** How objects are shown. Shapes: recordings of 2015 and the spec helpers of 2018; status and refunds from the tests of 2020. */
export interface Views {
  card(card: Card): object;
  token(token: Token): { readonly id: string };
  customer(customer: Customer): { readonly id: string };
  charge(charge: BookedCharge, fault?: EmulatedRequest['fault']): { readonly id: string };
  refund(charge: BookedCharge, refund: BookedRefund, fault?: EmulatedRequest['fault']): { readonly id: string };
  dispute(charge: BookedCharge): object | null;
  list(path: string, page: readonly object[], all: { readonly count: number; readonly more: boolean }): object;
}

/** Views of an account. */
export function createViews({ echoesMetadata = true, disputes = 'id' }: BongloyEmulatorOptions): Views {
  const kept = (metadata: Readonly<Record<string, string>>) => (echoesMetadata ? { metadata } : {});
  const views: Views = {
    card: (card) => ({
      id: card.id,
      object: 'card',
      brand: card.brand,
      last4: card.last4,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      country: 'KH',
      name: card.name,
      fingerprint: null,
      cvc_check: null,
      address_line1_check: null,
      address_zip_check: null,
      created: card.created,
      customer: card.customer,
    }),
    token: ({ id, used, created, card }) => ({
      id,
      object: 'token',
      type: 'card',
      used,
      livemode: false,
      created,
      card: views.card(card),
    }),
    customer: ({ id, created, email, description, cards }) => ({
      id,
      object: 'customer',
      created,
      livemode: false,
      email,
      description,
      default_source: cards[0]?.id ?? null,
    }),
    charge(charge, fault) {
      const { id, created, amount, currency, captured, description, metadata, dispute } = charge;
      const refunds = charge.refunds.map((one) => views.refund(charge, one));
      return {
        id,
        object: 'charge',
        livemode: false,
        created,
        amount: Number(amount) + (fault === 'wrong-amount' ? 1 : 0),
        amount_refunded: Number(refundedOf(charge)),
        currency,
        captured,
        refunded: refundedOf(charge) === amount,
        status: fault === 'unknown-status-word' ? 'quarantined' : charge.status,
        description,
        statement_descriptor: null,
        customer: charge.card.customer,
        balance_transaction: null,
        dispute: dispute === null || disputes === 'embedded' ? views.dispute(charge) : dispute.id,
        refunds: views.list(`/v1/charges/${id}/refunds`, refunds, { count: refunds.length, more: false }),
        source: views.card(charge.card),
        ...kept(metadata),
      };
    },
    refund: ({ currency }, { id, created, charge, amount, metadata }, fault) => ({
      id,
      object: 'refund',
      amount: Number(amount) + (fault === 'wrong-amount' ? 1 : 0),
      currency,
      charge,
      created,
      balance_transaction: null,
      status: fault === 'unknown-status-word' ? 'quarantined' : 'succeeded',
      ...kept(metadata),
    }),
    dispute: ({ id: charge, amount, currency, dispute }) =>
      dispute && {
        id: dispute.id,
        object: 'dispute',
        charge,
        amount: Number(amount),
        currency,
        created: dispute.created,
        livemode: false,
        reason: 'fraudulent',
        status: dispute.status,
      },
    list: (url, data, { count, more }) => ({ object: 'list', data, has_more: more, total_count: count, url }),
  };
  return views;
}
