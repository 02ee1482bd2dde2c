import { BTC, money } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { formatAmount, fromUtf8, hmac, parseAmount, toHex } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { CustodyEmulator, EmulatedRequest, EmulatorContext } from '@rielrails/kit/emulator';
import { referenceAddress, referenceAddressRule } from './address.ts';

/** What the reference custody adapter needs. */
export interface ReferenceCustodyConfig {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly bindingKey: string;
  readonly webhookSecret: string;
}

/** What a reference custodian may do differently. */
export interface ReferenceCustodyDialect {
  /**
   * Answers a used reference with the first result instead of an error. Its adapter keeps what it is asked to send before
   * it does, as a wallet does, and hands in at the next look what did not get through.
   */
  readonly replays?: boolean;
}

interface Sent {
  readonly reference: string;
  readonly address: string;
  readonly amount: Money;
  fee: bigint;
  depth: number;
  leave: 'WAITING' | 'GIVEN' | 'DENIED';
}

const invented = { cites: 'Invented for the testkit', provenance: 'assumed' } as const;

/** An invented custodian of bitcoin on a network of its own. */
export function createReferenceCustodyEmulator(
  { clock, random, deliver }: EmulatorContext,
  dialect: ReferenceCustodyDialect = {},
): CustodyEmulator<ReferenceCustodyConfig> {
  const config = {
    baseUrl: 'https://custody.reference.example',
    apiKey: toHex(random.bytes(16)),
    bindingKey: toHex(random.bytes(16)),
    webhookSecret: toHex(random.bytes(16)),
  };
  const sent = new Map<string, Sent>();
  let balance = 0n;
  let needsLeave = false;
  let events = 0;

  const error = (status: number, code: string) => jsonResponse({ error: code }, status);
  const text = (minor: bigint) => formatAmount(money(BTC, minor));
  const statusOf = ({ leave, depth }: Sent) => (leave !== 'GIVEN' ? leave : depth > 0 ? 'CONFIRMED' : 'BROADCAST');
  const view = (record: Sent, { fault }: EmulatedRequest) => {
    const { reference, address, amount, fee, depth } = record;
    return {
      reference,
      address,
      amount: text(fault === 'wrong-amount' ? amount.minor + 1n : amount.minor),
      fee: text(fee),
      status: fault === 'unknown-status-word' ? 'LIMBO' : statusOf(record),
      transaction: `tx-${reference}`,
      depth,
    };
  };

  async function withdraw(request: EmulatedRequest): Promise<Response> {
    const {
      reference = '',
      address = '',
      amount: asked = '',
    } = JSON.parse(fromUtf8(request.body)) as Record<string, string>;
    const amount = parseAmount(asked, BTC);
    const existing = sent.get(reference);
    if (existing) {
      const same = existing.address === address && existing.amount.minor === amount.minor;
      return dialect.replays && same ? jsonResponse(view(existing, request)) : error(409, 'DUPLICATE');
    }
    if (referenceAddressRule.read(address).outcome === 'refused') return error(400, 'ADDRESS');
    const fee = 1000n;
    if (amount.minor + fee > balance) return error(422, 'BALANCE');
    balance -= amount.minor + fee;
    const record: Sent = { reference, address, amount, fee, depth: 0, leave: needsLeave ? 'WAITING' : 'GIVEN' };
    sent.set(reference, record);
    await tell(record);
    return jsonResponse(view(record, request));
  }

  async function tell({ reference }: Sent): Promise<void> {
    events += 1;
    const body = JSON.stringify({ event: `event-${events}`, reference });
    const signature = toHex(hmac('sha256', config.webhookSecret, body));
    await base.webhooks.send({ url: 'https://shop.example/custody', headers: { signature }, body });
  }

  async function decide(reference: string, leave: 'GIVEN' | 'DENIED'): Promise<void> {
    const record = sent.get(reference);
    if (record?.leave !== 'WAITING') throw new RangeError('approvals: no such withdrawal waits');
    if (leave === 'DENIED') balance += record.amount.minor + record.fee;
    record.leave = leave;
    await tell(record);
  }

  const guarded = (handle: (request: EmulatedRequest) => Response | Promise<Response>) => (request: EmulatedRequest) =>
    request.headers.get('authorization') === `Bearer ${config.apiKey}` ? handle(request) : error(401, 'KEY');
  const known = (handle: (record: Sent, request: EmulatedRequest) => Response) =>
    guarded((request) => {
      const record = sent.get(request.params['reference'] ?? '');
      return record ? handle(record, request) : error(404, 'ABSENT');
    });
  const path = '/withdrawals/:reference';
  const base = createEmulator({
    name: 'reference-custody',
    clock,
    ...(deliver ? { deliver } : {}),
    throttled: () => error(429, 'SLOW_DOWN'),
    routes: [
      { name: 'withdraw', method: 'POST', path: '/withdrawals', ...invented, handle: guarded(withdraw) },
      {
        name: 'get',
        method: 'GET',
        path,
        ...invented,
        handle: known((record, request) => jsonResponse(view(record, request))),
      },
      {
        name: 'bump',
        method: 'POST',
        path: `${path}/bump`,
        ...invented,
        handle: known((record, request) => {
          record.fee += 1000n;
          balance -= 1000n;
          return jsonResponse(view(record, request));
        }),
      },
      {
        name: 'balance',
        method: 'GET',
        path: '/balance',
        ...invented,
        handle: guarded(() => jsonResponse({ available: text(balance) })),
      },
      {
        name: 'address',
        method: 'POST',
        path: '/addresses',
        ...invented,
        handle: guarded(() => jsonResponse({ address: referenceAddress(random.bytes(10)) })),
      },
    ],
  });
  return {
    ...base,
    config,
    network: {
      address: () => referenceAddress(random.bytes(10)),
      async confirm(blocks = 1) {
        for (const record of sent.values()) {
          if (record.leave !== 'GIVEN') continue;
          record.depth += blocks;
          await tell(record);
        }
      },
      async fund(amount) {
        balance += amount.minor;
      },
    },
    approvals: {
      async require() {
        needsLeave = true;
      },
      approve: (reference) => decide(reference, 'GIVEN'),
      reject: (reference) => decide(reference, 'DENIED'),
    },
    applied: {
      get withdrawals() {
        const gone = [...sent.values()].filter(({ leave }) => leave === 'GIVEN');
        return gone.map(({ reference, address, amount }) => ({ reference, address, amount }));
      },
    },
  };
}
