import type { Effect, EffectKind, Order, OrderState } from '@rielrails/orders';
import { parseAmount } from '@rielrails/kit';
import { BTC, USDT } from '@rielrails/core';
import type { Facts } from './facts.ts';

/** Says whether something holds that must hold at any time, whatever went wrong before. */
export type Invariant = (facts: Facts) => boolean;

const terminal: ReadonlySet<OrderState> = new Set(['DELIVERED', 'REFUNDED', 'EXPIRED', 'CANCELLED', 'REJECTED']);
const pastPaid: ReadonlySet<OrderState> = new Set([
  'paid',
  'buying',
  'bought',
  'sending',
  'broadcast',
  'refund-due',
  'refunding',
]);

export const effectsOf = ({ effects }: Order, kind: EffectKind): readonly Effect[] =>
  effects.filter((effect) => effect.kind === kind);
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
const isLive = ({ status }: Effect): boolean => status === 'planned' || status === 'waiting' || status === 'unknown';

/** The ledger sums to zero in every asset, agrees with its own balances, and no place holds less than nothing. */
const ledgerBalances: Invariant = ({ trial, balances }) =>
  trial.uneven.length === 0 &&
  trial.drifted.length === 0 &&
  balances.every(({ account, amount }) => amount.minor >= 0n || !/^(?:exchange|wallet):/.test(account));

/** Every payment that the bank took is one receipt of one order, whole; and the other way round. */
const chargedOnce: Invariant = ({ files, applied }) => {
  const receipts = files.flatMap(({ order }) => order.receipts);
  const known = new Map(receipts.map((receipt) => [`${receipt.provider} ${receipt.transaction}`, receipt]));
  return (
    known.size === receipts.length &&
    receipts.length === applied.receipts.length &&
    applied.receipts.every(({ rail, transaction, minor, asset }) => {
      const receipt = known.get(`${rail} ${transaction}`);
      return receipt?.amount.minor === minor && receipt.amount.asset.code === asset;
    }) &&
    receipts.every(
      ({ amount, funded, refunded, review, blocked }) => amount.minor === funded + refunded + review + blocked,
    )
  );
};

/** No more went back for a payment than is owed back, and orders at an end owe nothing. */
const refundedOnce: Invariant = ({ files, applied }) =>
  files.every(({ order }) =>
    // Request by request: a rail may keep one total for all the payments of one.
    [...new Set(order.receipts.map(({ request }) => request))].every((request) => {
      const receipts = order.receipts.filter((receipt) => receipt.request === request && !receipt.reversed);
      const names = new Set(receipts.map(({ transaction }) => transaction));
      const rails = new Set<string>(receipts.map(({ provider }) => provider));
      const owed = sum(receipts.map(({ refunded }) => refunded));
      const byRail = sum(
        applied.refunds
          .filter(({ rail, transaction }) => rails.has(rail) && names.has(transaction))
          .map(({ minor }) => minor),
      );
      const tasks = order.refundTasks.filter(({ transaction }) => names.has(transaction));
      const byHand = sum(tasks.filter(({ status }) => status === 'done').map(({ amount }) => amount.minor));
      const open =
        tasks.some(({ status }) => status === 'open') ||
        effectsOf(order, 'refund').some(isLive) ||
        order.hold !== 'none';
      const back = byRail + byHand;
      return back <= owed && (back === owed || open || !terminal.has(order.state));
    }),
  );

/** What was taken back without us is known as such, once, and nothing else of it went back. */
const reversalsKnown: Invariant = ({ files, applied }) => {
  const reversed = files.flatMap(({ order }) => order.receipts.filter((receipt) => receipt.reversed));
  const isOf = (receipt: (typeof reversed)[number]) => (one: { readonly rail: string; readonly transaction: string }) =>
    one.rail === receipt.provider && one.transaction === receipt.transaction;
  return (
    reversed.length === applied.reversals.length &&
    reversed.every((receipt) => applied.reversals.some(isOf(receipt)) && !applied.refunds.some(isOf(receipt)))
  );
};

/** Every order that the exchange filled is one purchase of one order, at the amounts that were booked. */
const boughtOnce: Invariant = ({ files, applied }) => {
  const buys = files.flatMap(({ order }) => effectsOf(order, 'buy').map((effect) => ({ order, effect })));
  const filled = applied.trades.filter(({ received }) => parseAmount(received, BTC).minor > 0n);
  const agree = filled.every(({ reference, spent, received }) => {
    const { result, status } = buys.find(({ effect }) => effect.reference === reference)?.effect ?? {};
    return (
      status === 'applied' &&
      result?.kind === 'buy' &&
      result.received.minor === parseAmount(received, BTC).minor &&
      result.spent.minor === parseAmount(spent, USDT).minor
    );
  });
  const once = files.every(({ order }) => {
    const bought = sum(
      effectsOf(order, 'buy').map(({ result }) => (result?.kind === 'buy' ? result.received.minor : 0n)),
    );
    return !order.quote || bought < 2n * (order.quote.arrives.minor + order.quote.networkFee.minor);
  });
  return agree && once;
};

/** An order's address was paid at most once, with the very amount that the order was owed; never after a refund. */
const deliveredOnce: Invariant = ({ files, payments }) =>
  files.every(({ order }) => {
    const paid = payments[order.id] ?? [];
    const sent = effectsOf(order, 'send').filter(({ status }) => status === 'applied');
    if (paid.length > 1 || sent.length > 1) return false;
    if (order.state === 'DELIVERED' && paid.length === 0) return false;
    const [payment] = paid;
    if (!payment) return true;
    const arrived = sum(payment.outputs.filter(({ address }) => address === order.address).map(({ sats }) => sats));
    const owed = order.sale?.delivered.minor;
    return order.disposition === 'deliver' && (owed === undefined ? false : arrived === owed);
  });

/** What the wallet lost is what buyers got and what miners took. */
const coinsAccountedFor: Invariant = ({ files, payments, walletSats }) => {
  const left = files.flatMap(({ order }) =>
    (payments[order.id] ?? []).map(({ outputs, feeSats: onChain }) => {
      // A custodian pays from coins of its own, and takes a fee of its own.
      const feeSats = order.custody === 'wallet' ? onChain : feeOf(order);
      const arrived = outputs.filter(({ address }) => address === order.address).map(({ sats }) => sats);
      return sum(arrived) + (feeSats ?? 0n);
    }),
  );
  return walletSats.atFirst - walletSats.now === sum(left);
};

/** What the ledger says lies at the exchange and in the wallet lies there. */
const placesAgree: Invariant = ({ balances, applied, walletSats, files, payments }) => {
  const at = (start: string, asset: string) =>
    sum(
      balances
        .filter(({ account, amount }) => account.startsWith(start) && amount.asset.code === asset)
        .map(({ amount }) => amount.minor),
    );
  const signedButNotBooked = files.some(
    ({ order }) => (payments[order.id]?.length ?? 0) > 0 && !['broadcast', 'DELIVERED'].includes(order.state),
  );
  return (
    at('exchange:', 'USDT') === applied.exchange.usdt &&
    at('exchange:', 'BTC') === applied.exchange.btc &&
    (signedButNotBooked || at('wallet:', 'BTC') === walletSats.now)
  );
};

/** Past payment nothing is silent: at an end, going on by itself, or in front of a person. */
const nothingSilent: Invariant = ({ files }) =>
  files.every(
    ({ order }) =>
      !pastPaid.has(order.state) ||
      order.hold !== 'none' ||
      order.pauseUntil !== null ||
      order.refundTasks.some(({ status }) => status === 'open') ||
      (order.question !== null && order.question.answer === null) ||
      order.effects.some((effect) => effect.lookAt !== null || isLive(effect)),
  );

function feeOf(order: Order): bigint {
  const [result] = effectsOf(order, 'send').map((effect) => effect.result);
  return result?.kind === 'send' ? (result.fee?.minor ?? 0n) : 0n;
}

/** Whatever exists at a provider is one write of ours, and every write that counts as applied exists there. */
const everythingIsOurs: Invariant = ({ files, applied }) => {
  const of = (kind: EffectKind) => files.flatMap(({ order }) => effectsOf(order, kind));
  const requests = of('request-payment');
  const buys = of('buy');
  const exist = (references: readonly { readonly reference: string }[], effects: readonly Effect[]) =>
    references.every(({ reference }) => effects.filter((effect) => effect.reference === reference).length === 1);
  const there = (effects: readonly Effect[], references: readonly { readonly reference: string }[]) =>
    effects
      .filter(({ status }) => status === 'applied')
      .every((effect) => references.some(({ reference }) => reference === effect.reference));
  return (
    exist(applied.payments, requests) &&
    exist(applied.trades, buys) &&
    there(
      requests.filter(({ provider }) => !applied.hearsLate.some((rail) => rail === provider)),
      applied.payments,
    ) &&
    there(buys, applied.trades)
  );
};

/** Every buyer was told how it ended. */
const buyersTold: Invariant = ({ files, told }) =>
  files.every(({ order }) => !terminal.has(order.state) || order.terms === null || told[order.id] === order.state);

/** Nothing was signed for an address that was on the list by then, or for nobody. */
const screenedAtSigning: Invariant = ({ files, payments, listed }) =>
  files.every(({ order }) => {
    const [payment] = payments[order.id] ?? [];
    if (!payment || order.address === null) return true;
    const since = listed[order.address];
    const sent = effectsOf(order, 'send').find(({ status }) => status === 'applied' || status === 'unknown');
    return sent !== undefined && (since === undefined || sent.plannedAt < since);
  });

/** What would tell a buyer that lists, suspicions or authorities are the reason. */
const TIPS_OFF =
  /sanction|screening|blocked|block ?list|watch ?list|listed|freez|frozen|suspic|complian|launder|terror|authorit|investigat|ofac|same name|resembl/i;

/** No word of the bot ever told somebody that they are looked at for who they are or where their money goes. */
const nobodyTippedOff: Invariant = ({ said }) => !said.some((text) => TIPS_OFF.test(text));

/** Every invariant, by the name that results carry. */
export const invariants: Readonly<Record<string, Invariant>> = {
  'ledger-balances': ledgerBalances,
  'charged-once': chargedOnce,
  'refunded-once': refundedOnce,
  'reversals-known': reversalsKnown,
  'bought-once': boughtOnce,
  'delivered-once': deliveredOnce,
  'coins-accounted-for': coinsAccountedFor,
  'ledger-agrees-with-places': placesAgree,
  'nothing-silent': nothingSilent,
  'everything-outside-is-ours': everythingIsOurs,
  'buyers-told': buyersTold,
  'screened-at-signing': screenedAtSigning,
  'nobody-tipped-off': nobodyTippedOff,
};

/** Checks them all. */
export function checkInvariants(facts: Facts): Readonly<Record<string, boolean>> {
  return Object.fromEntries(Object.entries(invariants).map(([name, holds]) => [name, holds(facts)]));
}
