/**
 * The contracts between money, providers and whoever calls them.
 *
 * A specification: types, a few pure functions, one error class. No dependencies, no I/O, no clock, no randomness.
 *
 * @packageDocumentation
 */

export * from './brand.ts';
export * from './reference.ts';
export * from './money.ts';
export * from './assets.ts';
export * from './input-error.ts';
export * from './fault.ts';
export * from './attempt.ts';
export * from './call.ts';
export * from './terms.ts';
export * from './webhook.ts';
export * from './payment/next-action.ts';
export * from './payment/payment.ts';
export * from './payment/operations.ts';
export * from './payment/manifest.ts';
export * from './payment/provider.ts';
export * from './exchange/exchange.ts';
export * from './exchange/rates.ts';
export * from './screening/screening.ts';
export * from './screening/told-apart.ts';
export * from './kyc/reason.ts';
export * from './kyc/kyc.ts';
export * from './custody/address.ts';
export * from './custody/clearance.ts';
export * from './custody/custody.ts';
export * from './capability.ts';
