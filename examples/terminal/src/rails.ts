import type { AnyPaymentProvider, NonEmpty } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import { createBakong } from '@rielrails/provider-bakong';
import { createPayway } from '@rielrails/provider-payway';
import type { EngineConfig } from '@rielrails/sandbox';

/** Opens the ways of paying that the sandbox's shop offers, in its order. */
export function openRails(config: EngineConfig, runtime: Runtime): NonEmpty<AnyPaymentProvider> {
  const { payway, bakong } = config.providers;
  const webhook = (rail: string) => `${config.publicOrigin}/webhooks/${rail}`;
  const open: Readonly<Record<EngineConfig['rails'][number], () => AnyPaymentProvider>> = {
    payway() {
      const { refundPublicKey, ...merchant } = payway;
      const refunds = config.railRefunds ? { refundPublicKey } : {};
      const callbackUrl = webhook('payway');
      return createPayway(
        { ...merchant, ...refunds, environment: 'sandbox', currencies: ['KHR'], callbackUrl },
        runtime,
      );
    },
    bakong: () => createBakong(bakong, runtime),
  };
  const [first, ...others] = config.rails;
  return [open[first](), ...others.map((rail) => open[rail]())];
}
