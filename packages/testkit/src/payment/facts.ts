import { can, money } from '@rielrails/core';
import type { AnyPaymentManifest, PaymentOperation } from '@rielrails/core';
import type { Excluded } from '../suite.ts';
import type { PaymentSubject } from '../subject.ts';
import { enterPaymentWorld } from './world.ts';
import type { PaymentWorld } from './world.ts';

/** A write whose answer can get lost on its way. */
export type PaymentWrite = 'create' | 'complete' | 'cancel' | 'refund';

/** What decides which payment clauses are asked: the manifest, and what the emulated provider was seen to do. */
export interface PaymentFacts {
  readonly manifest: AnyPaymentManifest;
  readonly secrets: readonly string[];
  /** The emulator's routes that carry writes out; `null`: nothing is sent for it. */
  readonly routes: Readonly<Record<PaymentWrite, string | null>>;
  /** Whether the answer to a create repeats the amount. */
  readonly echoesAmount: boolean;
  /** Whether a lookup tells a status in the provider's words. */
  readonly tellsStatus: boolean;
  /** Whether the payer can pay another amount than was asked for. */
  readonly takesOtherAmounts: boolean;
  readonly paysTwice: boolean;
  /** Whether the provider knows of money that was taken back. */
  readonly tellsReversals: boolean;
}

/** Plays the provider through once, to see what can be asked of it. */
export async function scoutPayment(subject: PaymentSubject): Promise<PaymentFacts> {
  const play = <T>(work: (world: PaymentWorld) => Promise<T>) => enterPaymentWorld(subject, null, work);
  return {
    manifest: await play(async ({ provider }) => provider.manifest),
    secrets: subject.secrets,
    routes: {
      create: await play(createRoute),
      complete: await play(completeRoute),
      cancel: await play(cancelRoute),
      refund: await play(refundRoute),
    },
    echoesAmount: (await play(createAnswers)) !== (await play(createAnswersWithOtherAmount)),
    tellsStatus: (await play(getAnswers)) !== (await play(getAnswersWithOtherWord)),
    takesOtherAmounts: await play(takesOtherAmounts),
    paysTwice: await play(paysTwice),
    tellsReversals: await play(tellsReversals),
  };
}

/** Asks always. */
export function always(): true {
  return true;
}

/** Asks where the provider has an operation. */
export function has(operation: PaymentOperation): (facts: PaymentFacts) => true | Excluded {
  return ({ manifest }) => manifest.operations[operation] !== undefined || { excludedBy: `operations.${operation}` };
}

/** Asks where a lost write is found by our reference. */
export function findsByReference({ manifest }: PaymentFacts): true | Excluded {
  return manifest.operations.get?.by === 'reference' || { excludedBy: 'operations.get.by' };
}

/** Asks where a lookup tells every payment of a request. */
export function tellsEveryReceipt({ manifest }: PaymentFacts): true | Excluded {
  return manifest.operations.get?.receipts !== 'one' || { excludedBy: 'operations.get.receipts' };
}

/** Asks where something that the provider says is believed: a lookup, or webhooks that are authenticated. */
export function provesPayments({ manifest: { operations } }: Pick<PaymentFacts, 'manifest'>): true | Excluded {
  const { get, parseWebhook } = operations;
  const authenticated = parseWebhook !== undefined && parseWebhook.authentication !== 'none';
  return get !== undefined || authenticated || { excludedBy: 'operations.get' };
}

/** Asks where a write leaves the machine. */
export function sends(write: PaymentWrite): (facts: PaymentFacts) => true | Excluded {
  return ({ routes }) => routes[write] !== null || { excludedBy: `emulator.routes.${write}` };
}

/** Asks where the emulated provider was seen to do something. */
export function seen(
  what: 'echoesAmount' | 'tellsStatus' | 'takesOtherAmounts' | 'paysTwice' | 'tellsReversals',
): (facts: PaymentFacts) => true | Excluded {
  return (facts) => facts[what] || { excludedBy: `emulator.${what}` };
}

async function createRoute({ provider, request, lab }: PaymentWorld): Promise<string | null> {
  await provider.create(request());
  return lab.changedBy.at(-1) ?? null;
}

async function completeRoute(world: PaymentWorld): Promise<string | null> {
  const { provider, lab } = world;
  if (!can(provider, 'complete')) return null;
  const { target, token } = await world.handedOver();
  const before = lab.changedBy.length;
  await provider.complete({ target, token });
  return lab.changedBy.slice(before).at(-1) ?? null;
}

async function cancelRoute(world: PaymentWorld): Promise<string | null> {
  const { provider, lab } = world;
  if (!can(provider, 'cancel')) return null;
  const { target } = await world.created();
  const before = lab.changedBy.length;
  await provider.cancel(target);
  return lab.changedBy.slice(before).at(-1) ?? null;
}

async function refundRoute(world: PaymentWorld): Promise<string | null> {
  const { provider, lab } = world;
  if (!can(provider, 'refund')) return null;
  const { target, receipt } = await world.paid();
  const before = lab.changedBy.length;
  const { refundDestination: destination } = world.subject;
  const { reference } = world.request();
  const { transaction, amount } = receipt;
  await provider.refund({ target, reference, receipt: transaction, amount, ...(destination ? { destination } : {}) });
  return lab.changedBy.slice(before).at(-1) ?? null;
}

async function createAnswers({ provider, request, lab }: PaymentWorld): Promise<string> {
  await provider.create(request());
  return lab.answers.join('\n');
}

function createAnswersWithOtherAmount(world: PaymentWorld): Promise<string> {
  world.emulator.faults.add('wrong-amount', { times: 10 });
  return createAnswers(world);
}

async function getAnswers(world: PaymentWorld): Promise<string> {
  const { provider, lab } = world;
  if (!can(provider, 'get')) return '';
  const { target } = await world.created();
  const before = lab.answers.length;
  await provider.get(target).catch(() => null);
  return lab.answers.slice(before).join('\n');
}

async function getAnswersWithOtherWord(world: PaymentWorld): Promise<string> {
  const { provider, lab } = world;
  if (!can(provider, 'get')) return '';
  const { target } = await world.created();
  const before = lab.answers.length;
  world.emulator.faults.add('unknown-status-word', { times: 10 });
  await provider.get(target).catch(() => null);
  return lab.answers.slice(before).join('\n');
}

async function takesOtherAmounts(world: PaymentWorld): Promise<boolean> {
  const created = await world.created();
  const { asset, minor } = created.input.amount;
  await world.pay(created, money(asset, minor - 1n)).catch(() => {});
  const received = world.emulator.applied.receipts[0]?.amount.minor;
  return received !== undefined && received !== minor;
}

async function paysTwice(world: PaymentWorld): Promise<boolean> {
  const created = await world.created();
  await world.pay(created);
  return (await world.emulator.payer.payTwice(created.target.reference).catch(() => null)) !== null;
}

async function tellsReversals(world: PaymentWorld): Promise<boolean> {
  const { emulator, lab, provider } = world;
  if (provesPayments(provider) !== true) return false;
  const { target } = await world.paid();
  const answersOf = async () => {
    const before = lab.answers.length;
    await world.look(target);
    return lab.answers.slice(before).join('\n');
  };
  const before = await answersOf();
  const webhooks = emulator.webhooks.sent.length;
  const transaction = emulator.applied.receipts[0]?.transaction;
  if (transaction === undefined) return false;
  const reversed = await emulator.payer.reverse(transaction).then(
    () => true,
    () => false,
  );
  return reversed && (emulator.webhooks.sent.length > webhooks || (await answersOf()) !== before);
}
