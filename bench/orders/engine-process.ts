/** The engine in a process of its own, so that its memory is its own. Does what its parent asks for. */

import { BTC, KHR, money, USDT } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { Secret, silentLog, systemRuntime } from '@rielrails/kit';
import { createOrders, defaultTimes } from '@rielrails/orders';
import type { OrderView } from '@rielrails/orders';
import { createInstantProviders } from './providers.ts';
import type { EngineReport, EngineRequest } from './protocol.ts';

const HOUR_MS = 60 * 60 * 1000;

const runtime = systemRuntime({ log: silentLog });
const outside = createInstantProviders(runtime);
const tell = (report: EngineReport) => process.send?.(report);

const orders = await createOrders(
  {
    database: { url: new Secret(process.argv[2] ?? '') },
    providers: outside.providers,
    // Nothing waits for a poll: webhooks and wake-ups drive. Limits are out of the way.
    policy: {
      ...defaultTimes,
      lookEveryMs: HOUR_MS,
      feeBasisPoints: 150n,
      reserveBasisPoints: 100n,
      floorBasisPoints: 500n,
      confirmations: 1,
      watchDepth: 1,
      unknownPayerCap: [],
      reversibleCap: [],
      limits: { perOrder: [money(KHR, 100_000_000n)], perDay: [], openUnpaid: 1000 },
      twoPeopleFrom: [],
      floatAlarms: [],
      payAssets: [KHR],
    },
    terms: { en: 'Terms of a benchmark.', km: 'Terms of a benchmark.' },
    dataKey: new Secret('a-data-key-of-a-benchmark-0123456789'),
    mode: 'sandbox',
    show: async ({ chat }, { id, state }, handle) => {
      tell({ type: 'shown', chat, order: id, state });
      return { outcome: 'shown', handle: handle ?? 'message' };
    },
  },
  runtime,
);
await orders.admin.bringIn('exchange:bench-exchange', money(USDT, 10_000_000_00000000n), 'float-usdt', 'bench');
await orders.admin.bringIn('wallet:bench-wallet', money(BTC, 1000_00000000n), 'float-btc', 'bench');
await orders.start();

const { buyer } = orders;
const ref = (chat: string) => ({ channel: 'bench', chat });
const requests = new Map<Reference, string>();
/** Everybody has a wallet of their own: people who share an address wait for each other when they confirm. */
const addressOf = (chat: string) => `bcrt1qbenchaddressofbuyer${chat.padStart(10, '0')}`;

async function verify(chat: string): Promise<void> {
  await buyer.verify(ref(chat));
}

/** Everything that a buyer taps until the payment request is on the screen. */
async function buy(chat: string): Promise<Reference> {
  const want = { type: 'spend', amount: money(KHR, 41_000n) } as const;
  const { id } = await buyer.quote(ref(chat), { want, payIn: KHR });
  await buyer.giveAddress(ref(chat), id, addressOf(chat));
  const { hash } = await buyer.terms(ref(chat), id);
  const view = await buyer.confirm(ref(chat), id, { termsHash: hash, silence: 'deliver' });
  requests.set(id, referenceIn(view));
  return id;
}

function referenceIn({ next, state }: OrderView): string {
  if (next?.type !== 'qr') throw new RangeError(`order: is ${state}, and nothing can be paid`);
  return next.payload.slice('bench:'.length);
}

async function answer(request: EngineRequest): Promise<string | null> {
  switch (request.type) {
    case 'verify':
      await verify(request.chat);
      return null;
    case 'approve':
      await orders.sweep();
      return null;
    case 'buy':
      return buy(request.chat);
    case 'pay': {
      const response = await orders.handle(outside.pay(requests.get(request.order) ?? ''));
      if (response.status !== 200) throw new RangeError(`webhook: answered with ${response.status}`);
      return null;
    }
    case 'mine':
      outside.mine();
      await orders.wake(request.order);
      return null;
    case 'memory':
      return String(process.resourceUsage().maxRSS * 1024);
    case 'check': {
      const { uneven, drifted } = await orders.admin.trialBalance();
      if (uneven.length + drifted.length > 0) throw new RangeError('ledger: does not balance');
      return null;
    }
    case 'stop':
      await orders.stop();
      process.disconnect();
      return null;
  }
}

process.on('message', (request: EngineRequest) => {
  answer(request).then(
    (value) => process.connected && tell({ type: 'answer', id: request.id, value }),
    (error: unknown) => tell({ type: 'failed', id: request.id, message: String(error) }),
  );
});
tell({ type: 'ready' });
