import type { OrderFile } from '../../packages/orders/src/index.ts';
import type { TestWorld } from '../../packages/orders/test/world/world.ts';

/** What must hold when everything has settled, whatever happened before. Each gives the sentences that are broken. */
type Invariant = (state: Settled) => readonly string[];

/** The world after the dust has settled. */
export interface Settled {
  readonly world: TestWorld;
  readonly files: readonly OrderFile[];
  readonly balances: ReadonlyMap<string, bigint>;
  readonly uneven: number;
  readonly drifted: number;
}

/** Reads everything that the invariants look at. */
export async function settledState(world: TestWorld): Promise<Settled> {
  const { admin } = world.orders;
  const lines = await admin.orders('all');
  const files: OrderFile[] = [];
  for (const { id } of lines) files.push(await admin.order(id));
  const balances = new Map(
    (await admin.balances()).map(({ account, amount }) => [`${account} ${amount.asset.code}`, amount.minor]),
  );
  const { uneven, drifted } = await admin.trialBalance();
  return { world, files, balances, uneven: uneven.length, drifted: drifted.length };
}

/** Every broken invariant, by name. */
export function brokenInvariants(state: Settled): readonly string[] {
  return Object.entries(invariants).flatMap(([name, holds]) => holds(state).map((sentence) => `${name}: ${sentence}`));
}

const ends: ReadonlySet<string> = new Set(['DELIVERED', 'REFUNDED', 'EXPIRED', 'CANCELLED', 'REJECTED']);

const invariants: Readonly<Record<string, Invariant>> = {
  'ledger balances': ({ uneven, drifted }) =>
    uneven + drifted > 0 ? [`${uneven} assets uneven, ${drifted} accounts drifted`] : [],

  'at most one delivery': ({ files, world }) =>
    files.flatMap(({ order }) => {
      const left = effects(order, 'send').filter(({ reference }) => world.coins.sent.has(reference));
      return left.length > 1 ? [`${order.number} was sent ${left.length} times`] : [];
    }),

  'coins only leave for orders': ({ files, world }) => {
    const known = new Map(
      files.flatMap(({ order }) => effects(order, 'send').map(({ reference }) => [String(reference), order])),
    );
    return [...world.coins.sent].flatMap(([reference, { address, amount }]) => {
      const order = known.get(reference);
      if (!order) return ['coins left that no order knows of'];
      if (order.address !== address) return [`${order.number} was sent to another address`];
      if (order.quote && amount.minor > order.quote.ceiling.minor)
        return [`${order.number} was sent above its ceiling`];
      return [];
    });
  },

  'nothing is delivered that was not paid': ({ files, world }) =>
    files.flatMap(({ order }) => {
      const sent = effects(order, 'send').some(({ reference }) => world.coins.sent.has(reference));
      const funded = order.receipts.reduce((sum, receipt) => sum + receipt.funded, 0n);
      const reversed = order.receipts.some((receipt) => receipt.reversed);
      return sent && !reversed && funded < (order.quote?.pay.minor ?? 0n) ? [`${order.number} was sent unpaid`] : [];
    }),

  'parts sum to their receipt': ({ files }) =>
    files.flatMap(({ order }) =>
      order.receipts
        .filter(
          ({ amount, funded, refunded, review, blocked }) => funded + refunded + review + blocked !== amount.minor,
        )
        .map(() => `${order.number} has a receipt whose parts do not sum`),
    ),

  'every payment is known': ({ files, world }) => {
    const known = new Set(files.flatMap(({ order }) => order.receipts.map(({ transaction }) => transaction)));
    return paidAtRail(world)
      .filter(({ transaction }) => !known.has(transaction))
      .map(({ transaction }) => `nobody noticed payment ${transaction}`);
  },

  'refunds never exceed what is due': ({ files, world }) =>
    paidAtRail(world).flatMap(({ transaction, minor }) => {
      const back = refundedAtRail(world, transaction);
      const receipt = files.flatMap(({ order }) => order.receipts).find((one) => one.transaction === transaction);
      if (back > minor) return [`${transaction} was refunded beyond its amount`];
      return receipt && back > receipt.refunded ? [`${transaction} was refunded beyond what is due`] : [];
    }),

  'purchases belong to orders, within their budget': ({ files, world }) => {
    const buys = files.flatMap(({ order }) => effects(order, 'buy').map((effect) => ({ order, effect })));
    const broken: string[] = [];
    const spentBy = new Map<string, bigint>();
    for (const { reference, spent } of world.binance.applied.orders) {
      const minor = decimal(spent);
      const buy = buys.find(({ effect }) => reference.includes(effect.reference));
      if (!buy) broken.push('a purchase that no order knows of');
      else spentBy.set(buy.order.id, (spentBy.get(buy.order.id) ?? 0n) + minor);
    }
    for (const { order } of files) {
      const spent = spentBy.get(order.id) ?? 0n;
      if (spent > (order.quote?.budget.minor ?? 0n)) broken.push(`${order.number} spent more than its budget`);
      const booked = effects(order, 'buy').reduce(
        (sum, { result }) => sum + (result?.kind === 'buy' ? result.spent.minor : 0n),
        0n,
      );
      if (booked !== spent) broken.push(`${order.number} spent ${spent} and knows of ${booked} (${order.state})`);
    }
    return broken;
  },

  'nobody who paid is forgotten': ({ files }) =>
    files.flatMap(({ order }) => {
      if (order.receipts.length === 0 || order.hold !== 'none') return [];
      if (order.refundTasks.some(({ status }) => status === 'open')) return [];
      if (!ends.has(order.state)) return [`${order.number} is ${order.state}, and nobody is called`];
      const unplaced = order.receipts.filter(({ review, blocked }) => review + blocked > 0n);
      return unplaced.length > 0 ? [`${order.number} has ended with money that has no end`] : [];
    }),

  'an ended order leaves nothing in the books': ({ files, balances }) =>
    files.flatMap(({ order }) => {
      if (!ends.has(order.state) || order.hold !== 'none') return [];
      if (order.refundTasks.some(({ status }) => status === 'open')) return [];
      return [...balances]
        .filter(([account]) => account.split(/[ :]/).includes(order.id))
        .map(
          ([account, minor]) => `${order.number} (${order.state}) left ${minor} on ${account.replace(order.id, 'ID')}`,
        );
    }),

  'the buyer was told the end': ({ files, world }) =>
    files.flatMap(({ order }) => {
      if (!ends.has(order.state) || order.hold !== 'none') return [];
      const last = (world.shown.get(order.chat) ?? []).findLast(({ id }) => id === order.id);
      return last?.state === order.state ? [] : [`${order.number} is ${order.state}, shown as ${last?.state}`];
    }),
};

function effects(order: OrderFile['order'], kind: OrderFile['order']['effects'][number]['kind']) {
  return order.effects.filter((effect) => effect.kind === kind);
}

function paidAtRail(world: TestWorld): readonly { readonly transaction: string; readonly minor: bigint }[] {
  return [
    ...world.payway.applied.receipts.map(({ transaction, amount }) => ({ transaction, minor: amount.minor })),
    ...[...world.cash.requests.values()].flatMap(({ receipts }) =>
      receipts.map(({ transaction, amount }) => ({ transaction: String(transaction), minor: amount.minor })),
    ),
  ];
}

function refundedAtRail(world: TestWorld, transaction: string): bigint {
  return [...world.payway.applied.refunds, ...world.cash.refundsDone]
    .filter((refund) => refund.transaction === transaction)
    .reduce((sum, { amount }) => sum + amount.minor, 0n);
}

/** USDT as the exchange writes it, in its eight decimals. */
function decimal(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(8, '0').slice(0, 8));
}
