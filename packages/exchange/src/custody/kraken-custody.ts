import { BTC, isProviderError, money, ProviderError } from '@rielrails/core';
import type { CallContext, Custody, Instant, Reference, Withdraw, Withdrawal } from '@rielrails/core';
import { bitcoinAddressRule } from '@rielrails/kit/bitcoin';
import {
  createVocabulary,
  defineCustody,
  doubt,
  isNeverSent,
  neverSent,
  systemRuntime,
  unavailable,
} from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { openConnection } from '../ccxt/connection.ts';
import { createGate } from '../ccxt/gate.ts';
import { declined } from '../ccxt/meanings.ts';
import { krakenDoor } from '../ccxt/venues/kraken.ts';
import { readKrakenCustodyConfig } from './config.ts';
import type { KrakenCustodyConfig } from './config.ts';
import type { WithdrawalJournal, WithdrawalRecord } from './journal.ts';
import {
  balanceQuestion,
  infoQuestion,
  statusQuestion,
  statusWords,
  toWithdrawal,
  withdrawQuestion,
} from './kraken-withdrawals.ts';
import type { StatusPage, StatusRow, WithdrawalInfo } from './kraken-withdrawals.ts';

const ID = 'kraken';
/** By so much the venue's clock may be behind ours. */
const SKEW_MS = 60_000;
/** A withdrawal that was asked for is listed within this time, or was not taken. */
const LISTED_WITHIN_MS = 3_600_000;
/** A list that is longer than this many pages is not read to its end, and proves nothing. */
const MAX_PAGES = 20;

/**
 * A Kraken account that sends bitcoin, to addresses that are registered in it and to no others: in practice to our own.
 *
 * The venue takes no reference of ours. So the intent is kept in a journal before it is sent, and a withdrawal whose answer
 * was lost is found in the venue's list by address, amount and time; of two that are equal, the second is not sent while
 * the first is in doubt. Each is sent once; one whose reference was used is `unknown`, reason `duplicate`, and absence from
 * the list never proves that nothing was sent. `amount` is what arrives: the fee is added, and the venue refuses to take
 * more than was added.
 *
 * No request leaves before the first call, which also loads ccxt.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function createKrakenCustody(
  config: KrakenCustodyConfig,
  { journal }: { readonly journal: WithdrawalJournal },
  runtime: Runtime = systemRuntime(),
): Custody<'balance' | 'estimateFee'> {
  const { clock } = runtime;
  const settings = readKrakenCustodyConfig(config);
  const connection = openConnection(krakenDoor, settings, runtime);
  const { breaker } = connection;
  const words = createVocabulary({ provider: ID, words: statusWords, otherwise: 'underway', log: runtime.log });
  const { withdrawalKeys, depthWhenComplete } = settings;

  /** The first key will do: a fee depends on the network, not on the address. */
  const anyKey = [...withdrawalKeys.values()][0] ?? '';

  /** The gross amount of which this arrives, and the fee. Both halves are asked of the venue, none is assumed. */
  async function price(
    key: string,
    netSats: bigint,
    context: CallContext,
  ): Promise<WithdrawalInfo & { gross: bigint }> {
    const { fee } = await connection.read(infoQuestion(key, netSats), context);
    const gross = netSats + fee;
    const info = await connection.read(infoQuestion(key, gross), context);
    if (info.arrives !== netSats)
      throw unavailable(ID, `${ID} withdraw: the venue would let another amount arrive; nothing was sent`);
    return { ...info, gross };
  }

  async function withdraw({ reference, amount, destination }: Withdraw, context: CallContext): Promise<Withdrawal> {
    const { text: address } = destination.address;
    if (await beforeSending(journal.find(reference))) throw duplicate();
    const key = withdrawalKeys.get(address);
    if (key === undefined)
      throw declined(ID, 'address-not-registered', 'this account pays registered addresses only, and this is none');
    breaker.pass('business');
    const { gross, fee } = await price(key, amount.minor, context);
    await begin({ reference, key, amountSats: amount.minor });
    const question = withdrawQuestion({ key, address, grossSats: gross, feeSats: fee });
    const refid = await connection.write(question, context).catch(async (error: unknown) => {
      if (provesNothingSent(error)) await journal.drop(reference);
      throw error;
    });
    await journal.settle(reference, refid);
    return { reference, amount, fee: money(BTC, fee), status: 'signing' };
  }

  async function begin(intent: { reference: Reference; key: string; amountSats: bigint }): Promise<void> {
    const begun = await beforeSending(journal.begin({ ...intent, begunAt: clock.now() }));
    if (begun === 'reference-taken') throw duplicate();
    if (begun === 'equal-in-doubt')
      throw unavailable(ID, `${ID} withdraw: the same amount to the same address is in doubt; look that one up first`);
  }

  /** Rows of the list that were made after an intent was begun, page by page. */
  async function* rowsSince(begunAt: Instant, context: CallContext): AsyncGenerator<StatusRow> {
    const from = (begunAt - SKEW_MS) as Instant;
    let cursor: string | null = null;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const page: StatusPage = await connection.read(statusQuestion({ from, cursor }), context);
      yield* page.rows;
      if (page.next === null) return;
      cursor = page.next;
    }
    throw unavailable(ID, `${ID} get: the list of withdrawals could not be read to its end; look at the account`);
  }

  async function findSettled(record: WithdrawalRecord, context: CallContext): Promise<StatusRow> {
    for await (const row of rowsSince(record.begunAt, context)) {
      if (row.refid !== record.refid) continue;
      if (arrivesOf(row, record.amountSats)) return row;
      throw unavailable(ID, `${ID} get: the list tells another amount of this withdrawal; look at the account`);
    }
    throw unavailable(ID, `${ID} get: a withdrawal that was taken is missing from the list; ask again`);
  }

  /** The one row that can only be this intent. */
  async function findInDoubt(record: WithdrawalRecord, context: CallContext): Promise<StatusRow | null> {
    const { begunAt, key, amountSats, reference } = record;
    const candidates: StatusRow[] = [];
    for await (const row of rowsSince(begunAt, context)) {
      const afterMs = row.time * 1000 - begunAt;
      const inTime = afterMs >= -SKEW_MS && afterMs <= LISTED_WITHIN_MS;
      if (inTime && row.key === key && row.amount === amountSats) candidates.push(row);
    }
    const known = await journal.known(candidates.map(({ refid }) => refid));
    const [row, second] = candidates.filter(({ refid }) => !known.has(refid));
    if (second) throw unavailable(ID, `${ID} get: several withdrawals could be this one; look at the account`);
    if (!row) return null;
    return (await journal.settle(reference, row.refid)) ? row : null;
  }

  const once = createGate(duplicate);
  return defineCustody<'balance' | 'estimateFee'>(
    {
      id: ID,
      manifest: {
        assets: [BTC],
        address: bitcoinAddressRule(settings.network),
        withdraw: { repeat: 'rejects' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 'never' },
      },
      withdraw: (input, context) => once(input.reference, () => withdraw(input, context)),
      async get({ reference }, context) {
        const record = await journal.find(reference);
        if (!record) return null;
        breaker.pass('lookup');
        const row = record.refid === null ? await findInDoubt(record, context) : await findSettled(record, context);
        const amount = money(BTC, record.amountSats);
        return row && toWithdrawal(row, { reference, amount, words, depthWhenComplete });
      },
      async balance(_asset, context) {
        breaker.pass('lookup');
        const available = await connection.read(balanceQuestion, context);
        return { available: money(BTC, available), pending: money(BTC, 0n) };
      },
      async estimateFee({ amount }, context) {
        breaker.pass('lookup');
        const { fee } = await connection.read(infoQuestion(anyKey, amount.minor), context);
        return money(BTC, fee);
      },
    },
    runtime,
  );
}

/** Whether so much arrives of a row. Its amount is that, or (no document says which) that and the fee. */
function arrivesOf({ amount, fee }: StatusRow, sats: bigint): boolean {
  return amount === sats || amount - fee === sats;
}

/** A journal that fails before anything was sent is a proof that nothing was. */
async function beforeSending<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw neverSent(ID, `${ID} withdraw: the journal could not be asked; nothing was sent`, error);
  });
}

/** Whether a failed write is proven not taken: refused in the venue's words, or never gone. */
function provesNothingSent(error: unknown): boolean {
  if (isNeverSent(error)) return true;
  return isProviderError(error) && error.fault.kind !== 'unknown' && error.fault.kind !== 'unavailable';
}

function duplicate(): ProviderError {
  return doubt(ID, 'duplicate', `${ID} withdraw: this reference was used; look it up`);
}
