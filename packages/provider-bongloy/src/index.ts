/**
 * Bongloy: cards by the token of its own form; lookup, refunds, disputes, hints by webhook.
 *
 * @packageDocumentation
 */

export { createBongloyAccount } from './account.ts';
export type { BongloyAccount, BongloyCard, BongloyCharge, BongloyCustomer } from './account.ts';
export type { BongloyConfig } from './config.ts';
export type { BongloyOperation } from './manifest.ts';
export { createBongloy } from './provider.ts';
export type { Bongloy } from './provider.ts';
