import { can, money } from '@rielrails/core';
import type { AnyCustody, Attempt, Clearance, Target, Withdraw, Withdrawal, WithdrawalTarget } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import type { Fetch, Runtime } from '@rielrails/kit';
import { constructionMutants, onFetch, readOnce, refusal, refusalAsSuccess, resendRequests } from '../mutate.ts';
import type { Mutant } from '../suite.ts';
import type { CustodySubject } from '../subject.ts';
import { webhookMutants } from '../webhook-mutants.ts';
import type { WebhookChange } from '../webhook-mutants.ts';
import { custodyWebhookIds } from './clauses.ts';

type Mutate = (subject: CustodySubject) => CustodySubject;
type Send = (input: Withdraw) => Promise<Attempt<Withdrawal>>;

/** Custodies that each break one promise. */
export const custodyMutants: readonly Mutant<CustodySubject>[] = [
  mutant(
    'CUS-01',
    'reads-no-address',
    onAddress(() => ({ outcome: 'refused', problem: 'unsupported' })),
  ),
  mutant(
    'CUS-02',
    'checks-no-checksum',
    onAddress((text) => ({ outcome: 'valid', canonical: text })),
  ),
  mutant(
    'CUS-03',
    'only-pretends-to-send',
    onWithdraw(async (input) => ({ outcome: 'applied', value: pretended(input) })),
  ),
  ...(['CUS-04', 'CUS-05', 'CUS-06', 'CUS-07'] as const).map((clause) =>
    mutant(
      clause,
      'mints-its-own-clearance',
      onWithdraw((input, send) => send(cleared(input))),
    ),
  ),
  mutant('CUS-08', 'calls-anything-sent', onWithdraw(callsAnythingSent)),
  mutant('CUS-09', 'takes-any-network', onWithdraw(callsAnythingSent)),
  mutant(
    'CUS-10',
    'wants-a-clearance-for-its-own-address',
    onWithdraw(async (input, send) => (input.destination.type === 'own' ? refusal('invalid') : send(input))),
  ),
  mutant(
    'CUS-11',
    'seals-for-itself',
    onWithdraw((input, send, { custody }) => send(sealed(input, custody))),
  ),
  mutant('CUS-12', 'takes-the-fee-out-of-the-amount', onWithdraw(sendsLess)),
  mutant('CUS-13', 'calls-too-much-sent', onWithdraw(callsAnythingSent)),
  mutant(
    'CUS-14',
    'remembers-its-first-balance',
    onCustody((custody) => {
      if (!can(custody, 'balance')) return custody;
      let first: ReturnType<typeof custody.balance> | undefined;
      return { ...custody, balance: (asset) => (first ??= custody.balance(asset)) };
    }),
  ),
  mutant(
    'CUS-15',
    'estimates-in-another-asset',
    onCustody((custody) => ({ ...custody, estimateFee: async () => money({ code: 'XTS', scale: 2 }, 1n) })),
  ),
  mutant(
    'CUS-16',
    'never-calls-it-confirmed',
    onGet(async (target, get) => {
      const found = await get(target);
      return found && { reference: found.reference, amount: found.amount, status: 'signing' };
    }),
  ),
  mutant('CUS-17', 'bumps-by-paying-again', bumpsByPayingAgain()),
  ...(['CUS-18', 'CUS-19', 'CUS-20', 'CUS-21'] as const).flatMap((clause) => [
    mutant(
      clause,
      'calls-doubt-a-failure',
      afterFailure(async () => refusal('unavailable')),
    ),
    mutant(clause, 'sends-again-under-a-new-reference', afterFailure(sendsUnderNewReference)),
  ]),
  mutant(
    'CUS-22',
    'forgets-what-was-in-doubt',
    onGet(async () => null),
  ),
  mutant(
    'CUS-23',
    'calls-silence-a-failure',
    afterFailure(async () => refusal('unavailable')),
  ),
  mutant(
    'CUS-24',
    'calls-everything-declined',
    afterFailure(async () => refusal('declined')),
  ),
  mutant('CUS-25', 'makes-its-own-references', onWithdraw(sendsUnderNewReference)),
  mutant('CUS-25', 'calls-a-used-reference-a-refusal', refusesUsedReferences()),
  mutant('CUS-26', 'calls-the-second-one-sent', onWithdraw(callsAnythingSent)),
  mutant('CUS-27', 'believes-a-wrong-echo', onWithdraw(callsAnythingSent)),
  mutant(
    'CUS-28',
    'ignores-an-abort',
    onWithdraw((input, send) => send(input)),
  ),
  mutant(
    'CUS-29',
    'invents-withdrawals',
    onGet(async (target, get) => (await get(target)) ?? failed(target)),
  ),
  mutant('CUS-30', 'asks-once', onFetch(readOnce)),
  mutant(
    'CUS-31',
    'calls-a-failed-lookup-not-found',
    onFailedLookup(() => null),
  ),
  mutant('CUS-31', 'calls-a-failed-lookup-a-failed-withdrawal', onFailedLookup(failed)),
  mutant(
    'CUS-32',
    'takes-any-word-for-failed',
    onGet(async (target, get) => {
      const found = await get(target);
      return found && (found.status === 'broadcast' || found.status === 'confirmed' ? found : failed(target));
    }),
  ),
  ...constructionMutants<CustodySubject>({ missingSecret: 'CUS-33', noWork: 'CUS-34', toldSecret: 'CUS-35' }),
  mutant('CUS-36', 'resends-the-request', onFetch(resendRequests)),
  mutant(
    'CUS-47',
    'hands-in-while-it-may-only-watch',
    onGet(({ watchOnly: _watchOnly, ...target }, get) => get(target)),
  ),
  mutant(
    'CUS-47',
    'calls-what-it-may-only-watch-sent',
    onGet(async (target, get) => {
      const found = await get(target);
      return found && target.watchOnly ? { ...found, status: 'broadcast', transactionId: 'f'.repeat(64) } : found;
    }),
  ),
  mutant(
    'CUS-37',
    'overlooks-what-waits',
    onGet(async (target, get) => whileWaiting(await get(target), null)),
  ),
  mutant(
    'CUS-37',
    'calls-what-waits-failed',
    onGet(async (target, get) => whileWaiting(await get(target), failed(target))),
  ),
  mutant(
    'CUS-38',
    'waits-on-after-a-no',
    onGet(async (target, get) => {
      const found = await get(target);
      return found?.status === 'failed' ? { ...found, status: 'awaiting-approval' } : found;
    }),
  ),
  mutant(
    'CUS-38',
    'calls-a-no-a-loss',
    onGet(async (target, get) => {
      const found = await get(target);
      return found?.status === 'failed' ? { ...found, fundsReturned: false } : found;
    }),
  ),
  ...webhookMutants(custodyWebhookIds, onWebhook),
];

function mutant(clause: string, id: string, mutate: Mutate): Mutant<CustodySubject> {
  return { id, clause, mutate };
}

function onCustody(change: (custody: AnyCustody, runtime: Runtime) => AnyCustody): Mutate {
  return (subject) => ({
    ...subject,
    create: async (config, runtime) => change(await subject.create(config, runtime), runtime),
  });
}

function onAddress(read: AnyCustody['manifest']['address']['read']): Mutate {
  return onCustody((custody) => {
    const { manifest } = custody;
    return { ...custody, manifest: { ...manifest, address: { network: manifest.address.network, read } } };
  });
}

interface Around {
  readonly custody: AnyCustody;
  readonly runtime: Runtime;
}

function onWithdraw(change: (input: Withdraw, send: Send, around: Around) => Promise<Attempt<Withdrawal>>): Mutate {
  return onCustody((custody, runtime) => ({
    ...custody,
    withdraw: (input) => change(input, (one) => custody.withdraw(one), { custody, runtime }),
  }));
}

function onGet(
  change: (
    target: WithdrawalTarget,
    get: (target: WithdrawalTarget) => Promise<Withdrawal | null>,
  ) => Promise<Withdrawal | null>,
): Mutate {
  return onCustody((custody) => ({ ...custody, get: (target) => change(target, (one) => custody.get(one)) }));
}

function onWebhook(change: WebhookChange): Mutate {
  return onCustody((custody, runtime) => {
    if (!can(custody, 'parseWebhook')) return custody;
    const { parseWebhook } = custody;
    return {
      ...custody,
      parseWebhook: (delivery) => change(delivery, (one) => parseWebhook(one) as ReturnType<WebhookChange>, runtime),
    };
  });
}

/** Notices whether any request failed, whatever the adapter makes of it. */
function noticing(runtime: Runtime): { readonly runtime: Runtime; failures: number } {
  const notice = { runtime, failures: 0 };
  const fetch: Fetch = async (request, options) => {
    const { signal } = options;
    signal?.addEventListener('abort', () => (notice.failures += 1), { once: true });
    try {
      const response = await runtime.fetch(request, options);
      const kind = response.headers.get('content-type') ?? '';
      if (response.status >= 500 || response.status === 429 || kind.includes('html')) notice.failures += 1;
      return response;
    } catch (error) {
      notice.failures += 1;
      throw error;
    }
  };
  return Object.assign(notice, { runtime: { ...runtime, fetch } });
}

/** Answers a withdrawal in its own way when a request of it failed. */
function afterFailure(change: (input: Withdraw, send: Send, around: Around) => Promise<Attempt<Withdrawal>>): Mutate {
  return (subject) => ({
    ...subject,
    async create(config, runtime) {
      const notice = noticing(runtime);
      const custody = await subject.create(config, notice.runtime);
      return {
        ...custody,
        async withdraw(input) {
          const before = notice.failures;
          const attempt = await custody.withdraw(input);
          const around = { custody, runtime };
          return notice.failures > before ? change(input, (one) => custody.withdraw(one), around) : attempt;
        },
      };
    },
  });
}

/** Answers a lookup in its own way when a request of it failed. */
function onFailedLookup(answer: (target: Target) => Withdrawal | null): Mutate {
  return (subject) => ({
    ...subject,
    async create(config, runtime) {
      const notice = noticing(runtime);
      const custody = await subject.create(config, notice.runtime);
      return {
        ...custody,
        async get(target) {
          const before = notice.failures;
          const found = await custody.get(target).catch(() => null);
          return notice.failures > before ? answer(target) : found;
        },
      };
    },
  });
}

/** The withdrawal with a clearance that fits, whatever the real one says. */
function cleared(input: Withdraw): Withdraw {
  const { reference, amount, destination } = input;
  if (destination.type === 'own') return input;
  const { address } = destination;
  const validUntil = 4_102_444_800_000;
  const clearance = { ...destination.clearance, reference, address, maximum: amount, validUntil } as Clearance;
  return { ...input, destination: { type: 'customer', address, clearance } };
}

/** The withdrawal with a seal that fits, whatever the real one says. */
function sealed(input: Withdraw, custody: AnyCustody): Withdraw {
  const { reference, amount, destination } = input;
  if (!can(custody, 'bind')) return input;
  const binding = custody.bind({ reference, address: destination.address, minimum: amount, maximum: amount });
  return { ...input, binding };
}

async function sendsUnderNewReference(
  input: Withdraw,
  send: Send,
  { custody, runtime }: Around,
): Promise<Attempt<Withdrawal>> {
  const renamed = { ...input, reference: newReference(runtime.random) };
  const attempt = await send(sealed(cleared(renamed), custody));
  if (attempt.outcome !== 'applied') return attempt;
  return { ...attempt, value: { ...attempt.value, reference: input.reference } };
}

async function sendsLess(input: Withdraw, send: Send, { custody }: Around): Promise<Attempt<Withdrawal>> {
  const amount = money(input.amount.asset, input.amount.minor - 1n);
  const attempt = await send(sealed(cleared({ ...input, amount }), custody));
  return attempt.outcome === 'applied' ? { ...attempt, value: { ...attempt.value, amount: input.amount } } : attempt;
}

async function callsAnythingSent(input: Withdraw, send: Send): Promise<Attempt<Withdrawal>> {
  const attempt = await send(input);
  return attempt.outcome === 'unknown'
    ? { outcome: 'applied', value: pretended(input) }
    : refusalAsSuccess(attempt, pretended(input));
}

function refusesUsedReferences(): Mutate {
  return onCustody((custody) => {
    const used = new Set<string>();
    return {
      ...custody,
      async withdraw(input, context) {
        if (used.has(input.reference)) return refusal('conflict');
        used.add(input.reference);
        return custody.withdraw(input, context);
      },
    };
  });
}

function bumpsByPayingAgain(): Mutate {
  return onCustody((custody, runtime) => {
    let last: Withdraw | undefined;
    return {
      ...custody,
      async withdraw(input) {
        last = input;
        return custody.withdraw(input);
      },
      async bump() {
        if (!last) return refusal('not-found');
        return sendsUnderNewReference(last, (one) => custody.withdraw(one), { custody, runtime });
      },
    };
  });
}

function whileWaiting(found: Withdrawal | null, answer: Withdrawal | null): Withdrawal | null {
  return found?.status === 'awaiting-approval' ? answer : found;
}

function pretended({ reference, amount }: Withdraw): Withdrawal {
  return { reference, amount, status: 'signing' };
}

function failed({ reference }: Target): Withdrawal {
  return { reference, amount: money({ code: 'BTC', scale: 8 }, 0n), status: 'failed', fundsReturned: true };
}
