import { can } from '@rielrails/core';
import type {
  AnyPaymentManifest,
  AnyPaymentProvider,
  Attempt,
  CreatedPayment,
  CreatePayment,
  Payment,
  PaymentEvent,
  RefundPayment,
  Target,
  WebhookDelivery,
} from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import type { PaymentSubject } from '../subject.ts';
import type { WebhookChange } from '../webhook-mutants.ts';

/** Makes a broken subject out of a good one. */
export type Mutate = (subject: PaymentSubject) => PaymentSubject;

/** What a mutant may look at beside the operation that it breaks. */
export interface Around {
  readonly provider: AnyPaymentProvider;
  readonly manifest: AnyPaymentManifest;
  readonly runtime: Runtime;
}

/** One operation of the good provider, without the caller's context. */
type Call<Input, Output> = (input: Input) => Promise<Output>;

/** How a mutant stands in for an operation. */
type Change<Input, Output> = (input: Input, good: Call<Input, Output>, around: Around) => Promise<Output>;

/** Changes the finished provider. */
export function onProvider(change: (provider: AnyPaymentProvider, runtime: Runtime) => AnyPaymentProvider): Mutate {
  return (subject) => ({
    ...subject,
    create: async (config, runtime) => change(await subject.create(config, runtime), runtime),
  });
}

/** Stands in for create. */
export function onCreate(change: Change<CreatePayment, Attempt<CreatedPayment>>): Mutate {
  return onProvider((provider, runtime) => {
    const { manifest } = provider;
    const good = (input: CreatePayment) => provider.create(input);
    return { ...provider, create: (input) => change(input, good, { provider, manifest, runtime }) };
  });
}

/** Changes what a successful create gives. */
export function onCreated(change: (created: CreatedPayment) => CreatedPayment): Mutate {
  return onCreate(async (input, create) => {
    const attempt = await create(input);
    return attempt.outcome === 'applied' ? { ...attempt, value: change(attempt.value) } : attempt;
  });
}

/** Stands in for the lookup. */
export function onGet(change: Change<Target, Payment | null>): Mutate {
  return onProvider((provider, runtime) => {
    if (!can(provider, 'get')) return provider;
    const { manifest } = provider;
    const good = (target: Target) => provider.get(target);
    return { ...provider, get: (target) => change(target, good, { provider, manifest, runtime }) };
  });
}

/** Stands in for the refund. */
export function onRefund(change: Change<RefundPayment, Attempt<Payment>>): Mutate {
  return onProvider((provider, runtime) => {
    if (!can(provider, 'refund')) return provider;
    const { manifest } = provider;
    const good = (input: RefundPayment) => provider.refund(input);
    return { ...provider, refund: (input) => change(input, good, { provider, manifest, runtime }) };
  });
}

/** Stands in for the reader of webhooks. */
export function onWebhook(change: WebhookChange): Mutate {
  return onProvider((provider, runtime) => {
    if (!can(provider, 'parseWebhook')) return provider;
    const good = (delivery: WebhookDelivery) => provider.parseWebhook(delivery) as ReturnType<WebhookChange>;
    return { ...provider, parseWebhook: (delivery) => change(delivery, good, runtime) };
  });
}

/** Changes what webhooks that were accepted say. */
export function onEvents(change: (event: PaymentEvent, manifest: AnyPaymentManifest) => PaymentEvent): Mutate {
  return onProvider((provider) => {
    if (!can(provider, 'parseWebhook')) return provider;
    return {
      ...provider,
      async parseWebhook(delivery) {
        const outcome = await provider.parseWebhook(delivery);
        if (outcome.outcome === 'rejected') return outcome;
        return { ...outcome, events: outcome.events.map((event) => change(event, provider.manifest)) };
      },
    };
  });
}

/** Changes what a lookup or, without one, a webhook tells of a payment. */
export function onPayment(change: (payment: Payment) => Payment): Mutate {
  const lookups = onGet(async (target, get) => {
    const payment = await get(target);
    return payment && change(payment);
  });
  const webhooks = onEvents((event) =>
    event.type === 'changed' && event.payment ? { ...event, payment: change(event.payment) } : event,
  );
  return (subject) => webhooks(lookups(subject));
}

/** A payment of which nothing is known but its reference. */
export function bare({ reference }: Target, { assets: [{ minimum }] }: AnyPaymentManifest): Payment {
  return { reference, requested: minimum, status: 'processing', receipts: [], refunds: [], reversals: [] };
}
