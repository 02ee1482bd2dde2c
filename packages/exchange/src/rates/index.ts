/**
 * Rates that an operator sets by hand.
 *
 * @packageDocumentation
 */

export { createOperatorRates } from './operator-rates.ts';
export type { OperatorRate, OperatorRates, OperatorRatesConfig } from './operator-rates.ts';
