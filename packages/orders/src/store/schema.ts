import type { LedgerTables } from './ledger-tables.ts';

/** Every table that our own queries know. Each part of the store adds its tables here. */
export interface Schema extends LedgerTables {}
