import { BTC, money, ProviderError } from '@rielrails/core';
import type { AddressRule, Custody, Money, Withdrawal } from '@rielrails/core';
import { defineCustody, digest, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';

/** A custody of a few lines, whose chain is in the test's hand. */
export interface Coins {
  readonly custody: Custody<'balance' | 'estimateFee' | 'bind'>;
  readonly sent: Map<string, { readonly amount: Money; readonly address: string; depth: number }>;
  mine(blocks?: number): void;
  reorganise(): void;
  /** What really lies there, before anything is sent. */
  float: bigint;
  /** How the next withdrawals end. `signed-only`: signed, and no node was reached; a look hands it in. */
  fault: 'none' | 'lost-after' | 'lost-before' | 'signed-only' | 'refused' | 'unreachable';
}

const rule: AddressRule = {
  network: 'regtest',
  read: (text) =>
    /^bcrt1[a-z0-9]{20,60}$/.test(text.toLowerCase())
      ? { outcome: 'valid', canonical: text.toLowerCase() }
      : { outcome: 'refused', problem: text.startsWith('bc1') ? 'other-network' : 'malformed' },
};

export function createCoins(runtime: Runtime): Coins {
  const sent: Coins['sent'] = new Map();
  const signed: Coins['sent'] = new Map();
  const fee = money(BTC, 300n);
  const bound = ({
    reference,
    address,
    minimum,
    maximum,
  }: {
    reference: string;
    address: { text: string };
    minimum: Money;
    maximum: Money;
  }) => toHex(digest('sha256', `${reference} ${address.text}`)).slice(0, 16) + `:${minimum.minor}:${maximum.minor}`;
  const read = (reference: string): Withdrawal | null => {
    const one = sent.get(reference);
    if (!one) return null;
    const base = { reference: reference as never, amount: one.amount, fee };
    return one.depth > 0
      ? { ...base, status: 'confirmed', transactionId: `tx-${reference}`, depth: one.depth }
      : { ...base, status: 'broadcast', transactionId: `tx-${reference}` };
  };
  const coins: Coins = {
    sent,
    fault: 'none',
    float: 0n,
    mine(blocks = 1) {
      for (const one of sent.values()) one.depth += blocks;
    },
    reorganise() {
      for (const one of sent.values()) one.depth = 0;
    },
    custody: defineCustody<'balance' | 'estimateFee' | 'bind'>(
      {
        id: 'coins',
        manifest: {
          assets: [BTC],
          address: rule,
          withdraw: { repeat: 'replays' },
          get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 5000 },
        },
        async balance() {
          const gone = [...sent.values()].reduce((sum, { amount }) => sum + amount.minor + fee.minor, 0n);
          return { available: money(BTC, coins.float - gone), pending: money(BTC, 0n) };
        },
        estimateFee: async () => fee,
        bind: bound,
        async withdraw({ reference, amount, destination, binding }) {
          const { fault } = coins;
          if (fault !== 'none') coins.fault = 'none';
          if (fault === 'unreachable')
            throw new ProviderError({ kind: 'unavailable', provider: 'coins', message: 'not reached' });
          if (fault === 'refused')
            throw new ProviderError({ kind: 'declined', provider: 'coins', reason: 'policy', message: 'refused' });
          if (fault === 'lost-before')
            throw new ProviderError({ kind: 'unknown', provider: 'coins', reason: 'timeout', message: 'lost' });
          const expected = toHex(digest('sha256', `${reference} ${destination.address.text}`)).slice(0, 16);
          if (destination.type === 'customer' && !binding?.startsWith(expected))
            throw new ProviderError({ kind: 'invalid', provider: 'coins', message: 'binding' });
          const one = { amount, address: destination.address.text, depth: 0 };
          if (fault === 'signed-only') signed.set(reference, one);
          else if (!sent.has(reference)) sent.set(reference, one);
          if (fault === 'lost-after' || fault === 'signed-only')
            throw new ProviderError({ kind: 'unknown', provider: 'coins', reason: 'timeout', message: 'lost' });
          return read(reference) as Withdrawal;
        },
        async get({ reference, watchOnly = false }) {
          const lost = sent.has(reference) ? undefined : signed.get(reference);
          if (lost && watchOnly) return { reference, amount: lost.amount, fee, status: 'signing' };
          if (lost) sent.set(reference, lost);
          return read(reference);
        },
      },
      runtime,
    ),
  };
  return coins;
}
