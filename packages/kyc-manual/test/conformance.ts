import type { Reference } from '@rielrails/core';
import { toHex } from '@rielrails/kit';
import { createEmulator } from '@rielrails/kit/emulator';
import type { EmulatorContext, KycEmulator } from '@rielrails/kit/emulator';
import { createManualKyc, createMemoryStore } from '@rielrails/kyc-manual';
import type { Decision, ManualKyc, ManualKycConfig, ManualStore } from '@rielrails/kyc-manual';
import type { ConformanceSubject, KycSubject } from '@rielrails/testkit';
import { handIn } from './hand-in.ts';

/** There is no provider to emulate: the desk is ours. What the suite drives is a person who hands in, and an operator. */
interface DeskConfig {
  readonly documentKey: string;
  readonly store: ManualStore;
  /** Filled in by whoever makes the adapter. */
  readonly made: { kyc: ManualKyc | null };
}

function createDeskInHand({ clock, random }: EmulatorContext): KycEmulator<DeskConfig> {
  const store = createMemoryStore();
  const opened: { reference: string }[] = [];
  const watched: ManualStore = {
    ...store,
    async open(fresh) {
      if (!(await store.find(fresh.reference))) opened.push({ reference: fresh.reference });
      return store.open(fresh);
    },
  };
  const made: DeskConfig['made'] = { kyc: null };
  const kyc = () => {
    if (!made.kyc) throw new Error('no adapter was made');
    return made.kyc;
  };
  const submitted = async (reference: Reference) => {
    const one = await store.find(reference);
    if (one && (one.state === 'open' || one.state === 'retry')) await handIn(kyc(), one);
  };
  const decide = async (reference: Reference, decision: Decision) => {
    const { desk } = kyc();
    const outcome = await desk.decide(reference, (await desk.line(reference)).version, decision, 'sokha');
    if (outcome.outcome === 'proposed') await desk.confirm(reference, outcome.proposal.hash, 'dara');
  };
  return {
    ...createEmulator({ name: 'manual', clock, routes: [] }),
    config: { documentKey: toHex(random.bytes(32)), store: watched, made },
    desk: {
      async approve(reference, { name, born = '1990-04-17', country = 'KH' } = { name: 'Sok Dara' }) {
        await submitted(reference);
        const identity = { name, born, country, documentNumber: '010203045', documentExpires: null };
        await decide(reference, { to: 'approved', identity });
      },
      async reject(reference, type) {
        await submitted(reference);
        await decide(reference, { to: type === 'retry' ? 'retry' : 'rejected', reasons: ['document-unreadable'] });
      },
      revoke: (reference) => decide(reference, { to: 'revoked' }),
    },
    applied: { cases: opened },
  };
}

const config = (documentKey: string): ManualKycConfig => ({
  publicUrl: 'https://shop.example',
  documentKey,
  shop: 'Test shop',
  sandbox: true,
});

const manual: KycSubject<DeskConfig> = {
  contract: 'kyc',
  name: 'manual',
  emulator: createDeskInHand,
  create({ documentKey, store, made }, runtime) {
    const kyc = createManualKyc(config(documentKey), { store, say: (reason) => reason }, runtime);
    made.kyc = kyc;
    return kyc;
  },
  secrets: ['documentKey'],
};

export const subjects: readonly ConformanceSubject[] = [manual];
