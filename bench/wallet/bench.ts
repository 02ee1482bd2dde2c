import { Transaction } from 'bitcoinjs-lib';
import type { BenchResult } from '../result.ts';
import { scripts, spendOf } from './coins.ts';
import type { Script } from './coins.ts';
import { peers } from './peers.ts';

const AIM_RATIO = 1;
const ROUNDS = 25;
const WARM_UP_ROUNDS = 5;
const SPENDS_A_ROUND = 4;

/** Building, signing and finishing ten inputs, beside the bare libraries, in one run and in turns. */
export async function benchWallet(): Promise<BenchResult> {
  const measured = scripts.map((script) => ({ script, perSecond: measure(script) }));
  return {
    name: 'wallet',
    note: 'build, sign and finish a transaction of ten inputs, calls a second, median of rounds in turns. Ours writes whole previous transactions and key paths into its PSBT, reads it back as the signer does, derives each key again, and verifies each signature before it leaves. ratio: to bitcoinjs-lib that verifies too; ratioToBare: to bitcoinjs-lib that is given the spent outputs and the keys, and verifies nothing',
    figures: Object.fromEntries(
      measured.flatMap(({ script, perSecond }) => {
        const [own = 0, , bare = 0] = perSecond;
        const each = peers.map(({ name }, index) => [`${script}.${name}`, perSecond[index] ?? 0] as const);
        return [...each, [`${script}.ratioToBare`, own / bare] as const];
      }),
    ),
    checks: measured.map(({ script, perSecond: [own = 0, same = 0] }) => ({
      name: `ratio.${script}`,
      value: own / same,
      aim: AIM_RATIO,
      better: 'higher',
    })),
  };
}

/** Calls a second of each peer. All peers must make the same transaction but for its signatures. */
function measure(script: Script): readonly number[] {
  const spend = spendOf(script);
  const calls = peers.map((peer) => peer.prepare(spend));
  const ids = new Set(calls.map((call) => Transaction.fromHex(call()).getId()));
  if (ids.size !== 1) throw new Error(`wallet: the libraries make different transactions of ${script}`);
  const times: number[][] = calls.map(() => []);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const [index, call] of calls.entries()) {
      const startedAt = performance.now();
      for (let count = 0; count < SPENDS_A_ROUND; count += 1) call();
      if (round >= 0) times[index]?.push((performance.now() - startedAt) / SPENDS_A_ROUND);
    }
  }
  return times.map((list) => 1000 / median(list));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
