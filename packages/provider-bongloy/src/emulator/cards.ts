/** What a test card comes to: when the token is made, or when it is charged. */
export type CardOutcome = 'success' | 'card_declined' | 'insufficient_funds' | 'expired_card' | 'incorrect_number';

/** A test card. */
export interface TestCard {
  readonly number: string;
  readonly brand: string;
  readonly outcome: CardOutcome;
  readonly label: string;
}

/**
 * The numbers that a test key takes; any other is refused.
 *
 * The first is on Bongloy's documentation page; Visa and MasterCard stand in its spec helpers (2014–2018); the cards
 * that fail are invented, because none was ever published.
 */
export const testCards: readonly TestCard[] = [
  { number: '6200000000000005', brand: 'unionpay', outcome: 'success', label: 'UnionPay' },
  { number: '4242424242424242', brand: 'visa', outcome: 'success', label: 'Visa' },
  { number: '5555555555554444', brand: 'mastercard', outcome: 'success', label: 'MasterCard' },
  { number: '6200000000000013', brand: 'unionpay', outcome: 'card_declined', label: 'UnionPay that is declined' },
  { number: '6200000000000021', brand: 'unionpay', outcome: 'insufficient_funds', label: 'UnionPay without money' },
  { number: '6200000000000039', brand: 'unionpay', outcome: 'expired_card', label: 'UnionPay that has expired' },
];

/** What a "no" of the card's bank says. */
export const cardWords: Readonly<Record<Exclude<CardOutcome, 'success'>, string>> = {
  card_declined: 'Your card was declined.',
  insufficient_funds: 'Your card has insufficient funds.',
  expired_card: 'Your card has expired.',
  incorrect_number: 'Your card number is incorrect.',
};
