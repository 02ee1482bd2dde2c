import { InputError, isInputError, isProviderError } from '@rielrails/core';
import type { Attempt, Money, Reference, Withdrawal } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { sql } from 'kysely';
import type { WaitingTransaction, WalletAdvice, WalletDesk } from '../treasury/wallet-desk.ts';
import type { AdminParts } from './commands.ts';
import { assertPerson } from './people.ts';
import type { Transfers } from './transfers.ts';

/** How a movement of coins stands. */
export type Sending =
  /** Signed and handed to the network, or further. */
  | {
      readonly outcome: 'sent';
      readonly transaction: string;
      readonly fee: Money | null;
      /** Blocks on it, its own included; 0: not in a block. */
      readonly depth: number;
      /** Nothing undoes it any more: the transfer is finished in the books. */
      readonly finished: boolean;
    }
  /** It waits for signatures which are made elsewhere. */
  | { readonly outcome: 'waiting' }
  /** Certainly not done: the transfer is closed, and the amount is free again. */
  | { readonly outcome: 'refused'; readonly why: string }
  /** It may have been done. To send it again is safe: it is the same transfer. */
  | { readonly outcome: 'unknown'; readonly why: string };

/** A transaction that waits for signatures, and what it is for. */
export interface WaitingSignature extends WaitingTransaction {
  /** A transfer, a delivery, or coins that are gathered or split. The signed transaction is brought home under it. */
  readonly reference: Reference;
  /** The order of a delivery, by its number. */
  readonly order: string | null;
}

/** What operators do with a wallet of their own. Coins go to the operator's own descriptors alone: one person suffices. */
export interface TreasuryDesk {
  advice(): Promise<WalletAdvice>;
  /** Plans in the books what is above the ceiling, and sends it to cold storage. One at a time. */
  sweep(by: string): Promise<{ readonly transfer: Reference; readonly sending: Sending }>;
  /** Goes on with a transfer to cold storage where it stood. Safe to repeat. */
  send(transfer: Reference): Promise<Sending>;
  /** Pays the miners of a transfer to cold storage more, where it is stuck. A repeat pays more again, within the wallet's caps. */
  bump(transfer: Reference): Promise<Sending>;
  /** Says that a planned transfer never happened: its amount is free again. Refused for one that the wallet knows. */
  cancel(transfer: Reference, by: string): Promise<void>;
  /** Plans in the books what is missing below the floor, and says where it should be sent. */
  topUp(by: string): Promise<{ readonly transfer: Reference; readonly amount: Money; readonly address: string }>;
  /** Gathers small coins into one. One that is in doubt is gone on with, instead of another one. */
  consolidate(by: string): Promise<Sending>;
  /** Splits large coins, so that as many deliveries can leave at once as the wallet's pool has coins. As careful as `consolidate`. */
  split(by: string): Promise<Sending>;
  /** Everything that waits for signatures: deliveries too. Oldest first, at most 200. */
  waiting(): Promise<readonly WaitingSignature[]>;
  /** Brings a signed transaction home, whatever it is for. Safe to repeat. */
  bringHome(reference: Reference, psbt: string): Promise<Sending>;
  /**
   * Looks after everything that was sent, and finishes transfers to cold storage that nothing undoes any more. The engine
   * does it by itself; more often than every ten minutes it does nothing.
   */
  tend(): Promise<void>;
}

/** What coins of our own are moved for, with no other place in the books. */
type Housework = 'consolidate' | 'split';
/** The setting in which the reference of one under way is kept. */
const settingOf: Readonly<Record<Housework, string>> = { consolidate: 'consolidation', split: 'split' };

const TEND_EVERY_MS = 600_000;
const MOST_WAITING = 200;
/** Who finishes what the chain has proven. */
const ENGINE = 'engine';

/** Makes the desk. Without a wallet of the operator's own every command is refused by name. */
export function createTreasuryDesk(
  {
    store,
    providers,
    policy,
    driver,
    runtime,
  }: Pick<AdminParts, 'store' | 'providers' | 'policy' | 'driver' | 'runtime'>,
  transfers: Transfers,
): TreasuryDesk {
  const now = () => runtime.clock.now();
  let tendedAt = Number.NEGATIVE_INFINITY;

  function wallet(): WalletDesk {
    if (providers.wallet) return providers.wallet;
    throw new InputError('treasury', 'no-wallet', 'this shop has no wallet of its own');
  }

  /** @throws InputError with what the wallet says, such as that no bounds are set. */
  async function told<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      if (isProviderError(error)) throw new InputError('treasury', error.fault.kind, error.message);
      throw error;
    });
  }

  async function advised(kind: 'exchange-to-wallet' | 'wallet-to-cold', otherwise: string): Promise<Money> {
    const advice = await told(wallet().advice());
    if (advice.type !== kind) throw new InputError('treasury', 'not-now', otherwise);
    return advice.amount;
  }

  async function openSweeps() {
    return (await transfers.open()).filter(({ kind }) => kind === 'wallet-to-cold');
  }

  async function openSweep(transfer: Reference): Promise<Money> {
    const found = (await openSweeps()).find(({ reference }) => reference === transfer);
    if (found) return found.amount;
    throw new InputError('transfer', 'unknown', 'there is no such open transfer to cold storage');
  }

  /** Reads an attempt, and books the miners' fee as it is now. */
  async function read(reference: Reference, attempt: Attempt<Withdrawal>): Promise<Sending> {
    if (attempt.outcome !== 'applied') return { outcome: attempt.outcome, why: attempt.fault.message };
    const sending = sendingOf(attempt.value);
    if (sending.outcome === 'sent' && sending.fee) await transfers.payMiners(reference, sending.fee);
    return sending;
  }

  /** The same for a transfer, which ends where nothing undoes it any more. */
  async function follow(transfer: Reference, attempt: Attempt<Withdrawal>): Promise<Sending> {
    const sending = await read(transfer, attempt);
    if (sending.outcome !== 'sent' || sending.depth < policy.watchDepth) return sending;
    await transfers.finish(transfer, sending.transaction, null, ENGINE).catch((error: unknown) => {
      // Whoever looked at the same moment finished it.
      if (!isInputError(error) || error.field !== 'transfer') throw error;
    });
    return { ...sending, finished: true };
  }

  async function sweepToCold(transfer: Reference, amount: Money): Promise<Sending> {
    return follow(transfer, await wallet().sweepToCold({ reference: transfer, amount }));
  }

  /** An earlier call may have done it: only the first call's refusal proves anything. */
  const doubted = (sending: Sending): Sending =>
    sending.outcome === 'refused' ? { outcome: 'unknown', why: sending.why } : sending;

  async function doHousework(work: Housework, by: string): Promise<Sending> {
    assertPerson(by);
    const name = settingOf[work];
    const fresh = newReference(runtime.random);
    const reference = await store.transaction(async (tx) => {
      const { rows } = await sql<{ value: Reference }>`
        insert into setting (name, value, changed_by, changed_at)
        values (${name}, ${JSON.stringify(fresh)}::jsonb, ${by}, ${now()})
        on conflict (name) do update set changed_by = excluded.changed_by returning value`.execute(tx);
      return rows[0]?.value as Reference;
    });
    let sending = await read(reference, await wallet()[work]({ reference }));
    if (sending.outcome === 'refused' && reference !== fresh) {
      const value = await told(wallet().find(reference));
      if (value) sending = await read(reference, { outcome: 'applied', value });
    }
    if (sending.outcome === 'sent' || sending.outcome === 'refused')
      await sql`delete from setting where name = ${name} and value = ${JSON.stringify(reference)}::jsonb`.execute(
        store.db,
      );
    return sending;
  }

  async function houseworkUnderWay(): Promise<readonly { readonly name: string; readonly value: Reference }[]> {
    const { rows } = await sql<{ name: string; value: Reference }>`
      select name, value from setting where name in (${settingOf.consolidate}, ${settingOf.split})`.execute(store.db);
    return rows;
  }

  /** Deliveries of the wallet that have not come to rest. */
  async function deliveries() {
    const { rows } = await sql<{ id: Reference; number: string; reference: Reference }>`
      select purchase.id, purchase.number, effect.reference from effect join purchase on purchase.id = effect.purchase
      where effect.kind = 'send' and effect.provider = ${wallet().id} and purchase.state in ('sending', 'broadcast')
      order by effect.planned_at limit ${MOST_WAITING}`.execute(store.db);
    return rows;
  }

  /** What was perhaps signed and has not left, and may not leave now. */
  async function frozenDeliveries(): Promise<readonly Reference[]> {
    const { rows } = await sql<{ reference: Reference }>`
      select effect.reference from effect join purchase on purchase.id = effect.purchase
      where effect.kind = 'send' and purchase.hold = 'frozen'`.execute(store.db);
    return rows.map(({ reference }) => reference);
  }

  const desk: TreasuryDesk = {
    advice: async () => told(wallet().advice()),
    async sweep(by) {
      assertPerson(by);
      const amount = await advised('wallet-to-cold', 'the wallet holds no more than its ceiling');
      const transfer = await transfers.planOnly('wallet-to-cold', amount, by);
      const sending = await sweepToCold(transfer, amount);
      if (sending.outcome === 'refused') await transfers.giveUp(transfer, by);
      return { transfer, sending };
    },
    send: async (transfer) => doubted(await sweepToCold(transfer, await openSweep(transfer))),
    async bump(transfer) {
      await openSweep(transfer);
      return doubted(await follow(transfer, await wallet().bump({ reference: transfer })));
    },
    async cancel(transfer, by) {
      assertPerson(by);
      if (providers.wallet && (await told(wallet().find(transfer))))
        throw new InputError(
          'transfer',
          'under-way',
          'the wallet knows it, and may have sent it; treasury send goes on with it',
        );
      await transfers.giveUp(transfer, by);
    },
    async topUp(by) {
      assertPerson(by);
      const amount = await advised('exchange-to-wallet', 'the wallet holds no less than its floor');
      const address = await told(wallet().depositAddress());
      return { transfer: await transfers.planOnly('exchange-to-wallet', amount, by), amount, address };
    },
    consolidate: (by) => doHousework('consolidate', by),
    split: (by) => doHousework('split', by),
    async waiting() {
      const [sweeps, housework, orders] = await Promise.all([openSweeps(), houseworkUnderWay(), deliveries()]);
      const known = [
        ...orders.map(({ reference, number }) => ({ reference, order: number })),
        ...sweeps.map(({ reference }) => ({ reference, order: null })),
        ...housework.map(({ value }) => ({ reference: value, order: null })),
      ];
      const found: WaitingSignature[] = [];
      for (const { reference, order } of known)
        for (const waiting of await told(wallet().waiting(reference))) found.push({ ...waiting, reference, order });
      return found.slice(0, MOST_WAITING);
    },
    async bringHome(reference, psbt) {
      if ((await frozenDeliveries()).includes(reference))
        throw new InputError('reference', 'frozen', 'its order is frozen: nothing is sent before two people end that');
      const { outcome, txid } = await told(wallet().bringHome({ reference, psbt }));
      if (outcome === 'waiting') return { outcome };
      if ((await openSweeps()).some((sweep) => sweep.reference === reference)) return desk.send(reference);
      const work = (await houseworkUnderWay()).find(({ value }) => value === reference)?.name;
      if (work) return doHousework(work === settingOf.split ? 'split' : 'consolidate', ENGINE);
      const delivery = (await deliveries()).find((one) => one.reference === reference);
      if (delivery) await driver.drive(delivery.id, { type: 'asked-to-look' });
      const value = await told(wallet().find(reference));
      return value
        ? sendingOf(value)
        : { outcome: 'unknown', why: `${txid} is signed, and the wallet does not know it` };
    },
    async tend() {
      if (!providers.wallet || now() - tendedAt < TEND_EVERY_MS) return;
      tendedAt = now();
      const { failed } = await wallet().tend({ watchOnly: await frozenDeliveries() });
      if (failed > 0) runtime.log.warn('wallet-not-tended', { count: failed });
      for (const { reference } of await openSweeps()) {
        // One that the wallet never heard of was planned by hand, or its engine died first: a person goes on with it.
        const value = await wallet().find(reference);
        if (value) await follow(reference, { outcome: 'applied', value });
      }
    },
  };
  return desk;
}

/** How a withdrawal of ours stands, in an operator's words. */
function sendingOf(value: Withdrawal): Sending {
  if (value.status === 'failed') return { outcome: 'unknown', why: 'the wallet calls it failed; look at the chain' };
  if (value.status === 'replaced')
    return { outcome: 'unknown', why: `${value.replacedBy} spent its coins, and is not ours; look at the chain` };
  if (!('transactionId' in value)) return { outcome: 'waiting' };
  const { transactionId: transaction, fee = null } = value;
  const depth = value.status === 'confirmed' ? value.depth : 0;
  return { outcome: 'sent', transaction, fee, depth, finished: false };
}
