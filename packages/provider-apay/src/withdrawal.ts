import type { Money } from '@rielrails/core';
import { systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { readApayConfig } from './config.ts';
import type { ApayConfig } from './config.ts';
import { createOrderWords } from './deposit.ts';
import { createApayWire } from './wire.ts';

/** A payout in riel that somebody made at A-Pay. */
export interface ApayWithdrawal {
  readonly status: 'awaiting-payer' | 'paid' | 'failed' | 'processing';
  readonly amount: Money<'KHR'>;
}

/**
 * Looks a withdrawal up by A-Pay's order id: what proves a refund that was paid out by hand. Safe to repeat.
 *
 * @throws ProviderError of kind `invalid` for what is no order id, `unavailable` for one that A-Pay does not tell of.
 */
export async function readApayWithdrawal(
  orderId: string,
  config: ApayConfig,
  runtime: Runtime = systemRuntime(),
): Promise<ApayWithdrawal> {
  const record = await createApayWire(readApayConfig(config), runtime).order('withdrawal', orderId);
  return { status: createOrderWords(runtime.log).read(record.status), amount: record.amount };
}
