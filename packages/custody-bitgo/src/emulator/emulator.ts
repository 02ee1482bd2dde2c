import { BTC, money } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { createEmulator } from '@rielrails/kit/emulator';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import { noSuch, Refusal } from './answers.ts';
import { isPaying } from './book.ts';
import type { BookedTransfer } from './book.ts';
import { expressRoutes } from './express-routes.ts';
import { createHouse } from './house.ts';
import type { BitgoEmulator, BitgoEmulatorOptions, WithdrawalOnDesk } from './options.ts';
import { platformRoutes } from './platform-routes.ts';

/** "Webhooks": what is not answered with 200 is sent again, after so many minutes. How long it waits is assumed. */
const redelivery = {
  answerWithinMs: 10_000,
  afterMs: [1, 5, 10, 30, 60, 120, 240].map((minutes) => minutes * 60_000),
  takenBy: [200],
};

/**
 * BitGo Express and the platform behind it as a request handler, built from BitGo's OpenAPI descriptions, guides and the
 * sources of its SDK: one wallet with keys of its own, of which a user may spend, and another may give leave.
 *
 * Strict: token, coin, wallet, passphrase; names and types of fields; addresses, coins, fees; a `sequenceId` works once;
 * policy and approvals; 360 calls a minute. `applied.withdrawals` are those that were signed and not given up.
 */
export function createBitgoEmulator(context: EmulatorContext, options: BitgoEmulatorOptions = {}): BitgoEmulator {
  const { clock, deliver } = context;
  const house = createHouse(context, options);
  const { book, config, refuse, approverToken } = house;
  const base = createEmulator({
    name: 'bitgo',
    clock,
    ...(deliver ? { deliver } : {}),
    redelivery,
    throttled: () => refuse(new Refusal(429, 'TooManyRequests', 'too many requests')),
    notFound: () => refuse(noSuch('path')),
    wrongMethod: () => refuse(new Refusal(405, 'MethodNotAllowed', 'method not allowed')),
    routes: [...expressRoutes(house, tell), ...platformRoutes(house)],
  });

  async function tell(transfer: BookedTransfer): Promise<void> {
    for (const notice of house.notices(transfer)) await base.webhooks.send(notice);
  }

  async function change(transfer: BookedTransfer, work: () => void): Promise<void> {
    work();
    await tell(transfer);
  }

  async function replace(reference: Reference, pays: 'same' | 'nobody'): Promise<string> {
    const next = book.replace(book.need(reference), pays);
    await tell(next);
    return next.txid ?? '';
  }

  function waitingFor(reference: Reference): BookedTransfer {
    const transfer = book.need(reference);
    if (transfer.state !== 'pendingApproval') throw new RangeError('desk: this withdrawal waits for nobody');
    return transfer;
  }

  function sentAs(reference: Reference, ...states: readonly string[]): BookedTransfer {
    const transfer = book.need(reference);
    if (!states.includes(transfer.state)) throw new RangeError(`desk: this withdrawal is ${transfer.state}`);
    return transfer;
  }

  const desk: BitgoEmulator['desk'] = {
    get withdrawals() {
      return book.transfers
        .filter(({ sequenceId }) => sequenceId !== null)
        .map(onDesk)
        .toReversed();
    },
    get waiting() {
      return book.transfers.flatMap((one) =>
        one.approval && one.state === 'pendingApproval' ? [{ ...onDesk(one), approvalId: one.approval.id }] : [],
      );
    },
    hold(reference, word) {
      const { approval } = waitingFor(reference);
      if (approval) approval.state = word;
    },
    broadcast(reference) {
      const transfer = sentAs(reference, 'signed');
      return change(transfer, () => book.move(transfer, 'unconfirmed'));
    },
    remove(reference) {
      const transfer = sentAs(reference, 'unconfirmed', 'confirmed');
      return change(transfer, () => book.unconfirm(transfer));
    },
    fail(reference) {
      const transfer = sentAs(reference, 'signed', 'unconfirmed', 'removed');
      return change(transfer, () => book.move(transfer, 'failed'));
    },
    accelerate: (reference) => replace(reference, 'same'),
    sweep: (reference) => replace(reference, 'nobody'),
    block: (address) => void house.blocked.add(address),
  };

  return {
    ...base,
    config,
    approverToken,
    desk,
    approvals: {
      async require() {
        house.policy.approvalAboveSats = 0n;
      },
      async approve(reference, txid?: string) {
        const transfer = waitingFor(reference);
        if (txid !== undefined) transfer.txid = txid;
        await change(transfer, () => book.release(transfer));
      },
      async reject(reference) {
        const transfer = waitingFor(reference);
        await change(transfer, () => book.reject(transfer));
      },
    },
    network: {
      address: house.freshAddress,
      async confirm(blocks = 1) {
        for (const transfer of book.confirm(blocks)) await tell(transfer);
      },
      async fund({ minor }) {
        book.deposit(minor);
      },
    },
    applied: {
      get withdrawals() {
        return book.transfers
          .filter(isPaying)
          .map(({ origin, id, address, amount }) => ({ reference: origin ?? id, address, amount: money(BTC, amount) }));
      },
    },
  };
}

function onDesk({ sequenceId, address, amount, state }: BookedTransfer): WithdrawalOnDesk {
  return { sequenceId: sequenceId ?? '', address, amount: money(BTC, amount), status: state };
}
