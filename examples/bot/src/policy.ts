import { InputError } from '@rielrails/core';
import type { Asset, NonEmpty } from '@rielrails/core';
import { defaultTimes } from '@rielrails/orders';
import type { Policy } from '@rielrails/orders';
import type { BotConfig } from './config.ts';
import { withoutUndefined } from './without-undefined.ts';

/**
 * The engine's policy.
 *
 * @throws InputError where a currency that somebody may pay in has no limits: it would have none at all.
 */
export function policyOf({ policy }: Pick<BotConfig, 'policy'>, payAssets: NonEmpty<Asset>): Policy {
  const { perOrder, perDay, openUnpaid, ...stated } = policy;
  for (const { code } of payAssets) {
    for (const [field, limits] of Object.entries({ perOrder, perDay, twoPeopleFrom: policy.twoPeopleFrom }))
      if (!limits.some(({ asset }) => asset.code === code))
        throw new InputError(
          `config.policy.${field}`,
          'missing',
          `names no amount in ${code}, which a listed way takes`,
        );
  }
  return {
    ...defaultTimes,
    ...withoutUndefined(stated),
    limits: { perOrder, perDay, openUnpaid },
    payAssets,
  };
}
