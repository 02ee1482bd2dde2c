import { createBakongEmulator } from '@rielrails/provider-bakong/emulator';
import type { BakongEmulator } from '@rielrails/provider-bakong/emulator';
import type { EmulatorContext, PaymentEmulator } from '@rielrails/kit/emulator';
import { createPaywayEmulator } from '@rielrails/provider-payway/emulator';
import type { PaywayEmulator } from '@rielrails/provider-payway/emulator';
import type { EngineConfig } from '../launcher/engine-config.ts';
import type { HostHandler } from '../world/index.ts';
import type { RailId } from './rail-id.ts';

/** How the payment providers of a sandbox are set up. */
export interface RailOptions {
  /** Where providers believe the shop to be. */
  readonly publicOrigin: string;
  /** Whether banks let payers change the amount, scan twice and pay late. */
  readonly takesWrongPayments: boolean;
  /** Calls that Bakong grants in a day. */
  readonly bakongCallsPerDay: number;
}

/** Every payment provider of a sandbox. */
export interface RailEmulators {
  readonly payway: PaywayEmulator;
  readonly bakong: BakongEmulator;
}

/** The payment providers, and how they are reached. */
export interface PlayedRails {
  readonly emulators: RailEmulators;
  /** By the host names that the adapters call. */
  readonly hosts: Readonly<Record<string, PaymentEmulator | HostHandler>>;
  /** What the shop's contracts say: enough to configure every adapter. */
  readonly contracts: Pick<EngineConfig['providers'], RailId>;
}

/** Opens every payment provider, with play credentials of its own. */
export function playRails(context: EmulatorContext, options: RailOptions): PlayedRails {
  const { publicOrigin, takesWrongPayments } = options;
  const webhook = (rail: RailId) => `${publicOrigin}/webhooks/${rail}`;
  const payway = createPaywayEmulator(context, { callbackUrl: webhook('payway'), takesWrongPayments });
  const bakong = createBakongEmulator(context, { takesWrongPayments, callsPerDay: options.bakongCallsPerDay });
  const { merchantId, apiKey, refundPublicKey } = payway.config;
  return {
    emulators: { payway, bakong },
    hosts: { 'checkout-sandbox.payway.com.kh': payway, 'sit-api-bakong.nbc.gov.kh': bakong },
    contracts: {
      payway: { merchantId, apiKey, refundPublicKey },
      bakong: { ...bakong.config, currencies: [...bakong.config.currencies] },
    },
  };
}
