/**
 * Exchanges, and rates for what no exchange trades.
 *
 * @packageDocumentation
 */

export * from './rates/index.ts';
