import { InputError } from '@rielrails/core';
import type { OrdersOptions } from './orders.ts';

/**
 * Refuses to start a live engine that its providers' rules do not allow.
 *
 * @throws InputError naming the provider and what is missing.
 */
export function assertMayGoLive({ mode, providers, declaration }: OrdersOptions): void {
  if (mode === 'sandbox') return;
  for (const rail of providers.rails) {
    const { cryptoPurchases, source } = rail.manifest.acceptableUse;
    if (cryptoPurchases === 'allowed') continue;
    const approval = declaration?.[rail.id];
    if (approval?.reference && approval.date && approval.scope) continue;
    throw new InputError(
      `declaration.${rail.id}`,
      'approval-missing',
      `the rules of ${rail.id} on buying cryptocurrency are "${cryptoPurchases}" (${source}); name its written approval with reference, date and scope, or leave the provider out`,
    );
  }
}
