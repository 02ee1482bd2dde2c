import { strict as assert } from 'node:assert';
import { can, money } from '@rielrails/core';
import type {
  AnyPaymentProvider,
  CreatedPayment,
  CreatePayment,
  Money,
  NextActionType,
  NonEmpty,
  Payment,
  PaymentEvent,
  Receipt,
  Target,
  WebhookDelivery,
} from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import type { FaultName, PaymentEmulator } from '@rielrails/kit/emulator';
import type { VirtualClock } from '@rielrails/kit/virtual';
import { mustApply, mustExist } from '../expect.ts';
import { later, openLab, withVirtualClock } from '../lab.ts';
import type { Lab } from '../lab.ts';
import type { PaymentSubject } from '../subject.ts';
import type { PaymentFacts, PaymentWrite } from './facts.ts';

/** A payment provider on a fresh emulator, with what clauses do again and again. */
export interface PaymentWorld {
  readonly subject: PaymentSubject;
  readonly facts: PaymentFacts;
  readonly lab: Lab;
  readonly clock: VirtualClock;
  readonly emulator: PaymentEmulator;
  readonly provider: AnyPaymentProvider;
  /** Every way to pay that the provider offers. */
  readonly offers: NonEmpty<NextActionType>;
  /** How a request for approval is answered. Default: accepted. */
  approval: 'accept' | 'refuse';
  /** Another world under the same clock. */
  another(): Promise<PaymentWorld>;
  /** A request that the provider takes, with a fresh reference. */
  request(change?: Partial<CreatePayment>): CreatePayment;
  /** Creates a payment; it must be applied. */
  created(
    change?: Partial<CreatePayment>,
  ): Promise<{ readonly input: CreatePayment; readonly target: Target } & CreatedPayment>;
  /** Pays it, and hands in the payer's token where the way to pay needs that. */
  pay(created: CreatedPayment & { readonly target: Target }, amount?: Money): Promise<void>;
  /** A payment of a way that needs `complete`, and what the payer produced for it. */
  handedOver(): Promise<{ readonly target: Target; readonly token: string }>;
  /** A paid payment and its receipt, as the provider tells them. */
  paid(
    change?: Partial<CreatePayment>,
  ): Promise<{ readonly target: Target; readonly payment: Payment; readonly receipt: Receipt }>;
  /** The payment as the provider tells it: by lookup, else by its webhooks, whose receipts add up. */
  look(target: Target): Promise<Payment | null>;
  /** Plans a fault for the route that carries a write out. */
  breakWrite(write: PaymentWrite, fault: FaultName): void;
}

/** Runs work in a fresh payment world. */
export function enterPaymentWorld<T>(
  subject: PaymentSubject,
  facts: PaymentFacts | null,
  work: (world: PaymentWorld) => Promise<T>,
): Promise<T> {
  return withVirtualClock(async (clock) => work(await openPaymentWorld(subject, facts, clock)));
}

async function openPaymentWorld(
  subject: PaymentSubject,
  known: PaymentFacts | null,
  clock: VirtualClock,
): Promise<PaymentWorld> {
  const told = new Map<string, Payment>();
  const lab = openLab(clock, async (request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    const { method, url, headers } = request;
    return receive({ method, url, headers, body, receivedAt: clock.now() });
  });
  const emulator = await subject.emulator(lab.surroundings);
  const truth = emulator.applied;
  lab.connect(emulator, () => {
    const { payments, receipts, refunds, cancelled } = truth;
    return payments.length + receipts.length + refunds.length + cancelled.length;
  });
  const provider = await subject.create(emulator.config, lab.runtime);
  const { manifest } = provider;
  const [first, ...others] = Object.keys(manifest.offers) as NextActionType[];
  const offers: NonEmpty<NextActionType> = [mustExist(first, 'manifest.offers'), ...others];

  async function receive(delivery: WebhookDelivery): Promise<Response> {
    if (!can(provider, 'parseWebhook')) return new Response(null, { status: 404 });
    const outcome = await provider.parseWebhook(delivery);
    if (outcome.outcome === 'accepted') for (const event of outcome.events) await hear(event);
    return new Response(outcome.reply.body ?? null, { status: outcome.reply.status });
  }

  async function hear(event: PaymentEvent): Promise<void> {
    if (event.type === 'changed') {
      const { reference } = event.target;
      if (event.payment) told.set(reference, withEarlier(event.payment, told.get(reference)));
      return;
    }
    if (!can(provider, 'approve')) return;
    const { approval } = event;
    const decision =
      world.approval === 'accept' ? ({ type: 'accept' } as const) : ({ type: 'refuse', message: 'Sold out' } as const);
    mustApply(await provider.approve({ approval, decision }));
  }

  const world: PaymentWorld = {
    subject,
    get facts() {
      return mustExist(known, 'facts');
    },
    lab,
    clock,
    emulator,
    provider,
    offers,
    approval: 'accept',
    another: () => openPaymentWorld(subject, known, clock),
    request: (change = {}) => ({
      reference: newReference(lab.runtime.random),
      amount: usualAmount(provider),
      accepts: offers,
      purpose: 'Purchase of bitcoin',
      expiresAt: later(clock, 15 * 60_000),
      returnUrl: 'https://shop.example/return',
      payer: { id: '10001', name: 'Sok Dara', phone: '85512345678', email: 'dara@shop.example' },
      ...subject.request,
      ...change,
    }),
    async created(change) {
      const input = world.request(change);
      const created = mustApply(await provider.create(input));
      const { reference } = input;
      const { handle } = created;
      return { ...created, input, target: handle === undefined ? { reference } : { reference, handle } };
    },
    async pay({ target, next }, amount) {
      const token = await emulator.payer.pay(target.reference, {
        ...(amount ? { amount } : {}),
        account: '000111222',
        name: 'SOK DARA',
      });
      if (!needsCompletion(next.type)) return;
      assert.ok(can(provider, 'complete'), `${next.type} is of no use without complete`);
      mustApply(await provider.complete({ target, token }));
    },
    async handedOver() {
      const offer = mustExist(offers.find(needsCompletion), 'a way to pay that needs complete');
      const { target } = await world.created({ accepts: [offer] });
      return { target, token: await emulator.payer.pay(target.reference) };
    },
    async paid(change) {
      const created = await world.created(change);
      await world.pay(created);
      const payment = mustExist(await world.look(created.target), 'the paid payment');
      return { target: created.target, payment, receipt: mustExist(payment.receipts[0], 'the receipt') };
    },
    async look(target) {
      return can(provider, 'get') ? provider.get(target) : (told.get(target.reference) ?? null);
    },
    breakWrite(write, fault) {
      emulator.faults.add(fault, { route: mustExist(world.facts.routes[write], `the route of ${write}`) });
    },
  };
  return world;
}

function needsCompletion(type: NextActionType): boolean {
  return type === 'embedded-form' || type === 'pay-to-account';
}

/** Without a lookup, a webhook tells what happened and not all that did: its receipts join the earlier ones. */
function withEarlier(payment: Payment, earlier: Payment | undefined): Payment {
  const names = new Set(payment.receipts.map(({ transaction }) => transaction));
  const kept = earlier?.receipts.filter(({ transaction }) => !names.has(transaction)) ?? [];
  return { ...payment, receipts: [...kept, ...payment.receipts] };
}

/** An amount that can be refunded in parts: a few times the least. */
function usualAmount({ manifest }: AnyPaymentProvider): Money {
  const [{ minimum, maximum }] = manifest.assets;
  const fourfold = minimum.minor * 4n;
  return money(minimum.asset, fourfold < maximum.minor ? fourfold : maximum.minor);
}
