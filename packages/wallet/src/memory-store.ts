import type { Branch } from './account.ts';
import type { LogHead } from './signer/protocol.ts';
import { outpointText } from './store.ts';
import type { StoredChild, StoredLabel, StoredWithdrawal, WalletStore } from './store.ts';

/** A store that lives as long as the process. For tests and play money: what it forgets cannot be found again. */
export function createMemoryStore(): WalletStore {
  const withdrawals = new Map<string, StoredWithdrawal>();
  const leases = new Map<string, string>();
  const counts: Record<Branch, number> = { receive: 0, change: 0 };
  const deliveries = new Map<string, Map<string, number>>();
  const settled = new Set<string>();
  const notes = new Map<string, StoredLabel>();
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
    free(stored.reference);
  };
  const free = (reference: string): void => {
    for (const [outpoint, holder] of leases) if (holder === reference) leases.delete(outpoint);
  };
  const changeChildren = (reference: string, change: (children: readonly StoredChild[]) => readonly StoredChild[]) => {
    const stored = withdrawals.get(reference);
    if (stored) withdrawals.set(reference, { ...stored, children: change(stored.children) });
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
      withdrawals.set(plan.reference, { ...plan, versions: [], children: [], seen: null });
      return 'stored';
    },
    find: async (reference) => withdrawals.get(reference) ?? null,
    open: async () => [...withdrawals.keys()].filter((reference) => !settled.has(reference)),
    async settle(reference) {
      settled.add(reference);
      free(reference);
    },
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
    async retire(reference, anchor) {
      const stored = withdrawals.get(reference);
      if (stored?.inputs[0] && outpointText(stored.inputs[0]) === anchor) remove(stored);
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
    async planChild(reference, child) {
      const outpoints = child.inputs.map(outpointText);
      if (outpoints.some((outpoint) => (leases.get(outpoint) ?? reference) !== reference)) return 'outpoint-taken';
      for (const outpoint of outpoints) leases.set(outpoint, reference);
      changeChildren(reference, (children) =>
        children.some(({ txid }) => txid === child.txid) ? children : [...children, { ...child, hex: null }],
      );
      return 'stored';
    },
    async abandonChild(reference, txid) {
      const stored = withdrawals.get(reference);
      const gone = stored?.children.find((child) => child.txid === txid && child.hex === null);
      if (!stored || !gone) return;
      const rest = stored.children.filter((child) => child !== gone);
      const kept = new Set([stored, ...rest].flatMap(({ inputs }) => inputs.map(outpointText)));
      for (const outpoint of gone.inputs.map(outpointText)) if (!kept.has(outpoint)) leases.delete(outpoint);
      changeChildren(reference, () => rest);
    },
    async recordChild(reference, { txid, hex }, newHead) {
      if (!withdrawals.get(reference)?.children.some((child) => child.txid === txid)) return false;
      changeChildren(reference, (children) =>
        children.map((child) => (child.txid === txid ? { ...child, hex } : child)),
      );
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
    async setLabel(label) {
      const key = `${label.type} ${label.ref}`;
      if (label.label === '') notes.delete(key);
      else notes.set(key, label);
    },
    async labels() {
      const own = [...withdrawals.values()].flatMap(({ reference, purpose, versions, children }) => [
        ...versions.map(({ txid }) => ({ type: 'tx' as const, ref: txid, label: `${purpose} ${reference}` })),
        ...children.map(({ txid }) => ({ type: 'tx' as const, ref: txid, label: `child ${reference}` })),
      ]);
      return [...own.filter(({ type, ref }) => !notes.has(`${type} ${ref}`)), ...notes.values()];
    },
  };
}
