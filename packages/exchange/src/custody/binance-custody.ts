import { BTC, money, ProviderError } from '@rielrails/core';
import type { CallContext, Custody, Reference, Withdraw, Withdrawal } from '@rielrails/core';
import { bitcoinAddressRule } from '@rielrails/kit/bitcoin';
import { createVocabulary, defineCustody, doubt, formatAmount, systemRuntime, unavailable } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { openConnection } from '../ccxt/connection.ts';
import { createGate } from '../ccxt/gate.ts';
import { declined } from '../ccxt/meanings.ts';
import { binanceDoor } from '../ccxt/venues/binance.ts';
import {
  applyQuestion,
  coinsQuestion,
  pageQuestion,
  statusWords,
  toWithdrawal,
  windowsBefore,
} from './binance-withdrawals.ts';
import type { HistoryAnswer, HistoryPage, HistoryRow, NetworkTerms } from './binance-withdrawals.ts';
import { readBinanceCustodyConfig } from './config.ts';
import type { BinanceCustodyConfig } from './config.ts';

const ID = 'binance';
/** A list that is longer than this many pages is not read to its end, and proves nothing. */
const MAX_PAGES = 20;

/**
 * A Binance account that sends bitcoin.
 *
 * Our reference is the venue's `withdrawOrderId`, by which a withdrawal is found again. The documents do not say that a
 * second one under the same id is refused, so each is sent once, after a lookup that found none; one that exists is
 * `unknown`, reason `duplicate`, and absence never proves that nothing was sent. `amount` is what arrives: the fee of the
 * moment is added before it is sent. The network is always bitcoin's own, and there is never a memo.
 *
 * No request leaves before the first call, which also loads ccxt.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function createBinanceCustody(
  config: BinanceCustodyConfig,
  runtime: Runtime = systemRuntime(),
): Custody<'balance' | 'estimateFee'> {
  const settings = readBinanceCustodyConfig(config);
  const connection = openConnection(binanceDoor, settings, runtime);
  const { breaker } = connection;
  const words = createVocabulary({ provider: ID, words: statusWords, otherwise: 'underway', log: runtime.log });
  const { depthWhenComplete } = settings;

  /** The rows under a reference, newest window first, page by page. */
  async function rowsOf(reference: Reference, context: CallContext): Promise<readonly HistoryRow[]> {
    let pages = 0;
    for (const window of windowsBefore(runtime.clock.now(), settings.lookbackDays)) {
      for (let page: HistoryPage | null = window; page;) {
        if ((pages += 1) > MAX_PAGES)
          throw unavailable(ID, `${ID} get: the list of withdrawals could not be read to its end; look at the account`);
        const answer: HistoryAnswer = await connection.read(pageQuestion(page), context);
        const found = answer.rows.filter(({ withdrawOrderId }) => withdrawOrderId === reference);
        if (found.length > 0) return found;
        page = answer.next;
      }
    }
    return [];
  }

  async function find(reference: Reference, context: CallContext): Promise<Withdrawal | null> {
    const [row, second] = await rowsOf(reference, context);
    if (second) throw unavailable(ID, `${ID} get: several withdrawals bear this reference; look at the account`);
    return row ? toWithdrawal(row, { reference, words, depthWhenComplete }) : null;
  }

  async function withdraw({ reference, amount, destination }: Withdraw, context: CallContext): Promise<Withdrawal> {
    breaker.pass('business');
    if (await find(reference, context)) throw duplicate();
    const { terms } = await connection.read(coinsQuestion, context);
    const gross = amount.minor + terms.fee;
    assertAllowed(gross, terms);
    const { text: address } = destination.address;
    await connection.write(applyQuestion({ reference, address, gross: formatAmount(money(BTC, gross)) }), context);
    return { reference, amount, fee: money(BTC, terms.fee), status: 'signing' };
  }

  const once = createGate(duplicate);
  return defineCustody<'balance' | 'estimateFee'>(
    {
      id: ID,
      manifest: {
        assets: [BTC],
        address: bitcoinAddressRule(settings.network),
        withdraw: { repeat: 'rejects' },
        // A page of the list weighs a tenth of what the venue grants in a minute.
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 'never', budget: { calls: 8, perMs: 60_000 } },
      },
      withdraw: (input, context) => once(input.reference, () => withdraw(input, context)),
      async get({ reference }, context) {
        breaker.pass('lookup');
        return find(reference, context);
      },
      async balance(_asset, context) {
        breaker.pass('lookup');
        const { free } = await connection.read(coinsQuestion, context);
        return { available: money(BTC, free), pending: money(BTC, 0n) };
      },
      async estimateFee(_input, context) {
        breaker.pass('lookup');
        const { terms } = await connection.read(coinsQuestion, context);
        return money(BTC, terms.fee);
      },
    },
    runtime,
  );
}

function assertAllowed(gross: bigint, { open, minimum, maximum, step }: NetworkTerms): void {
  if (!open) throw declined(ID, 'withdrawals-suspended', 'bitcoin does not leave the venue now');
  const problem =
    gross < minimum
      ? 'is below what the venue sends'
      : gross > maximum
        ? 'is above what the venue sends at once'
        : null;
  if (problem) throw new ProviderError({ kind: 'invalid', provider: ID, message: `${ID} amount: ${problem}` });
  if (gross % step !== 0n)
    throw new ProviderError({ kind: 'invalid', provider: ID, message: `${ID} amount: is between two steps` });
}

function duplicate(): Error {
  return doubt(ID, 'duplicate', `${ID} withdraw: a withdrawal under this reference exists; look it up`);
}
