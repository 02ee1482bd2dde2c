import type { CallContext, Reference } from '@rielrails/core';
import { unavailable } from '@rielrails/kit';
import type { z } from 'zod';
import { BITGO } from './config.ts';
import type { BitgoSettings } from './config.ts';
import { objects } from './objects.ts';
import type { Approval, Transfer } from './objects.ts';
import { drift, payees } from './withdrawal.ts';
import type { BitgoWire } from './wire.ts';

/** Rows of a page: what fits well into the largest answer that is read. */
const PAGE = 100;
/** A list that is longer than this many pages is not read to its end, and proves nothing. */
const MAX_PAGES = 20;
/** A replacement stands among the newest transfers, because the list begins with what is not confirmed. */
const REPLACEMENT_PAGES = 5;

/** What BitGo knows under our reference, which is its `sequenceId`. */
export interface Lookups {
  /** The transfer, or what waits for people, or what they refused. `null`: BitGo knows nothing. */
  find(reference: Reference, context: CallContext): Promise<Found | null>;
}

/** What was found. */
export type Found =
  | { readonly type: 'transfer'; readonly transfer: Transfer }
  | { readonly type: 'approval'; readonly approval: Approval };

interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string;
}

/** Builds the lookups of one wallet. */
export function createLookups({ coin, walletId }: BitgoSettings, wire: BitgoWire): Lookups {
  const transfers = `${coin}/wallet/${walletId}/transfer`;

  /** "Get transfer by sequence ID". */
  async function bySequenceId(reference: Reference, context: CallContext): Promise<Transfer | null> {
    const path = `${transfers}/sequenceId/${reference}`;
    const call = { operation: 'find-transfer', method: 'GET', path, schema: objects.transfer } as const;
    const found = await wire.find(call, context);
    if (found && !['', reference].includes(found.sequenceId)) throw drift('a transfer of another sequenceId');
    return found;
  }

  async function* pages<T>(
    operation: string,
    path: string,
    schema: z.ZodType<Page<T>>,
    context: CallContext,
  ): AsyncGenerator<readonly T[]> {
    let after = '';
    for (let read = 0; read < MAX_PAGES; read += 1) {
      const { rows, next } = await wire.read({ operation, method: 'GET', path: path + after, schema }, context);
      yield rows;
      if (next === '') return;
      after = `&prevId=${encodeURIComponent(next)}`;
    }
    throw unavailable(BITGO, `${BITGO} ${operation}: the list could not be read to its end`);
  }

  async function search<T>(list: AsyncGenerator<readonly T[]>, isIt: (row: T) => boolean): Promise<T | null> {
    for await (const rows of list) {
      const found = rows.find(isIt);
      if (found !== undefined) return found;
    }
    return null;
  }

  /** "List pending approvals": by default those that are still open. */
  function openApproval(reference: Reference, context: CallContext): Promise<Approval | null> {
    const path = `pendingApprovals?walletId=${walletId}&limit=${PAGE}`;
    const list = pages('list-approvals', path, objects.approvals, context);
    return search(list, ({ info }) => info?.transactionRequest.buildParams?.sequenceId === reference);
  }

  /** "List transfers": these two states are left out unless they are asked for. */
  function unsent(state: 'pendingApproval' | 'rejected', reference: Reference, context: CallContext) {
    const path = `${transfers}?limit=${PAGE}&state=${state}`;
    const list = pages('list-transfers', path, objects.transfers, context);
    return search(list, ({ sequenceId }) => sequenceId === reference);
  }

  /**
   * The transfer that took the place of a replaced one, where it pays the same people: a fee that was raised at BitGo.
   *
   * Otherwise the replaced one, as it is: somebody else spent its coins.
   */
  async function latest(transfer: Transfer, context: CallContext): Promise<Transfer> {
    if (transfer.state !== 'replaced') return transfer;
    const newest: Transfer[] = [];
    let read = 0;
    for await (const rows of pages('list-transfers', `${transfers}?limit=${PAGE}`, objects.transfers, context)) {
      newest.push(...rows);
      if ((read += 1) >= REPLACEMENT_PAGES) break;
    }
    const seen = new Set<Transfer>();
    for (let at = transfer; ;) {
      const next = newest.find((one) => !seen.has(one) && replaces(one, at) && payees(one) === payees(transfer));
      if (next === undefined) return transfer;
      if (next.state !== 'replaced') return next;
      seen.add(next);
      at = next;
    }
  }

  return {
    async find(reference, context) {
      const transfer = await bySequenceId(reference, context);
      if (transfer) return { type: 'transfer', transfer: await latest(transfer, context) };
      const approval = await openApproval(reference, context);
      if (approval) return { type: 'approval', approval };
      for (const state of ['pendingApproval', 'rejected'] as const) {
        const found = await unsent(state, reference, context);
        if (found) return { type: 'transfer', transfer: found };
      }
      // Somebody may have given leave while we were looking among those that wait.
      const late = await bySequenceId(reference, context);
      return late && { type: 'transfer', transfer: late };
    },
  };
}

function replaces(one: Transfer, other: Transfer): boolean {
  if (one.txid === '' || one.txid === other.txid) return false;
  return other.replacedBy.includes(one.txid) || one.replaces.includes(other.txid);
}
