import { can } from '@rielrails/core';
import type { AnyKycProvider, Attempt, KycCase, StartedKyc, StartKyc, Target } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { constructionMutants, doubtAsRefusal, onFetch, readOnce, refusal, refusalAsDoubt, resend } from '../mutate.ts';
import type { Mutant } from '../suite.ts';
import type { KycSubject } from '../subject.ts';
import { webhookMutants } from '../webhook-mutants.ts';
import type { WebhookChange } from '../webhook-mutants.ts';
import { kycWebhookIds } from './clauses.ts';

type Mutate = (subject: KycSubject) => KycSubject;
type Start = (input: StartKyc) => Promise<Attempt<StartedKyc>>;
type Get = (target: Target) => Promise<KycCase | null>;

/** KYC providers that each break one promise. */
export const kycMutants: readonly Mutant<KycSubject>[] = [
  mutant(
    'KYC-01',
    'declares-nothing',
    onProvider((provider) => ({ ...provider, manifest: { ...provider.manifest, start: {} as never } })),
  ),
  mutant('KYC-02', 'gives-an-expired-link', onStart(givesExpiredLink)),
  mutant(
    'KYC-03',
    'makes-its-own-references',
    onStart(async (input, start, runtime) => {
      const attempt = await start({ ...input, reference: newReference(runtime.random) });
      if (attempt.outcome !== 'applied') return attempt;
      return { ...attempt, value: { ...attempt.value, case: { reference: input.reference, status: 'pending' } } };
    }),
  ),
  mutant('KYC-03', 'calls-a-used-reference-a-refusal', refusesUsedReferences()),
  ...(['KYC-04', 'KYC-05', 'KYC-06', 'KYC-07'] as const).flatMap((clause) => [
    mutant(
      clause,
      'calls-doubt-a-refusal',
      onStart(async (input, start) => doubtAsRefusal(await start(input))),
    ),
    mutant(
      clause,
      'sends-again',
      onStart((input, start) => resend(() => start(input))),
    ),
  ]),
  mutant(
    'KYC-08',
    'forgets-what-was-in-doubt',
    onGet(async () => null),
  ),
  mutant(
    'KYC-09',
    'calls-silence-a-refusal',
    onStart(async (input, start) => doubtAsRefusal(await start(input))),
  ),
  mutant(
    'KYC-10',
    'calls-an-unsent-start-doubt',
    onStart(async (input, start) => refusalAsDoubt(await start(input))),
  ),
  mutant(
    'KYC-11',
    'sends-again-after-503',
    onStart((input, start) => resend(() => start(input))),
  ),
  mutant(
    'KYC-12',
    'calls-throttling-doubt',
    onStart(async (input, start) => refusalAsDoubt(await start(input))),
  ),
  mutant(
    'KYC-13',
    'ignores-an-abort',
    onStart((input, start) => start(input)),
  ),
  mutant(
    'KYC-14',
    'ignores-the-deadline',
    onStart((input, start) => start(input)),
  ),
  mutant(
    'KYC-15',
    'invents-cases',
    onGet(async ({ reference }, get) => (await get({ reference })) ?? { reference, status: 'pending' }),
  ),
  mutant('KYC-16', 'asks-once', onFetch(readOnce)),
  mutant(
    'KYC-17',
    'calls-a-failed-lookup-not-found',
    onGet((target, get) => get(target).catch(() => null)),
  ),
  mutant(
    'KYC-17',
    'calls-a-failed-lookup-approved',
    onGet((target, get) => get(target).catch(() => approvedFor(target, 4_102_444_800_000))),
  ),
  mutant(
    'KYC-18',
    'approves-without-an-identity',
    onCase((found) => (found.status === 'approved' ? { ...found, identity: { name: '' } } : found)),
  ),
  mutant('KYC-19', 'prolongs-approvals-by-reading', prolongsApprovals()),
  mutant(
    'KYC-20',
    'calls-a-retry-final',
    onCase((found) => (found.status === 'retry' ? { ...found, status: 'rejected' } : found)),
  ),
  ...(['KYC-20', 'KYC-21'] as const).map((clause) =>
    mutant(
      clause,
      'passes-the-providers-words-on',
      onCase((found) => ('reasons' in found ? { ...found, reasons: ['The document is forged.' as never] } : found)),
    ),
  ),
  mutant(
    'KYC-21',
    'lets-the-rejected-try-again',
    onCase((found) => (found.status === 'rejected' ? { ...found, status: 'retry' } : found)),
  ),
  mutant(
    'KYC-22',
    'keeps-revoked-approvals',
    onCase((found) => (found.status === 'revoked' ? approvedFor(found, 4_102_444_800_000) : found)),
  ),
  mutant(
    'KYC-23',
    'takes-any-word-for-approved',
    onCase((found) => (found.status === 'pending' ? approvedFor(found, 4_102_444_800_000) : found)),
  ),
  ...webhookMutants(kycWebhookIds, onWebhook),
  ...constructionMutants<KycSubject>({ missingSecret: 'KYC-32', noWork: 'KYC-33', toldSecret: 'KYC-34' }),
];

function mutant(clause: string, id: string, mutate: Mutate): Mutant<KycSubject> {
  return { id, clause, mutate };
}

function onProvider(change: (provider: AnyKycProvider, runtime: Runtime) => AnyKycProvider): Mutate {
  return (subject) => ({
    ...subject,
    create: async (config, runtime) => change(await subject.create(config, runtime), runtime),
  });
}

function onStart(change: (input: StartKyc, start: Start, runtime: Runtime) => ReturnType<Start>): Mutate {
  return onProvider((provider, runtime) => ({
    ...provider,
    start: (input) => change(input, (one) => provider.start(one), runtime),
  }));
}

function onGet(change: (target: Target, get: Get) => ReturnType<Get>): Mutate {
  return onProvider((provider) => ({ ...provider, get: (target) => change(target, (one) => provider.get(one)) }));
}

function onCase(change: (found: KycCase) => KycCase): Mutate {
  return onGet(async (target, get) => {
    const found = await get(target);
    return found && change(found);
  });
}

function onWebhook(change: WebhookChange): Mutate {
  return onProvider((provider, runtime) => {
    if (!can(provider, 'parseWebhook')) return provider;
    const { parseWebhook } = provider;
    return {
      ...provider,
      parseWebhook: (delivery) => change(delivery, (one) => parseWebhook(one) as ReturnType<WebhookChange>, runtime),
    };
  });
}

async function givesExpiredLink(input: StartKyc, start: Start, runtime: Runtime): ReturnType<Start> {
  const attempt = await start(input);
  if (attempt.outcome !== 'applied') return attempt;
  return { ...attempt, value: { ...attempt.value, linkExpiresAt: runtime.clock.now() } };
}

function refusesUsedReferences(): Mutate {
  return onProvider((provider) => {
    const used = new Set<string>();
    return {
      ...provider,
      async start(input, context) {
        if (used.has(input.reference)) return refusal('conflict');
        used.add(input.reference);
        return provider.start(input, context);
      },
    };
  });
}

function prolongsApprovals(): Mutate {
  return onProvider((provider, runtime) => ({
    ...provider,
    async get(target) {
      const found = await provider.get(target);
      return found?.status === 'approved' ? approvedFor(target, runtime.clock.now() + 1000) : found;
    },
  }));
}

function approvedFor({ reference }: Target, until: number): KycCase {
  return { reference, status: 'approved', until: until as never, identity: { name: 'Mutant' } };
}
