import { can, money } from '@rielrails/core';
import type { Attempt, CreatedPayment, NextActionType, Payment, RefundPayment } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { later } from '../lab.ts';
import {
  constructionMutants,
  doubtAsRefusal,
  onFetch,
  readOnce,
  refusal,
  refusalAsDoubt,
  refusalAsSuccess,
  resend,
} from '../mutate.ts';
import type { Mutant } from '../suite.ts';
import type { PaymentSubject } from '../subject.ts';
import { bare, onCreate, onCreated, onEvents, onGet, onPayment, onProvider, onRefund, onWebhook } from './mutate.ts';
import type { Mutate } from './mutate.ts';
import { webhookMutants } from '../webhook-mutants.ts';
import { paymentWebhookIds } from './webhook.ts';

/** Payment providers that each break one promise. */
export const paymentMutants: readonly Mutant<PaymentSubject>[] = [
  mutant(
    'PAY-01',
    'declares-what-it-lacks',
    onProvider(({ get: _get, parseWebhook: _parse, ...rest }) => rest),
  ),
  mutant(
    'PAY-02',
    'calls-an-unpaid-request-paid',
    onCreated((created) => ({ ...created, payment: { ...created.payment, status: 'paid' } })),
  ),
  mutant('PAY-03', 'offers-what-it-cannot-make', onCreate(cannotMakeOneOffer)),
  mutant('PAY-04', 'ignores-limits', onCreate(paysTheLeast)),
  mutant('PAY-05', 'takes-any-asset', onCreate(paysTheLeast)),
  mutant(
    'PAY-06',
    'ignores-what-can-be-rendered',
    onCreate((input, create, { manifest }) => {
      const [offer] = Object.keys(manifest.offers) as [NextActionType];
      return create({ ...input, accepts: [offer] });
    }),
  ),
  mutant(
    'PAY-07',
    'ignores-the-expiry',
    onCreate((input, create, { runtime }) => create({ ...input, expiresAt: later(runtime.clock, 900_000) })),
  ),
  mutant('PAY-08', 'rounds-amounts', onCreate(roundsAmounts)),
  mutant(
    'PAY-09',
    'makes-its-own-references',
    onCreate(async (input, create, { runtime }) => {
      await create({ ...input, reference: newReference(runtime.random) });
      return create(input);
    }),
  ),
  mutant('PAY-10', 'calls-a-used-reference-a-refusal', refusesUsedReferences()),
  mutant(
    'PAY-11',
    'ignores-an-abort',
    onCreate((input, create) => create(input)),
  ),
  mutant(
    'PAY-12',
    'forgets-where-to-pay',
    onCreated((created) => {
      const nothing = { payload: '', url: '', account: '', scriptUrl: '' };
      const next = { ...created.next, ...nothing };
      return { ...created, next };
    }),
  ),
  ...(['PAY-13', 'PAY-14', 'PAY-15', 'PAY-16'] as const).flatMap((clause) => [
    mutant(
      clause,
      'calls-doubt-a-refusal',
      onCreate(async (input, create) => doubtAsRefusal(await create(input))),
    ),
    mutant(
      clause,
      'sends-again',
      onCreate((input, create) => resend(() => create(input))),
    ),
  ]),
  mutant(
    'PAY-17',
    'finds-only-by-handle',
    onGet(async (target, get) => (target.handle === undefined ? null : get(target))),
  ),
  mutant(
    'PAY-18',
    'calls-silence-a-refusal',
    onCreate(async (input, create) => doubtAsRefusal(await create(input))),
  ),
  mutant(
    'PAY-19',
    'calls-an-unsent-create-doubt',
    onCreate(async (input, create) => refusalAsDoubt(await create(input))),
  ),
  mutant(
    'PAY-20',
    'sends-again-after-503',
    onCreate((input, create) => resend(() => create(input))),
  ),
  mutant(
    'PAY-21',
    'calls-throttling-doubt',
    onCreate(async (input, create) => refusalAsDoubt(await create(input))),
  ),
  mutant('PAY-22', 'believes-a-wrong-echo', onCreate(believesTheEcho)),
  mutant(
    'PAY-23',
    'ignores-the-deadline',
    onCreate((input, create) => create(input)),
  ),
  mutant(
    'PAY-24',
    'goes-on-after-the-caller-left',
    onCreate((input, create) => create(input)),
  ),
  mutant(
    'PAY-25',
    'invents-payments',
    onGet(async (target, get, { manifest }) => (await get(target)) ?? bare(target, manifest)),
  ),
  mutant('PAY-26', 'asks-once', onFetch(readOnce)),
  mutant(
    'PAY-27',
    'calls-a-failed-lookup-not-found',
    onGet((target, get) => get(target).catch(() => null)),
  ),
  mutant(
    'PAY-28',
    'calls-a-throttled-lookup-not-found',
    onGet((target, get) => get(target).catch(() => null)),
  ),
  mutant(
    'PAY-29',
    'asks-on-after-the-deadline',
    onGet((target, get) => get(target)),
  ),
  mutant('PAY-30', 'takes-any-word-for-paid', onPayment(processingAs({ status: 'paid' }))),
  mutant(
    'PAY-30',
    'takes-any-word-for-failed',
    onPayment(processingAs({ status: 'failed', reason: 'unfamiliar word' })),
  ),
  mutant(
    'PAY-31',
    'hides-receipts',
    onPayment((payment) => ({ ...payment, receipts: [] })),
  ),
  mutant('PAY-32', 'tells-what-was-asked-for', onPayment(receivedAsRequested)),
  mutant('PAY-33', 'cuts-what-was-too-much', onPayment(receivedAsRequested)),
  mutant('PAY-34', 'swallows-the-second-receipt', swallowsSecondReceipts),
  mutant(
    'PAY-35',
    'takes-expiry-for-payment',
    onPayment((payment) => ({ ...payment, status: 'paid' })),
  ),
  mutant(
    'PAY-36',
    'hides-reversals',
    onPayment((payment) => ({ ...payment, reversals: [] })),
  ),
  mutant('PAY-37', 'only-pretends-to-cancel', onProvider(pretendsToCancel)),
  mutant('PAY-38', 'cancels-what-was-paid', onProvider(pretendsToCancel)),
  mutant('PAY-39', 'calls-a-lost-cancellation-a-refusal', onProvider(losesCancellations)),
  mutant(
    'PAY-40',
    'keeps-the-token',
    onProvider((provider) => ({
      ...provider,
      complete: async ({ target }) => ({ outcome: 'applied', value: bare(target, provider.manifest) }),
    })),
  ),
  mutant(
    'PAY-65',
    'calls-a-lost-completion-a-refusal',
    onProvider(completes(async (send) => doubtAsRefusal(await send()))),
  ),
  mutant('PAY-65', 'sends-a-lost-completion-again', onProvider(completes((send) => resend(send)))),
  mutant(
    'PAY-66',
    'calls-an-unsent-completion-doubt',
    onProvider(completes(async (send) => refusalAsDoubt(await send()))),
  ),
  mutant('PAY-41', 'approves-everything', onProvider(approvesEverything)),
  mutant(
    'PAY-42',
    'only-pretends-to-refund',
    onRefund(async ({ target }, _refund, { manifest }) => ({ outcome: 'applied', value: bare(target, manifest) })),
  ),
  mutant('PAY-43', 'refuses-parts', onRefund(refusesParts)),
  mutant('PAY-44', 'calls-a-refused-part-sent', onRefund(callsRefusalsApplied)),
  mutant('PAY-45', 'calls-too-much-sent', onRefund(callsRefusalsApplied)),
  mutant('PAY-46', 'sends-nothing-back-gladly', onRefund(callsRefusalsApplied)),
  mutant(
    'PAY-47',
    'makes-its-own-refund-references',
    onRefund((input, refund, { runtime }) => refund({ ...input, reference: newReference(runtime.random) })),
  ),
  mutant(
    'PAY-48',
    'calls-a-lost-refund-a-refusal',
    onRefund(async (input, refund) => doubtAsRefusal(await refund(input))),
  ),
  mutant(
    'PAY-48',
    'sends-a-lost-refund-again',
    onRefund((input, refund) => resend(() => refund(input))),
  ),
  mutant(
    'PAY-49',
    'calls-an-unsent-refund-doubt',
    onRefund(async (input, refund) => refusalAsDoubt(await refund(input))),
  ),
  mutant('PAY-50', 'calls-a-late-refund-sent', onRefund(callsRefusalsApplied)),
  ...webhookMutants(paymentWebhookIds, onWebhook),
  mutant(
    'PAY-64',
    'believes-what-a-hint-says',
    onEvents((event, manifest) =>
      event.type === 'changed' ? { ...event, payment: bare(event.target, manifest) } : event,
    ),
  ),
  ...constructionMutants<PaymentSubject>({ missingSecret: 'PAY-61', noWork: 'PAY-62', toldSecret: 'PAY-63' }),
];

function mutant(clause: string, id: string, mutate: Mutate): Mutant<PaymentSubject> {
  return { id, clause, mutate };
}

type CreateChange = Parameters<typeof onCreate>[0];
type RefundChange = Parameters<typeof onRefund>[0];
type ProviderChange = Parameters<typeof onProvider>[0];

function cannotMakeOneOffer(...[input, create, { manifest }]: Parameters<CreateChange>): ReturnType<CreateChange> {
  const last = Object.keys(manifest.offers).at(-1);
  return input.accepts.length === 1 && input.accepts[0] === last ? Promise.resolve(refusal('invalid')) : create(input);
}

function paysTheLeast(...[input, create, { manifest }]: Parameters<CreateChange>): ReturnType<CreateChange> {
  return create({ ...input, amount: manifest.assets[0].minimum });
}

async function roundsAmounts(...[input, create]: Parameters<CreateChange>): Promise<Attempt<CreatedPayment>> {
  const { asset, minor } = input.amount;
  const attempt = await create(input);
  if (attempt.outcome !== 'applied') return attempt;
  const requested = money(asset, minor - (minor % 10n));
  return { ...attempt, value: { ...attempt.value, payment: { ...attempt.value.payment, requested } } };
}

function refusesUsedReferences(): Mutate {
  return onProvider((provider) => {
    const used = new Set<string>();
    return {
      ...provider,
      async create(input, context) {
        const attempt = await provider.create(input, context);
        if (used.has(input.reference)) return refusal('conflict');
        used.add(input.reference);
        return attempt;
      },
    };
  });
}

async function believesTheEcho(...[input, create]: Parameters<CreateChange>): Promise<Attempt<CreatedPayment>> {
  const attempt = await create(input);
  if (attempt.outcome !== 'unknown') return attempt;
  const { reference, amount: requested, expiresAt } = input;
  const payment: Payment = { reference, requested, status: 'processing', receipts: [], refunds: [], reversals: [] };
  return {
    outcome: 'applied',
    value: { payment, next: { type: 'redirect', url: 'https://mutant.example', expiresAt } },
  };
}

function processingAs(
  status: { readonly status: 'paid' } | { readonly status: 'failed'; readonly reason: string },
): (payment: Payment) => Payment {
  return (payment) => (payment.status === 'processing' ? { ...payment, ...status } : payment);
}

function receivedAsRequested(payment: Payment): Payment {
  return { ...payment, receipts: payment.receipts.map((one) => ({ ...one, amount: payment.requested })) };
}

/** Knows one receipt of a request, however it is told of the next. */
function swallowsSecondReceipts(subject: PaymentSubject): PaymentSubject {
  const first = new Map<string, string>();
  return onPayment((payment) => {
    const [told] = payment.receipts;
    if (told && !first.has(payment.reference)) first.set(payment.reference, told.transaction);
    const only = first.get(payment.reference);
    return { ...payment, receipts: payment.receipts.filter(({ transaction }) => transaction === only) };
  })(subject);
}

function pretendsToCancel(provider: Parameters<ProviderChange>[0]): ReturnType<ProviderChange> {
  return {
    ...provider,
    cancel: async (target) => ({
      outcome: 'applied',
      value: { ...bare(target, provider.manifest), status: 'cancelled' },
    }),
  };
}

function losesCancellations(provider: Parameters<ProviderChange>[0]): ReturnType<ProviderChange> {
  if (!can(provider, 'cancel')) return provider;
  return { ...provider, cancel: async (target) => doubtAsRefusal(await provider.cancel(target)) };
}

/** Stands in for complete. */
function completes(change: (send: () => Promise<Attempt<Payment>>) => Promise<Attempt<Payment>>): ProviderChange {
  return (provider) =>
    can(provider, 'complete') ? { ...provider, complete: (input) => change(() => provider.complete(input)) } : provider;
}

function approvesEverything(provider: Parameters<ProviderChange>[0]): ReturnType<ProviderChange> {
  if (!can(provider, 'approve')) return provider;
  return { ...provider, approve: ({ approval }) => provider.approve({ approval, decision: { type: 'accept' } }) };
}

async function callsRefusalsApplied(
  ...[input, refund, { manifest }]: Parameters<RefundChange>
): Promise<Attempt<Payment>> {
  return refusalAsSuccess(await refund(input), bare(input.target, manifest));
}

async function refusesParts(...[input, refund, { provider }]: Parameters<RefundChange>): Promise<Attempt<Payment>> {
  const payment = can(provider, 'get') ? await provider.get(input.target) : null;
  return isWhole(input, payment) ? refund(input) : refusal('declined');
}

function isWhole({ amount }: RefundPayment, payment: Payment | null): boolean {
  return payment?.receipts[0]?.amount.minor === amount.minor;
}
