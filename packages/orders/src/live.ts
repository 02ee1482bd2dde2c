import { InputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import type { DueDiligence } from './order/due-diligence.ts';
import type { OrdersOptions } from './orders.ts';

/**
 * Refuses to start a live engine without a policy, a standing of its operator, or the approvals that its providers' rules ask for.
 *
 * @throws InputError naming what is missing, and the provider.
 */
export function assertMayGoLive({ mode, providers, declaration, dueDiligence }: OrdersOptions, now: Instant): void {
  if (mode === 'sandbox') return;
  if (!dueDiligence)
    throw new InputError('dueDiligence', 'missing', 'live mode needs a policy file; see docs/operating.md');
  assertStanding(dueDiligence, now);
  const declared = { ...dueDiligence.declaration, ...declaration };
  for (const rail of providers.rails) {
    const { cryptoPurchases, source } = rail.manifest.acceptableUse;
    if (cryptoPurchases === 'allowed') continue;
    const approval = declared[rail.id];
    if (approval?.reference && approval.date && approval.scope) continue;
    throw new InputError(
      `declaration.${rail.id}`,
      'approval-missing',
      `the rules of ${rail.id} on buying cryptocurrency are "${cryptoPurchases}" (${source}); name its written approval with reference, date and scope, or leave the provider out`,
    );
  }
}

/** What the operator says of their licence is theirs to answer for; that something is said is checked. */
function assertStanding({ licence }: DueDiligence, now: Instant): void {
  if (licence.type === 'none')
    throw new InputError(
      'dueDiligence.licence',
      'missing',
      'name the licence under which you sell, or declare who says that none is required, and why',
    );
  if (licence.type === 'licensed' && licence.validUntil <= now)
    throw new InputError('dueDiligence.licence', 'expired', 'the licence has run out');
}

/**
 * Refuses a live engine whose screening does not read the lists that its policy names. Lists that cannot be read now
 * are no reason: screening then gives no verdict, and nothing is sold.
 *
 * @throws InputError naming the list.
 */
export async function assertLists({ mode, providers, dueDiligence }: OrdersOptions): Promise<void> {
  const required = dueDiligence?.lists.required ?? [];
  if (mode === 'sandbox' || required.length === 0) return;
  const read = await (providers.lists?.() ?? Promise.resolve([])).catch(() => null);
  const missing = read && required.find((name) => !read.some(({ source }) => source === name));
  if (missing)
    throw new InputError(
      'dueDiligence.lists',
      'not-read',
      `the policy requires "${missing}", which screening does not read`,
    );
}
