import type { ManualCase } from './manual-case.ts';
import type { Access, ManualStore, StoredDocument } from './store.ts';

/** A store that a process forgets when it ends. For tests. */
export function createMemoryStore(): ManualStore {
  const cases = new Map<string, ManualCase>();
  const documents = new Map<string, readonly StoredDocument[]>();
  const accesses = new Map<string, Access[]>();

  return {
    async open(fresh) {
      const known = cases.get(fresh.reference);
      if (!known) cases.set(fresh.reference, fresh);
      return known ?? fresh;
    },
    find: async (reference) => cases.get(reference) ?? null,
    waiting: async (most) =>
      [...cases.values()]
        .filter(({ state, proposal }) => state === 'submitted' || proposal !== null)
        .sort((a, b) => (a.submittedAt ?? 0) - (b.submittedAt ?? 0))
        .slice(0, most),
    decided: async (most) =>
      [...cases.values()]
        .filter(({ state }) => state !== 'open' && state !== 'submitted')
        .sort((a, b) => (b.decidedAt ?? 0) - (a.decidedAt ?? 0))
        .slice(0, most),
    async save(next, fresh) {
      if (cases.get(next.reference)?.version !== next.version - 1) return false;
      cases.set(next.reference, next);
      if (fresh) documents.set(next.reference, fresh);
      return true;
    },
    document: async (reference, name) => documents.get(reference)?.find((one) => one.name === name) ?? null,
    documentNames: async (reference) => (documents.get(reference) ?? []).map(({ name }) => name),
    async noteAccess(reference, access) {
      accesses.set(reference, [...(accesses.get(reference) ?? []), access]);
    },
    accesses: async (reference) => accesses.get(reference) ?? [],
    async forget(person) {
      const all = [...cases.values()].filter((one) => one.person === person);
      for (const one of all) {
        const { reference, version, state } = one;
        const ended = state === 'rejected' ? state : 'revoked';
        documents.delete(reference);
        cases.set(reference, {
          ...one,
          version: version + 1,
          state: ended,
          statement: null,
          identity: null,
          proposal: null,
        });
      }
      return all.map(({ reference }) => reference);
    },
    async erase(reference) {
      documents.delete(reference);
      const one = cases.get(reference);
      if (one) {
        const { version } = one;
        cases.set(reference, { ...one, version: version + 1, statement: null, identity: null, proposal: null });
      }
    },
  };
}
