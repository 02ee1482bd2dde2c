export * from './accounts.ts';
export * from './postings.ts';
export { heldFor } from './reservation.ts';
