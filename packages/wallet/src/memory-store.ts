import type { Branch } from './account.ts';
import type { LogHead } from './signer/protocol.ts';
import { outpointText } from './store.ts';
import type { StoredWithdrawal, WalletStore } from './store.ts';

/** A store that lives as long as the process. For tests and play money: what it forgets cannot be found again. */
export function createMemoryStore(): WalletStore {
  const withdrawals = new Map<string, StoredWithdrawal>();
  const leases = new Map<string, string>();
  const counts: Record<Branch, number> = { receive: 0, change: 0 };
  const deliveries = new Map<string, Map<string, number>>();
  let head: LogHead | null = null;
  const raise = (next: LogHead) => {
    const isNext = head ? next.sequence === head.sequence + 1 : next.sequence <= 1;
    if (isNext) head = next;
  };
  const forget = (stored: StoredWithdrawal): boolean => {
    if (stored.versions.length > 0) return false;
    remove(stored);
    return true;
  };
  const remove = (stored: StoredWithdrawal): void => {
    withdrawals.delete(stored.reference);
    for (const input of stored.inputs) leases.delete(outpointText(input));
  };
  return {
    async takeIndex(branch) {
      counts[branch] += 1;
      return counts[branch] - 1;
    },
    indexCounts: async () => ({ ...counts }),
    async raiseIndexCounts(least) {
      counts.receive = Math.max(counts.receive, least.receive);
      counts.change = Math.max(counts.change, least.change);
    },
    async takeDeliveryIndex({ account, reference, least }) {
      const given = deliveries.get(account) ?? new Map<string, number>();
      deliveries.set(account, given);
      const known = given.get(reference);
      if (known !== undefined) return known;
      const next = Math.max(least, ...[...given.values()].map((index) => index + 1));
      given.set(reference, next);
      return next;
    },
    async plan(plan) {
      if (withdrawals.has(plan.reference)) return 'reference-taken';
      const outpoints = plan.inputs.map(outpointText);
      if (outpoints.some((outpoint) => leases.has(outpoint))) return 'outpoint-taken';
      for (const outpoint of outpoints) leases.set(outpoint, plan.reference);
      withdrawals.set(plan.reference, { ...plan, versions: [], seen: null });
      return 'stored';
    },
    find: async (reference) => withdrawals.get(reference) ?? null,
    leased: async () => new Set(leases.keys()),
    async abandon(reference, txid) {
      const stored = withdrawals.get(reference);
      return stored?.txid === txid && forget(stored);
    },
    async abandonHolders(outpoints) {
      for (const outpoint of outpoints) {
        const holder = withdrawals.get(leases.get(outpointText(outpoint)) ?? '');
        if (holder) forget(holder);
      }
    },
    async retire(reference) {
      const stored = withdrawals.get(reference);
      if (stored) remove(stored);
    },
    async recordVersion(reference, version, newHead) {
      const stored = withdrawals.get(reference);
      if (!stored) return false;
      if (stored.versions.every(({ txid }) => txid !== version.txid)) {
        withdrawals.set(reference, { ...stored, versions: [...stored.versions, version] });
      }
      raise(newHead);
      return true;
    },
    async recordSeen(reference, seen) {
      const stored = withdrawals.get(reference);
      if (stored) withdrawals.set(reference, { ...stored, seen });
    },
    logHead: async () => head,
    async raiseLogHead(next) {
      raise(next);
    },
  };
}
