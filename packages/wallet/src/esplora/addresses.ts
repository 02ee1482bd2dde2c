import type { CallContext, Instant } from '@rielrails/core';
import type { Clock } from '@rielrails/kit';
import { json, misconfigured } from './api.ts';
import type { ApiRead } from './api.ts';
import { answers } from './schemas.ts';
import type { HistoryEntry, ListedOutput } from './schemas.ts';

/** Finds what lies on an address. */
export interface AddressReader {
  unspent(address: string, context?: CallContext): Promise<readonly ListedOutput[]>;
}

/** What an address reader asks with: `null` where the server has nothing, `too-many` where it has too much. */
export type Find = <T>(call: ApiRead<T>, context?: CallContext) => Promise<T | 'too-many' | null>;

/** Confirmed transactions of one page (Esplora's "HTTP API"). */
const PAGE = 25;
/** 25,000 transactions on one address: whoever has more needs a node. */
const MOST_PAGES = 1000;
/** How long an address whose coins are all spent is believed to stay so. */
const USED_UP_FOR_MS = 3_600_000;

/**
 * Reads addresses one by one.
 *
 * A wallet's change addresses are used once: those that are used up are asked about again after an hour only. Otherwise
 * every payout would make the next one slower.
 */
export function createAddressReader(find: Find, clock: Clock): AddressReader {
  const usedUpSince = new Map<string, Instant>();

  async function listed(address: string, context?: CallContext): Promise<readonly ListedOutput[]> {
    const path = `/address/${address}/utxo`;
    const outputs = await find({ operation: 'list-unspent', path, read: json(answers.outputs) }, context);
    return outputs === 'too-many' ? unspentOf(address, await history(address, context)) : (outputs ?? []);
  }

  /** Every transaction of an address, page by page, newest first. */
  async function history(address: string, context?: CallContext): Promise<readonly HistoryEntry[]> {
    const entries: HistoryEntry[] = [];
    let from = '';
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const path = `/address/${address}/txs${from}`;
      const found = await find({ operation: 'list-transactions', path, read: json(answers.history) }, context);
      if (found === 'too-many') break;
      const confirmed = (found ?? []).filter(({ block }) => block !== null);
      entries.push(...(found ?? []));
      const last = confirmed.at(-1);
      if (!last || confirmed.length < PAGE) return entries;
      from = `/chain/${last.txid}`;
    }
    throw misconfigured('an address of ours has too long a history for this server; run a node and use its RPC');
  }

  return {
    async unspent(address, context) {
      const since = usedUpSince.get(address);
      if (since !== undefined && clock.now() - since < USED_UP_FOR_MS) return [];
      const path = `/address/${address}`;
      const totals = await find({ operation: 'look-at-address', path, read: json(answers.address) }, context);
      if (totals !== 'too-many' && totals !== null && totals.unspentCount === 0) {
        if (totals.historyCount > 0 && totals.waitingCount === 0) usedUpSince.set(address, clock.now());
        return [];
      }
      return listed(address, context);
    },
  };
}

/** What a whole history leaves unspent on its address. */
function unspentOf(address: string, history: readonly HistoryEntry[]): readonly ListedOutput[] {
  const spent = new Set(history.flatMap(({ spends }) => spends.map(({ txid, vout }) => `${txid}:${vout}`)));
  return history.flatMap(({ txid, block, pays }) =>
    pays.flatMap((payee, vout) => (payee === address && !spent.has(`${txid}:${vout}`) ? [{ txid, vout, block }] : [])),
  );
}
