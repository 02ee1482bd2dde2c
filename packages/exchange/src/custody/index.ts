/**
 * Exchange accounts that send bitcoin.
 *
 * Needs the optional peers `bitcoinjs-lib` and `tiny-secp256k1`, which read addresses.
 *
 * @packageDocumentation
 */

export { createBinanceCustody } from './binance-custody.ts';
export type { AccountConfig, BinanceCustodyConfig, KrakenCustodyConfig } from './config.ts';
export { createMemoryJournal } from './journal.ts';
export type { WithdrawalIntent, WithdrawalJournal, WithdrawalRecord } from './journal.ts';
export { createKrakenCustody } from './kraken-custody.ts';
export { createPostgresJournal, migratePostgresJournal } from './postgres-journal.ts';
export type { Database } from './postgres-journal.ts';
