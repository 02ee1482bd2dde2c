import type { Money } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import type { OrderFile } from '@rielrails/orders';
import type { WorldReady } from '../launcher/world-protocol.ts';
import type { Facts } from './facts.ts';

/** What a script tells at its end: the same shape for every script. */
export interface Result {
  readonly script: string;
  /** Whether every invariant and every check holds, and nothing failed on the way. */
  readonly ok: boolean;
  readonly failure: string | null;
  /** The first order; `null` when there was none. */
  readonly order: OrderResult | null;
  /** How many orders there were, by state. */
  readonly orders: Readonly<Record<string, number>>;
  readonly delivery: DeliveryResult | null;
  readonly chain: { readonly node: WorldReady['chain']['kind']; readonly backend: string };
  readonly ledger: { readonly balanced: boolean };
  readonly invariants: Readonly<Record<string, boolean>>;
  /** What this very script demands. */
  readonly checks: Readonly<Record<string, boolean>>;
  readonly timings: { readonly startMs: number; readonly playMs: number; readonly stopMs: number };
  /** MiB, by process. */
  readonly memory: Readonly<Record<string, number | null>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** An order in a result. Amounts are decimal texts. */
export interface OrderResult {
  readonly number: string;
  readonly state: string;
  readonly hold: string;
  readonly paid: AmountText;
  readonly refunded: AmountText;
  readonly bought: AmountText;
  readonly fee: AmountText;
}

/** What arrived on the chain. */
export interface DeliveryResult {
  readonly txid: string;
  readonly confirmations: number;
  readonly address: string;
  readonly amount: AmountText;
}

/** An amount as people write it. */
export interface AmountText {
  readonly amount: string;
  readonly asset: string;
}

/** What an order came to. */
export function orderResult({ order }: OrderFile): OrderResult | null {
  const { quote } = order;
  if (!quote) return null;
  const paid = order.receipts.reduce((sum, { amount }) => sum + amount.minor, 0n);
  const refunded = order.receipts.reduce((sum, receipt) => sum + receipt.refunded, 0n);
  const bought = order.effects.reduce(
    (sum, { result }) => sum + (result?.kind === 'buy' ? result.received.minor : 0n),
    0n,
  );
  return {
    number: order.number,
    state: order.state,
    hold: order.hold,
    paid: textOf({ asset: quote.pay.asset, minor: paid }),
    refunded: textOf({ asset: quote.pay.asset, minor: refunded }),
    bought: textOf({ asset: quote.arrives.asset, minor: bought }),
    fee: textOf(quote.fee),
  };
}

/** What the node says of an order's delivery. */
export function deliveryResult({ order }: OrderFile, { payments }: Facts): DeliveryResult | null {
  const [payment] = payments[order.id] ?? [];
  if (!payment || !order.quote || order.address === null) return null;
  const { txid, confirmations, outputs } = payment;
  const minor = outputs.filter(({ address }) => address === order.address).reduce((sum, { sats }) => sum + sats, 0n);
  return {
    txid,
    confirmations,
    address: order.address,
    amount: textOf({ asset: order.quote.arrives.asset, minor }),
  };
}

function textOf(amount: Money): AmountText {
  return { amount: formatAmount(amount), asset: amount.asset.code };
}
