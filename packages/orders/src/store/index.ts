export { balances, InsufficientBalanceError, post, trialBalance } from './ledger.ts';
export { DatabaseNewerError } from './migrate.ts';
export type { Posting } from './posting.ts';
export { openStore } from './store.ts';
export type { Store } from './store.ts';
export { CommitUnknownError } from './transaction.ts';
export type { Tx } from './transaction.ts';
