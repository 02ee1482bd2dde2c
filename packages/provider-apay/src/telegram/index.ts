/**
 * Telegram invoices that are paid through A-Pay (Paykassma).
 *
 * @packageDocumentation
 */

export { readApayConnection } from '../connection.ts';
export type { ApayConnection } from '../connection.ts';
export type { ApayTelegramConfig } from './config.ts';
export type { TelegramCurrency } from './currency.ts';
export { createApayTelegram } from './provider.ts';
export type { ApayTelegram } from './provider.ts';
