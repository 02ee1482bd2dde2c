import type { ConformanceSubject, KycSubject } from '@rielrails/testkit';
import { createOnfidoEmulator } from '../src/emulator/index.ts';
import type { OnfidoEmulatorConfig, OnfidoEmulatorOptions } from '../src/emulator/index.ts';
import { createOnfido } from '../src/index.ts';

function subject(name: string, options: OnfidoEmulatorOptions): KycSubject<OnfidoEmulatorConfig> {
  return {
    contract: 'kyc',
    name,
    emulator: (context) => createOnfidoEmulator(context, options),
    create: createOnfido,
    secrets: ['apiToken', 'webhookTokens'],
    request: { level: 'basic', language: 'km' },
  };
}

/** What `pnpm conformance` asks of this package. */
export const subjects: readonly ConformanceSubject[] = [
  subject('onfido', {}),
  // What no document says, the other way round.
  subject('onfido-short-pages', { pageSize: 1, filtersByTag: false }),
];
