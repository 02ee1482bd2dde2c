import { money, USDT } from '@rielrails/core';
import type { Money } from '@rielrails/core';

/** A way in which a crypto payment can go wrong. */
export type AeonAnomalyCase =
  | 'late'
  | 'underpaid'
  | 'overpaid'
  | 'price-moved'
  | 'wrong-token'
  | 'wrong-network'
  | 'unsupported-transfer'
  | 'wrong-memo'
  | 'returned-withdrawal'
  | 'flagged';

/** What becomes of such a payment, for a buyer to read before deciding to pay. */
export interface AeonAnomaly {
  readonly case: AeonAnomalyCase;
  /**
   * `credited`: it counts. `payer-page`: the payer asks for it back on AEON's page, and what nobody asks back is settled to
   * the merchant. `support`: by hand at AEON's support, with the transaction's details. `review`: AEON decides case by case.
   */
  readonly handling: 'credited' | 'payer-page' | 'support' | 'review';
  /** AEON's fee for handling it. Absent: none is documented; network fees may apply. */
  readonly fee?: Money<'USDT'>;
  /** How long it can be asked for. Absent: no end is documented. */
  readonly withinMs?: number;
  /** Where that time begins. */
  readonly countsFrom?: 'deposit' | 'return';
  /** From which excess on. */
  readonly from?: Money<'USDT'>;
  /** The title of AEON's document. */
  readonly source: string;
}

const FIFTEEN_DAYS_MS = 15 * 86_400_000;
const usdt = (units: bigint) => money(USDT, units * 100_000_000n);
const rules = 'Create Order, "Abnormal Transaction Handling Rules"';
const refunds = 'Crypto Payment, "Refund Rules for Orders"';

/** Every documented way of paying wrongly: show them before the buyer chooses to pay with crypto. */
export const aeonAnomalies: readonly AeonAnomaly[] = [
  { case: 'late', handling: 'credited', source: 'Query Order, DELAY_SUCCESS' },
  { case: 'underpaid', handling: 'payer-page', source: refunds },
  { case: 'overpaid', handling: 'payer-page', from: usdt(5n), source: refunds },
  { case: 'price-moved', handling: 'payer-page', source: refunds },
  { case: 'wrong-token', handling: 'payer-page', source: refunds },
  { case: 'wrong-network', handling: 'payer-page', source: refunds },
  /** Internal transactions, unofficial TON deposits, SUI MoveCall and other kinds that AEON does not recognise. */
  { case: 'unsupported-transfer', handling: 'support', fee: usdt(47n), source: rules },
  {
    case: 'wrong-memo',
    handling: 'support',
    fee: usdt(31n),
    withinMs: FIFTEEN_DAYS_MS,
    countsFrom: 'deposit',
    source: rules,
  },
  /** A withdrawal that the receiving platform sent back to where it came from. */
  {
    case: 'returned-withdrawal',
    handling: 'support',
    fee: usdt(47n),
    withinMs: FIFTEEN_DAYS_MS,
    countsFrom: 'return',
    source: rules,
  },
  /** By transaction monitoring (KYT). The fee is due if the money goes back to its source. */
  { case: 'flagged', handling: 'review', fee: usdt(5n), source: rules },
];
