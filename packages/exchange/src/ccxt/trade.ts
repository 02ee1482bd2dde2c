import { money } from '@rielrails/core';
import type { Asset, Fill, ProviderRef, Reference, Trade } from '@rielrails/core';
import type { Vocabulary } from '@rielrails/kit';

/** An order as a venue tells it, in hundred-millionths. */
export interface VenueOrder {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: string;
  readonly price: bigint;
  readonly quantity: bigint;
  /** How much of the quantity was executed. */
  readonly executed: bigint;
  /** What the executions cost, before any fee. */
  readonly cost: bigint;
  /** The venue's own word. */
  readonly status: string;
  /** Where the order names its executions. */
  readonly executionIds?: readonly string[];
}

/** One execution, in hundred-millionths. */
export interface Execution {
  readonly id: string;
  readonly quantity: bigint;
  /** Before any fee. */
  readonly cost: bigint;
  readonly fee: bigint;
  /** The code of the asset in which the fee was taken; it may be a third one. */
  readonly feeAsset: string;
}

/** Whether executions add up to what the order says of itself: quantities exactly, costs within `tolerance` for each. */
export function addUp(order: VenueOrder, executions: readonly Execution[], tolerance: bigint): boolean {
  const quantity = executions.reduce((sum, one) => sum + one.quantity, 0n);
  const off = executions.reduce((sum, { cost }) => sum + cost, 0n) - order.cost;
  const allowed = BigInt(executions.length) * tolerance;
  return quantity === order.executed && off <= allowed && -off <= allowed;
}

/** Our view of an order and its executions. */
export function toTrade(
  order: VenueOrder,
  executions: readonly Execution[],
  about: {
    readonly reference: Reference;
    readonly words: Vocabulary<Trade['status']>;
    readonly market: { readonly base: Asset; readonly quote: Asset };
  },
): Trade {
  const { reference, words, market } = about;
  return {
    reference,
    id: order.orderId as ProviderRef,
    status: statusOf(order, words.read(order.status)),
    fills: executions.map((one) => toFill(one, market)),
  };
}

/** A word never outweighs the quantities: some venues call an order closed whose rest they cancelled. */
function statusOf({ executed, quantity }: VenueOrder, said: Trade['status']): Trade['status'] {
  if (said === 'filled') return executed === quantity ? 'filled' : 'cancelled';
  return said === 'open' && executed > 0n && executed < quantity ? 'partial' : said;
}

function toFill(one: Execution, { base, quote }: { readonly base: Asset; readonly quote: Asset }): Fill {
  const taken = ({ code }: Asset) => (one.feeAsset === code ? one.fee : 0n);
  const feeAsset = [base, quote].find(({ code }) => code === one.feeAsset) ?? { code: one.feeAsset, scale: 8 };
  return {
    id: one.id as ProviderRef,
    spent: money(quote, one.cost + taken(quote)),
    received: money(base, one.quantity - taken(base)),
    fee: money(feeAsset, one.fee),
  };
}
