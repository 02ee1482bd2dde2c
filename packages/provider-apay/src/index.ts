/**
 * A-Pay (Paykassma): deposits in riel through its direct API.
 *
 * @packageDocumentation
 */

export type { ApayConfig } from './config.ts';
export { readApayConnection } from './connection.ts';
export type { ApayConnection } from './connection.ts';
export { createApay } from './provider.ts';
export type { Apay } from './provider.ts';
export { readApayWithdrawal } from './withdrawal.ts';
export type { ApayWithdrawal } from './withdrawal.ts';
