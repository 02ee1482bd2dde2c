export * from './accounts.ts';
export * from './postings.ts';
export { heldFor, releaseFloat, reserveFloat } from './reservation.ts';
