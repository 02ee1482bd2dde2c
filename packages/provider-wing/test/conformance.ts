import type { AnyPaymentProvider } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import type { ConformanceSubject, PaymentSubject } from '@rielrails/testkit';
import { createWingEmulator, createWingInquiryEmulator, createWingV1Emulator } from '../src/emulator/index.ts';
import type {
  WingEmulator,
  WingV1EmulatorConfig,
  WingV2EmulatorConfig,
  WingV2InquiryEmulatorConfig,
} from '../src/emulator/index.ts';
import { createWing, createWingForm } from '../src/index.ts';

/** Version 2 with an inquiry, the biller's account in either currency. */
function v2(currency: 'KHR' | 'USD'): PaymentSubject<WingV2InquiryEmulatorConfig> {
  return {
    contract: 'payment',
    name: `wing-v2-${currency.toLowerCase()}`,
    emulator: (context) => createWingInquiryEmulator(context, { currency }),
    create: createWing,
    secrets: ['restApiKey', 'password'],
  };
}

/** Version 2 as its documents leave it: nothing to ask, nothing proven. */
const noProof: PaymentSubject<WingV2EmulatorConfig> = {
  contract: 'payment',
  name: 'wing-no-proof',
  emulator: (context) => createWingEmulator(context),
  create: createWing,
  secrets: ['restApiKey', 'password'],
};

const browsers = new WeakMap<WingV1EmulatorConfig, WingEmulator<WingV1EmulatorConfig>>();

/** Version 1: nothing is sent for a create, so the payer's browser has to post the form before anybody can pay. */
const v1: PaymentSubject<WingV1EmulatorConfig> = {
  contract: 'payment',
  name: 'wing-v1',
  emulator(context) {
    const emulator = createWingV1Emulator(context, { currency: 'USD' });
    browsers.set(emulator.config, emulator);
    return emulator;
  },
  create(config: WingV1EmulatorConfig, runtime: Runtime): AnyPaymentProvider {
    const provider: AnyPaymentProvider = createWing(config, runtime);
    const form = createWingForm(config, runtime);
    return {
      ...provider,
      async create(input, context) {
        const attempt = await provider.create(input, context);
        if (attempt.outcome === 'applied' && attempt.value.next.type === 'redirect')
          // A fault may hit the payer's browser instead: then no page is opened.
          await browsers
            .get(config)
            ?.payer.postForm(await form(attempt.value.next.url).text())
            .catch(() => {});
        return attempt;
      },
    };
  },
  secrets: ['restApiKey'],
};

/** What `pnpm conformance` asks of this package. */
export const subjects: readonly ConformanceSubject[] = [v2('KHR'), v2('USD'), noProof, v1];
