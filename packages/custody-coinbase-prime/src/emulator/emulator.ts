import { BTC, money } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { addressOfScript } from '@rielrails/kit/bitcoin';
import { createEmulator } from '@rielrails/kit/emulator';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import { noSuch, Refusal } from './answers.ts';
import { isWithdrawal } from './book.ts';
import { createHouse } from './house.ts';
import type { CoinbasePrimeEmulator, CoinbasePrimeEmulatorOptions } from './options.ts';
import { readingRoutes } from './reading-routes.ts';
import { isPaying, phaseOf } from './statuses.ts';
import { withdrawalRoute } from './withdrawal-route.ts';

/** Consensus is not met yet. */
const WAITS = 'TRANSACTION_CREATED';

/**
 * Coinbase Prime as a request handler, built from its OpenAPI description (0.1), its documentation and the tests of its
 * clients: one portfolio with one bitcoin wallet.
 *
 * Strict: access key, passphrase, time and signature of every request; fields, their types, amounts, networks, addresses;
 * the address book; consensus; coins on hold. `applied.withdrawals` are those that were paid or are going to be, without
 * those that wait for consensus, under their idempotency keys. There is no limit of calls, and no travel rule.
 */
export function createCoinbasePrimeEmulator(
  context: EmulatorContext,
  options: CoinbasePrimeEmulatorOptions = {},
): CoinbasePrimeEmulator {
  const { clock, random } = context;
  const house = createHouse(context, options);
  const { book, config, policy, views, trusted, refuse } = house;
  const withdrawals = () => book.transactions.filter(isWithdrawal);

  function freshAddress(): string {
    const script = Uint8Array.from([0x00, 0x14, ...random.bytes(20)]);
    return addressOfScript(script, config.network) ?? '';
  }

  const base = createEmulator({
    name: 'coinbase-prime',
    clock,
    throttled: () => refuse(new Refusal(429, 8, 'too many requests')),
    notFound: () => refuse(noSuch('path')),
    wrongMethod: () => refuse(new Refusal(405, 12, 'method not allowed')),
    routes: [withdrawalRoute(house), ...readingRoutes(house, freshAddress)],
  });

  function broadcast(id: string, transactionId?: string): void {
    book.move(id, 'TRANSACTION_BROADCASTING', transactionId);
  }

  const desk: CoinbasePrimeEmulator['desk'] = {
    get withdrawals() {
      return withdrawals()
        .toReversed()
        .map((one) => ({
          id: one.id,
          idempotencyKey: one.key,
          address: one.address,
          amount: money(BTC, one.amount),
          status: one.status,
          approvalUrl: views.approvalUrl(one),
        }));
    },
    approve: (id) => book.move(id, 'TRANSACTION_REQUESTED'),
    reject: (id) => book.move(id, 'TRANSACTION_REJECTED'),
    cancel: (id) => book.move(id, 'TRANSACTION_CANCELLED'),
    expire: (id) => book.move(id, 'TRANSACTION_EXPIRED'),
    broadcast,
    fail: (id) => book.move(id, 'TRANSACTION_FAILED'),
    retry(id, told) {
      const key = book.find(id)?.key ?? '';
      return book.retry(id, told === 'by-key' ? { key } : told === 'by-replaced-id' ? { replaces: id } : {}).id;
    },
    show: (id, status) => book.move(id, status),
    trust: (address) => void trusted.add(address),
    withdrawByHand: (address, { minor }) =>
      book.withdraw({ type: 'WITHDRAWAL', amount: minor, address, key: '' }, 'TRANSACTION_CREATED').id,
  };

  function waitingFor(reference: Reference): string {
    const key = options.keyOf?.(reference) ?? reference;
    const found = withdrawals().find((one) => one.key === key && one.status === WAITS);
    if (!found) throw new RangeError('approvals: no withdrawal with this reference waits');
    return found.id;
  }

  return {
    ...base,
    config,
    approvals: {
      async require() {
        policy.consensus = 'by-hand';
      },
      approve: async (reference) => book.move(waitingFor(reference), 'TRANSACTION_APPROVED'),
      reject: async (reference) => book.move(waitingFor(reference), 'TRANSACTION_REJECTED'),
    },
    desk,
    network: {
      address: freshAddress,
      async confirm() {
        for (const { id, status } of withdrawals()) {
          if (policy.consensus === 'automatic' && ['waiting', 'building'].includes(phaseOf(status))) broadcast(id);
          if (phaseOf(book.find(id)?.status ?? status) === 'sent') book.move(id, 'TRANSACTION_DONE');
        }
      },
      async fund({ minor }) {
        book.deposit(minor);
      },
    },
    applied: {
      get withdrawals() {
        return withdrawals()
          .filter(({ status }) => isPaying(status) && status !== WAITS)
          .map(({ key, address, amount }) => ({ reference: key, address, amount: money(BTC, amount) }));
      },
    },
  };
}
