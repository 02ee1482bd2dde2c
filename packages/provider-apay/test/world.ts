import { readFileSync } from 'node:fs';
import { KHR, money, parseReference } from '@rielrails/core';
import type { Attempt, CreatePayment, Instant, Money, PaymentEvent, Target, WebhookDelivery } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createApayEmulator } from '../src/emulator/index.ts';
import type { ApayEmulator, ApayEmulatorOptions } from '../src/emulator/index.ts';
import { createApay } from '../src/index.ts';
import type { Apay, ApayConfig } from '../src/index.ts';
import { createTelegramInvoiceEmulator } from '../src/telegram-emulator/index.ts';
import type { TelegramInvoiceEmulator, TelegramInvoiceEmulatorOptions } from '../src/telegram-emulator/index.ts';
import { createApayTelegram } from '../src/telegram/index.ts';
import type { ApayTelegram } from '../src/telegram/index.ts';

let references = 0;

/** What every request has. */
function common(runtime: VirtualRuntime) {
  references += 1;
  return {
    reference: parseReference(String(9_000_000_000_000_000_000n + BigInt(references))),
    purpose: 'Purchase of bitcoin',
    expiresAt: soon(runtime),
    returnUrl: 'https://shop.example/back?order=1',
    payer: { id: '10001', name: 'Sok Dara', phone: '85512345678' },
  };
}

/** An adapter of the direct API and an emulator on one clock. */
export interface World {
  readonly runtime: VirtualRuntime;
  readonly emulator: ApayEmulator;
  readonly apay: Apay;
  readonly config: ApayConfig;
  create(change?: Partial<CreatePayment<Offers>>): ReturnType<Apay['create']>;
  /** A deposit that can be paid. */
  created(offer?: Offers): Promise<Target & { readonly handle: string; readonly place: string }>;
}

type Offers = 'redirect' | 'pay-to-account';

/** Opens a world. */
export function openWorld(options: ApayEmulatorOptions = {}, change: Partial<ApayConfig> = {}): World {
  const runtime = createVirtualRuntime({ fetch: (request, how) => emulator.fetch(request, how) });
  const emulator: ApayEmulator = createApayEmulator(runtime, options);
  const config: ApayConfig = { ...emulator.config, ...change };
  const apay = createApay(config, runtime);
  const create: World['create'] = (change) =>
    runtime.clock.run(() =>
      apay.create({ ...common(runtime), amount: riel(40_000n), accepts: ['redirect'], ...change }),
    );
  return {
    runtime,
    emulator,
    apay,
    config,
    create,
    async created(offer = 'redirect') {
      const { payment, next, handle = '' } = applied(await create({ accepts: [offer] }));
      const { reference } = payment;
      return { reference, handle, place: next.type === 'redirect' ? next.url : next.account };
    },
  };
}

/** A Telegram adapter, an emulator on the same clock, and a bot that answers questions as `decide` says. */
export interface TelegramWorld {
  readonly runtime: VirtualRuntime;
  readonly emulator: TelegramInvoiceEmulator;
  readonly telegram: ApayTelegram;
  readonly heard: PaymentEvent[];
  decide: 'accept' | 'refuse' | 'silence';
  create(change?: Partial<CreatePayment<'telegram-invoice'>>): ReturnType<ApayTelegram['create']>;
}

/** Opens a Telegram world. */
export function openTelegram(options: TelegramInvoiceEmulatorOptions = {}): TelegramWorld {
  const runtime = createVirtualRuntime({ fetch: (request, how) => emulator.fetch(request, how) });
  const heard: PaymentEvent[] = [];
  const emulator: TelegramInvoiceEmulator = createTelegramInvoiceEmulator(
    {
      ...runtime,
      async deliver(request) {
        const { method, url, headers } = request;
        const body = new Uint8Array(await request.arrayBuffer());
        const outcome = await telegram.parseWebhook({ method, url, headers, body, receivedAt: runtime.clock.now() });
        for (const event of outcome.outcome === 'accepted' ? outcome.events : []) {
          heard.push(event);
          if (event.type !== 'approval-requested' || world.decide === 'silence') continue;
          const { approval } = event;
          const refusal = { type: 'refuse', message: 'Sold out' } as const;
          await telegram.approve({ approval, decision: world.decide === 'accept' ? { type: 'accept' } : refusal });
        }
        return new Response(null, { status: outcome.reply.status });
      },
    },
    options,
  );
  const telegram = createApayTelegram(emulator.config, runtime);
  const world: TelegramWorld = {
    runtime,
    emulator,
    telegram,
    heard,
    decide: 'accept',
    create: (change) =>
      runtime.clock.run(() =>
        telegram.create({ ...common(runtime), amount: rupees(41_000n), accepts: ['telegram-invoice'], ...change }),
      ),
  };
  return world;
}

/** What an attempt gave. */
export function applied<T>(attempt: Attempt<T>): T {
  if (attempt.outcome === 'applied') return attempt.value;
  throw new Error(attempt.fault.message);
}

/** A quarter of an hour from now. */
export function soon({ clock }: VirtualRuntime): Instant {
  return (clock.now() + 15 * 60_000) as Instant;
}

/** So many riel. */
export function riel(minor: bigint): Money<'KHR'> {
  return money(KHR, minor);
}

/** So many paise. */
export function rupees(minor: bigint): Money<'INR'> {
  return money({ code: 'INR', scale: 2 }, minor);
}

/** What something throws. */
export function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  throw new Error('nothing was thrown');
}

/** A fixture by its name. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'));
}

/** A delivery of a body. */
export function delivery(body: string, headers: Record<string, string> = {}, receivedAt = 0): WebhookDelivery {
  return {
    method: 'POST',
    url: 'https://shop.example/webhooks/any',
    headers: new Headers({ 'content-type': 'application/json', ...headers }),
    body: utf8(body),
    receivedAt: receivedAt as Instant,
  };
}
