import type { Brand } from '@rielrails/core';

/**
 * The name of an account in the books, parts joined by colons. The functions of `money/accounts.ts` make them.
 *
 * Names with a part `free` or `reserved` hold coins that exist, and the database keeps them from going below zero.
 */
export type Account = Brand<string, 'Account'>;
