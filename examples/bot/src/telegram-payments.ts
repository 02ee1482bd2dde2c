import type { Orders } from '@rielrails/orders';
import type { Runtime, Secret } from '@rielrails/kit';
import type { Update } from 'grammy/types';

/** How updates about payments reach the rail whose invoices they are about. */
export interface TelegramPaymentsOptions {
  readonly orders: Pick<Orders, 'handle'>;
  /** The id of the rail. */
  readonly rail: string;
  /** What the rail knows Telegram's updates by. */
  readonly secret: Secret;
}

/** Hands an update to the rail. Rejects when it has to be handed on again. */
export type HandOn = (update: Update) => Promise<void>;

/** Whether an update is about a payment: a question whether it may be taken, or the payment itself. */
export function isPayment({ pre_checkout_query: question, message }: Update): boolean {
  return question !== undefined || message?.successful_payment !== undefined;
}

/**
 * Makes the way from Telegram's updates to the rail, as if Telegram had sent its webhook.
 *
 * Telegram waits ten seconds for the answer to its question, so an update is handed on at once, before it is confirmed
 * and past every chat's lane. The engine stores it before it answers.
 */
export function createHandOn({ orders, rail, secret }: TelegramPaymentsOptions, { log }: Runtime): HandOn {
  return async (update) => {
    const { status } = await orders.handle(
      new Request(`http://127.0.0.1/webhooks/${rail}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret.reveal() },
        body: JSON.stringify(update),
      }),
    );
    if (status >= 500) throw new Error('telegram payment: not stored');
    // What the rail cannot read never will be read: a person looks into Telegram's own list.
    if (status >= 400) log.error('payment-not-taken', { provider: rail, code: status });
  };
}
