import type { AnyPaymentProvider, NonEmpty } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import { createAeon } from '@rielrails/provider-aeon';
import { createApay } from '@rielrails/provider-apay';
import { createApayTelegram } from '@rielrails/provider-apay/telegram';
import { createBakong } from '@rielrails/provider-bakong';
import { createBongloy } from '@rielrails/provider-bongloy';
import { createPayway } from '@rielrails/provider-payway';
import { createWing } from '@rielrails/provider-wing';
import type { EngineConfig } from '@rielrails/sandbox';

/** Opens the ways of paying that the sandbox's shop offers, in its order. */
export function openRails(config: EngineConfig, runtime: Runtime): NonEmpty<AnyPaymentProvider> {
  const { payway, bakong, aeon, apay, apayTelegram, bongloy, wing } = config.providers;
  const open: Readonly<Record<EngineConfig['rails'][number], () => AnyPaymentProvider>> = {
    payway() {
      const { refundPublicKey, ...merchant } = payway;
      const callbackUrl = `${config.publicOrigin}/webhooks/payway`;
      const settings = { ...merchant, environment: 'sandbox', currencies: ['KHR'], callbackUrl } as const;
      return createPayway(config.railRefunds ? { ...settings, refundPublicKey } : settings, runtime);
    },
    bakong: () => createBakong(bakong, runtime),
    aeon: () => createAeon(aeon, runtime),
    apay: () => createApay(apay, runtime),
    'apay-telegram': () => createApayTelegram(apayTelegram, runtime),
    bongloy: () => createBongloy(bongloy, runtime),
    wing() {
      const { inquiryPath, ...merchant } = wing;
      return createWing(inquiryPath === undefined ? merchant : { ...merchant, inquiryPath }, runtime);
    },
  };
  const [first, ...others] = config.rails;
  return [open[first](), ...others.map((rail) => open[rail]())];
}
