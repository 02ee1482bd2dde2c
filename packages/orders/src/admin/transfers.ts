import { InputError, money } from '@rielrails/core';
import type { Asset, Money, Reference } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { sql } from 'kysely';
import { bank, capital, costs, free, providerReceivable } from '../money/accounts.ts';
import { broughtIn, transferArrived, transferFee, transferReturned, transferSent } from '../money/postings.ts';
import type { Providers } from '../providers.ts';
import type { Account } from '../store/account.ts';
import { decode, encode } from '../store/codec.ts';
import { InsufficientBalanceError, post } from '../store/ledger.ts';
import type { Tx } from '../store/transaction.ts';
import type { Admin, TransferKind } from './admin.ts';
import type { AdminParts } from './commands.ts';
import { assertEvidence } from './evidence.ts';
import { assertPerson } from './people.ts';

/** Movements between places of our own, in the books: planned before anything moves, finished with their evidence. */
export interface Transfers {
  readonly bringIn: Admin['bringIn'];
  readonly plan: Admin['planTransfer'];
  readonly finish: Admin['finishTransfer'];
  readonly open: Admin['transfers'];
  /** Plans one of a kind of which no other may be open, whoever asks at the same moment. */
  planOnly(kind: TransferKind, amount: Money, by: string): Promise<Reference>;
  /** A transfer certainly came to nothing: its amount is free again. @throws InputError where it is not open */
  giveUp(transfer: Reference, by: string): Promise<void>;
  /** What the miners of a transfer have by now, from the wallet: the difference to what was booked is moved. Safe to repeat. */
  payMiners(transfer: Reference, fee: Money): Promise<void>;
}

interface TransferRow {
  readonly reference: Reference;
  readonly kind: TransferKind;
  readonly asset: string;
  readonly minor: bigint;
  readonly planned_by: string;
  readonly planned_at: bigint;
}

/** Makes them. */
export function createTransfers({
  store,
  providers,
  runtime,
}: Pick<AdminParts, 'store' | 'providers' | 'runtime'>): Transfers {
  const now = () => runtime.clock.now();

  async function plan(
    kind: TransferKind,
    amount: Money,
    by: string,
    assertMay: (tx: Tx) => Promise<void> = async () => {},
  ): Promise<Reference> {
    assertPerson(by);
    if (amount.minor <= 0n) throw new InputError('amount', 'positive', 'must be above zero');
    const { from } = transferEnds(kind, providers);
    const reference = newReference(runtime.random);
    await store
      .transaction(async (tx) => {
        await assertMay(tx);
        await sql`
          insert into treasury_transfer (reference, kind, status, asset, minor, planned_by, planned_at)
          values (${reference}, ${kind}, 'planned', ${encode(amount.asset)}, ${amount.minor}, ${by}, ${now()})`.execute(
          tx,
        );
        await post(tx, transferSent({ transfer: reference, from, amount }), now());
      })
      .catch((error: unknown) => {
        if (!(error instanceof InsufficientBalanceError)) throw error;
        throw new InputError('amount', 'not-there', 'so much is not free where it would come from');
      });
    return reference;
  }

  return {
    async bringIn(place, amount, evidence, by) {
      assertPerson(by);
      assertPlace(place, providers);
      assertEvidence('evidence', evidence);
      if (amount.minor <= 0n) throw new InputError('amount', 'positive', 'must be above zero');
      await store.transaction(async (tx) => {
        const entry = broughtIn({ to: free(place), amount, reference: evidence });
        const written = await post(tx, { ...entry, reason: `${entry.reason}, brought by ${by}` }, now());
        if (!written) throw new InputError('evidence', 'used', 'this evidence was booked already');
      });
    },
    plan: async (kind, amount, by) => plan(kind, amount, by),
    planOnly: async (kind, amount, by) =>
      plan(kind, amount, by, async (tx) => {
        await sql`lock table treasury_transfer in share row exclusive mode`.execute(tx);
        const { rows } = await sql<{ reference: Reference }>`
          select reference from treasury_transfer where kind = ${kind} and status = 'planned'`.execute(tx);
        const [open] = rows;
        if (!open) return;
        const why = `transfer ${open.reference} is not finished; go on with it, or finish it`;
        throw new InputError('treasury', 'open', why);
      }),
    async finish(transfer, evidence, fee, by) {
      assertPerson(by);
      assertEvidence('evidence', evidence);
      await store.transaction(async (tx) => {
        const { rows } = await sql<{ kind: TransferKind; status: string; asset: string; minor: bigint }>`
          select kind, status, asset, minor from treasury_transfer where reference = ${transfer} for update`.execute(
          tx,
        );
        const [row] = rows;
        if (!row || row.status !== 'planned')
          throw new InputError('transfer', 'unknown', 'there is no such open transfer');
        const used = await sql`select 1 from treasury_transfer where evidence = ${evidence}`.execute(tx);
        if (used.rows.length > 0) throw new InputError('evidence', 'used', 'this evidence stands for another transfer');
        const asset = decode(row.asset) as Asset;
        const kept = fee ?? money(asset, 0n);
        if (kept.asset.code !== asset.code || kept.minor < 0n || kept.minor >= row.minor)
          throw new InputError('fee', 'malformed', 'must be of the transfer’s asset and less than its amount');
        const { to, carrier } = transferEnds(row.kind, providers);
        const arrived = money(asset, row.minor - kept.minor);
        await post(tx, transferArrived({ transfer, to, arrived, fee: kept, carrier }), now());
        await sql`
          update treasury_transfer set status = 'done', done_by = ${by}, done_at = ${now()}, evidence = ${evidence}
          where reference = ${transfer}`.execute(tx);
      });
    },
    async giveUp(transfer, by) {
      await store.transaction(async (tx) => {
        const { rows } = await sql<Pick<TransferRow, 'kind' | 'asset' | 'minor'>>`
          update treasury_transfer set status = 'cancelled', done_by = ${by}, done_at = ${now()}
          where reference = ${transfer} and status = 'planned' returning kind, asset, minor`.execute(tx);
        const [row] = rows;
        if (!row) throw new InputError('transfer', 'unknown', 'there is no such open transfer');
        const amount = money(decode(row.asset) as Asset, row.minor);
        const to = transferEnds(row.kind, providers).from;
        await post(tx, transferReturned({ transfer, to, amount }), now());
      });
    },
    async payMiners(transfer, fee) {
      const { from } = transferEnds('wallet-to-cold', providers);
      await store
        .transaction(async (tx) => {
          // Two who read different fees would both book the whole difference.
          await sql`select pg_advisory_xact_lock(hashtextextended(${transfer}, 0))`.execute(tx);
          const { rows } = await sql<{ minor: bigint }>`
            select coalesce(sum(minor), 0)::bigint as minor from ledger_entry join ledger_line on entry = id
            where owner = ${transfer} and kind = 'transfer-fee' and account = ${costs('miners')}`.execute(tx);
          const booked = money(fee.asset, rows[0]?.minor ?? 0n);
          if (booked.minor !== fee.minor) await post(tx, transferFee({ transfer, from, booked, fee }), now());
        })
        .catch((error: unknown) => {
          if (!(error instanceof InsufficientBalanceError)) throw error;
          runtime.log.error('transfer-fee-not-booked', { reference: transfer });
        });
    },
    async open() {
      const { rows } = await sql<TransferRow>`
        select reference, kind, asset, minor, planned_by, planned_at from treasury_transfer
        where status = 'planned' order by planned_at, reference`.execute(store.db);
      return rows.map(({ reference, kind, asset, minor, planned_by, planned_at }) => ({
        reference,
        kind,
        amount: money(decode(asset) as Asset, minor),
        plannedBy: planned_by,
        plannedAt: Number(planned_at),
      }));
    },
  };
}

/** From where to where a transfer goes, and who may keep a fee of it. */
function transferEnds(
  kind: TransferKind,
  providers: Providers,
): { readonly from: Account; readonly to: Account; readonly carrier: string } {
  const venue = free(`exchange:${providers.exchange.id}`);
  const wallet = free(`wallet:${providers.wallet?.id ?? providers.custodies[0].id}`);
  switch (kind) {
    case 'float-in':
      return { from: bank('operator'), to: venue, carrier: 'bank' };
    case 'float-out':
      return { from: venue, to: bank('operator'), carrier: 'bank' };
    case 'exchange-to-wallet':
      return { from: venue, to: wallet, carrier: providers.exchange.id };
    case 'wallet-to-cold':
      return { from: wallet, to: capital, carrier: 'miners' };
    case 'bank-settlement':
      return { from: providerReceivable(providers.rails[0].id), to: bank('operator'), carrier: providers.rails[0].id };
    default:
      throw new InputError('kind', 'unknown', 'there is no such transfer');
  }
}

function assertPlace(place: string, { exchange, custodies }: Providers): void {
  const known = [`exchange:${exchange.id}`, ...custodies.map(({ id }) => `wallet:${id}`)];
  if (!known.includes(place)) throw new InputError('place', 'unknown', `expected one of ${known.join(', ')}`);
}
