import type { Reference } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { createManualKyc, createMemoryStore } from '@rielrails/kyc-manual';
import type { Decision, ManualKycConfig, ReviewedIdentity } from '@rielrails/kyc-manual';

export const REFERENCE = '8243' as Reference;
export const START = { reference: REFERENCE, person: 'p-1', level: 'basic', language: 'en' };
export const HOUR_MS = 3_600_000;

/** A desk at which nothing takes two people, unless a test says so. */
export function setUp(changes: Partial<ManualKycConfig> = {}) {
  const runtime = createVirtualRuntime();
  const store = createMemoryStore();
  const moved: string[] = [];
  const kyc = createManualKyc(
    {
      publicUrl: 'https://shop.example',
      documentKey: 'a-key-of-at-least-32-characters-here',
      shop: 'Test & Co',
      twoPeople: [],
      ...changes,
    },
    {
      store,
      say: (reason, language) => `${language}: ${reason}`,
      moved: ({ target }) => void moved.push(target.reference),
    },
    runtime,
  );
  const link = async (language = 'en') => {
    const attempt = await kyc.start({ ...START, language });
    if (attempt.outcome !== 'applied') throw new Error('not applied');
    return attempt.value.url;
  };
  const get = async (url: string) => {
    const answer = await kyc.handle(new Request(url));
    return { status: answer?.status, text: await answer?.text() };
  };
  const decide = async (decision: Decision, by = 'sokha') =>
    kyc.desk.decide(REFERENCE, (await kyc.desk.line(REFERENCE)).version, decision, by);
  return { runtime, store, kyc, link, get, moved, decide };
}

/** What an operator reads off a document. */
export const identity: ReviewedIdentity = {
  name: 'SOK DARA',
  born: '1990-04-17',
  country: 'KH',
  documentNumber: '0102030457',
  documentExpires: null,
};

/** `field rule` of a refusal. */
export const rule = (error: unknown): string => {
  const { field, rule: broken } = error as { readonly field?: string; readonly rule?: string };
  return `${field} ${broken}`;
};
