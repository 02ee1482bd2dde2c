import type { AnyPaymentManifest, Asset, Money } from '@rielrails/core';

/** Why a rail cannot be chosen for an amount. */
export type RailProblem = 'other-currency' | 'too-little' | 'too-much';

/** Whether a rail takes an amount: `null` if it does. */
export function railProblem({ assets }: AnyPaymentManifest, amount: Money): RailProblem | null {
  const limits = assets.find(({ minimum }) => isSame(minimum.asset, amount.asset));
  if (!limits) return 'other-currency';
  if (amount.minor < limits.minimum.minor) return 'too-little';
  return amount.minor > limits.maximum.minor ? 'too-much' : null;
}

function isSame(left: Asset, right: Asset): boolean {
  return left.code === right.code && left.scale === right.scale;
}
