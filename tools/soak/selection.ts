import { live } from './selection/bill.ts';
import type { Account } from './selection/bill.ts';
import { startPayingNode } from './selection/node-wallet.ts';
import { createOwnWallet } from './selection/own-wallet.ts';
import { shapes, streamOf } from './selection/stream.ts';
import type { Shape } from './selection/stream.ts';
import type { Soak } from './soak.ts';

/** Beyond this one shape is a defeat, even if the others make up for it. */
const MOST_WORSE = 1.02;
const MOST_RATE_ERROR_PERCENT = 1;

/**
 * The same streams of payments, three shapes of them, through our coin selection and through the wallet of a real node:
 * what they paid in fees, and what sending the rest away would cost. Ours builds and signs every transaction for real;
 * the node broadcasts and mines its own.
 */
export const selection: Soak = {
  about: 'fees now and later of our coin selection beside the real node’s wallet, on the same streams',
  count: 10_000,
  // The node chooses by chance: of fewer payments its luck outweighs any difference.
  countInCi: 600,
  async run({ seed, count, endAt, progress }) {
    const each = Math.max(1, Math.floor(count / shapes.length));
    const node = await startPayingNode();
    const results: { readonly shape: Shape; readonly ours: Account; readonly theirs: Account }[] = [];
    try {
      for (const shape of shapes) {
        const stream = streamOf(shape, seed, each);
        const theirs = await live(await node.openWallet(shape), stream, endAt);
        // Where time ran out, ours goes as far as theirs went.
        const ours = await live(createOwnWallet(seed), shorten(stream, theirs.payments), Infinity);
        results.push({ shape, ours, theirs });
      }
    } finally {
      await node.stop();
    }
    const total = (pick: (one: (typeof results)[number]) => bigint) =>
      Number(results.reduce((sum, one) => sum + pick(one), 0n));
    const ratio = total(({ ours }) => ours.totalSats) / total(({ theirs }) => theirs.totalSats);
    const broken = results.flatMap(({ shape, ours, theirs }) => findBroken(shape, ours, theirs));
    if (ratio > 1) broken.push(`in all, ours costs ${ratio.toFixed(4)} times what the node's wallet costs`);
    for (const sentence of broken) progress(`selection: ${sentence}`);
    const runs = results.reduce((sum, { ours }) => sum + ours.payments, 0);
    const replay = `pnpm soak selection --seed ${seed} --count ${count}`;
    const failures = broken.length > 0 ? [{ seed, broken, replay }] : [];
    const figures = Object.assign({ costRatio: round(ratio) }, ...results.map(figuresOf)) as Record<string, number>;
    return { name: 'selection', runs, figures, failures };
  },
};

function findBroken(shape: Shape, ours: Account, theirs: Account): readonly string[] {
  const ratio = Number(ours.totalSats) / Number(theirs.totalSats);
  const { belowRate, sizeBelowReal, mostRateErrorPercent: error } = ours;
  return [
    ...(ratio > MOST_WORSE ? [`${shape}: ours costs ${ratio.toFixed(4)} times what the node's wallet costs`] : []),
    ...(belowRate > 0 ? [`${shape}: ${belowRate} payments are below the rate that was asked`] : []),
    ...(sizeBelowReal > 0 ? [`${shape}: ${sizeBelowReal} sizes were reckoned below the real one`] : []),
    ...(error > MOST_RATE_ERROR_PERCENT ? [`${shape}: a fee rate is off by ${error.toFixed(2)} %`] : []),
  ];
}

/** Figures of one shape, ours beside the node's. */
function figuresOf({
  shape,
  ours,
  theirs,
}: {
  readonly shape: Shape;
  readonly ours: Account;
  readonly theirs: Account;
}) {
  const sides = Object.entries({ ours, node: theirs }).map(([side, account]) => ({
    [`${shape}.${side}.satsPerPayment`]: Math.round(Number(account.totalSats) / account.payments),
    [`${shape}.${side}.inputs`]: round(account.meanInputs),
    [`${shape}.${side}.changeless`]: account.changeless,
    [`${shape}.${side}.coinsLeft`]: account.coinsLeft,
    [`${shape}.${side}.rateErrorPercent`]: round(account.mostRateErrorPercent),
  }));
  const costRatio = round(Number(ours.totalSats) / Number(theirs.totalSats));
  return Object.assign({ [`${shape}.costRatio`]: costRatio }, ...sides) as Record<string, number>;
}

function shorten(stream: ReturnType<typeof streamOf>, payments: number): ReturnType<typeof streamOf> {
  let left = payments;
  const end = stream.findIndex(({ type }) => type === 'pay' && (left -= 1) < 0);
  return end < 0 ? stream : stream.slice(0, end);
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
