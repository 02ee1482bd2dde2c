import { InputError, isProviderError } from '@rielrails/core';
import type { Attempt, Money, Reference, Withdrawal } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { sql } from 'kysely';
import { free } from '../money/accounts.ts';
import { transferFee, transferReturned } from '../money/postings.ts';
import type { WaitingTransaction, WalletAdvice, WalletDesk } from '../treasury/wallet-desk.ts';
import { InsufficientBalanceError, post } from '../store/ledger.ts';
import type { Admin, TransferKind } from './admin.ts';
import type { AdminParts } from './commands.ts';
import { assertPerson } from './people.ts';

/** How far a movement of coins came. */
export type Sending =
  /** Signed and handed to the network, or further. */
  | { readonly outcome: 'sent'; readonly transaction: string; readonly fee: Money | null }
  /** It waits for signatures which are made elsewhere. */
  | { readonly outcome: 'waiting' }
  /** Certainly not done: the transfer is closed, and the amount is free again. */
  | { readonly outcome: 'refused'; readonly why: string }
  /** It may have been done. To send it again is safe: it is the same transfer. */
  | { readonly outcome: 'unknown'; readonly why: string };

/** What operators do with a wallet of their own. Coins go to the operator's own descriptors alone: one person suffices. */
export interface TreasuryDesk {
  advice(): Promise<WalletAdvice>;
  /** Plans in the books what is above the ceiling, and sends it to cold storage. */
  sweep(by: string): Promise<{ readonly transfer: Reference; readonly sending: Sending }>;
  /** Goes on with a transfer to cold storage where it stood. Safe to repeat. */
  send(transfer: Reference): Promise<Sending>;
  /** Plans in the books what is missing below the floor, and says where it should be sent. */
  topUp(by: string): Promise<{ readonly transfer: Reference; readonly amount: Money; readonly address: string }>;
  /** Gathers small coins into one. One that is in doubt is gone on with, instead of another one. */
  consolidate(by: string): Promise<Sending>;
  waiting(transfer: Reference): Promise<readonly WaitingTransaction[]>;
  /** Brings a signed transaction home. Safe to repeat. */
  bringHome(transfer: Reference, psbt: string): Promise<Sending>;
}

/** Makes the desk. Without a wallet of the operator's own every command is refused by name. */
export function createTreasuryDesk(
  { store, providers, runtime }: Pick<AdminParts, 'store' | 'providers' | 'runtime'>,
  admin: Pick<Admin, 'planTransfer' | 'transfers'>,
): TreasuryDesk {
  const now = () => runtime.clock.now();

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
    const open = (await admin.transfers()).find((one) => one.kind === kind);
    if (open)
      throw new InputError(
        'treasury',
        'open',
        `transfer ${open.reference} is not finished; go on with it, or finish it`,
      );
    const advice = await told(wallet().advice());
    if (advice.type !== kind) throw new InputError('treasury', 'not-now', otherwise);
    return advice.amount;
  }

  async function openSweep(transfer: Reference): Promise<Money> {
    const found = (await admin.transfers()).find(({ reference }) => reference === transfer);
    if (found?.kind === 'wallet-to-cold') return found.amount;
    throw new InputError('transfer', 'unknown', 'there is no such open transfer to cold storage');
  }

  /** Reads an attempt, and books the miners' fee once it is known. */
  async function read(reference: Reference, attempt: Attempt<Withdrawal>): Promise<Sending> {
    if (attempt.outcome !== 'applied') return { outcome: attempt.outcome, why: attempt.fault.message };
    const { value } = attempt;
    if (value.status === 'failed') return { outcome: 'unknown', why: 'the wallet calls it failed; look at the chain' };
    if (!('transactionId' in value)) return { outcome: 'waiting' };
    if (value.fee) await bookFee(reference, value.fee);
    return { outcome: 'sent', transaction: value.transactionId, fee: value.fee ?? null };
  }

  async function bookFee(transfer: Reference, fee: Money): Promise<void> {
    await store
      .transaction(async (tx) => {
        await post(tx, transferFee({ transfer, from: free(`wallet:${wallet().id}`), fee }), now());
      })
      .catch((error: unknown) => {
        if (!(error instanceof InsufficientBalanceError)) throw error;
        runtime.log.error('transfer-fee-not-booked', { reference: transfer });
      });
  }

  async function giveUp(transfer: Reference, amount: Money, by: string): Promise<void> {
    await store.transaction(async (tx) => {
      const { rows } = await sql`
        update treasury_transfer set status = 'cancelled', done_by = ${by}, done_at = ${now()}
        where reference = ${transfer} and status = 'planned' returning 1`.execute(tx);
      if (rows.length > 0)
        await post(tx, transferReturned({ transfer, to: free(`wallet:${wallet().id}`), amount }), now());
    });
  }

  const plan = (kind: TransferKind, amount: Money, by: string) => admin.planTransfer(kind, amount, by);

  const desk: TreasuryDesk = {
    advice: async () => told(wallet().advice()),
    async sweep(by) {
      assertPerson(by);
      const amount = await advised('wallet-to-cold', 'the wallet holds no more than its ceiling');
      const transfer = await plan('wallet-to-cold', amount, by);
      const sending = await read(transfer, await wallet().sweepToCold({ reference: transfer, amount }));
      if (sending.outcome === 'refused') await giveUp(transfer, amount, by);
      return { transfer, sending };
    },
    async send(transfer) {
      const amount = await openSweep(transfer);
      const sending = await read(transfer, await wallet().sweepToCold({ reference: transfer, amount }));
      // An earlier call may have done it: only the first call's refusal proves anything.
      return sending.outcome === 'refused' ? { outcome: 'unknown', why: sending.why } : sending;
    },
    async topUp(by) {
      assertPerson(by);
      const amount = await advised('exchange-to-wallet', 'the wallet holds no less than its floor');
      const address = await told(wallet().depositAddress());
      return { transfer: await plan('exchange-to-wallet', amount, by), amount, address };
    },
    async consolidate(by) {
      assertPerson(by);
      const reference = await store.transaction(async (tx) => {
        const fresh = JSON.stringify(newReference(runtime.random));
        const { rows } = await sql<{ value: Reference }>`
          insert into setting (name, value, changed_by, changed_at) values ('consolidation', ${fresh}::jsonb, ${by}, ${now()})
          on conflict (name) do update set changed_by = excluded.changed_by returning value`.execute(tx);
        return rows[0]?.value as Reference;
      });
      const sending = await read(reference, await wallet().consolidate({ reference }));
      if (sending.outcome === 'sent' || sending.outcome === 'refused')
        await sql`delete from setting where name = 'consolidation' and value = ${JSON.stringify(reference)}::jsonb`.execute(
          store.db,
        );
      return sending;
    },
    waiting: (transfer) => told(wallet().waiting(transfer)),
    async bringHome(transfer, psbt) {
      const { outcome } = await told(wallet().bringHome({ reference: transfer, psbt }));
      return outcome === 'waiting' ? { outcome } : desk.send(transfer);
    },
  };
  return desk;
}
