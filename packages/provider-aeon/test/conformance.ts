import type { ConformanceSubject, PaymentSubject } from '@rielrails/testkit';
import { createAeonEmulator } from '../src/emulator/index.ts';
import type { AeonEmulatorConfig, AeonEmulatorOptions } from '../src/emulator/index.ts';
import { createAeon } from '../src/index.ts';
import type { AeonDisplay } from '../src/index.ts';

function subject(
  name: string,
  options: AeonEmulatorOptions,
  change: { readonly display?: AeonDisplay; readonly refunds?: boolean } = {},
): PaymentSubject<AeonEmulatorConfig> {
  const { refunds = true, ...display } = change;
  return {
    contract: 'payment',
    name,
    emulator: (context) => createAeonEmulator(context, options),
    create({ settlesAfterDays, ...config }, runtime) {
      const plain = { ...config, ...display };
      return refunds ? createAeon({ ...plain, settlesAfterDays }, runtime) : createAeon(plain, runtime);
    },
    secrets: ['secret'],
    refundDestination: 'USDT@TRX:TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE',
  };
}

/** What `pnpm conformance` asks of this package: the two readings of every open point, and the three display modes. */
export const subjects: readonly ConformanceSubject[] = [
  subject('aeon', {}),
  subject(
    'aeon-bot-other-dialect',
    { webhookFields: '15', orderAmounts: 'cents', codes: 'number', errorStatus: 400, customParam: 'text' },
    { display: { type: 'bot', botName: 'demo_shop_bot' } },
  ),
  subject(
    'aeon-other-currencies',
    { currencies: ['EUR', 'HKD', 'IDR', 'THB', 'VND', 'USDT'] },
    { display: { type: 'web' }, refunds: false },
  ),
];
