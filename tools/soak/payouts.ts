import { newReference, systemClock } from '../../packages/kit/src/index.ts';
import { createSeededRandom } from '../../packages/kit/src/virtual/index.ts';
import { customerAddress } from '../../packages/wallet/test/world.ts';
import { createDice } from './dice.ts';
import type { Dice } from './dice.ts';
import { killPoints } from '../../packages/wallet/test/payouts/engine-protocol.ts';
import type { KillPoint, PayoutJob } from '../../packages/wallet/test/payouts/engine-protocol.ts';
import { startEngine } from '../../packages/wallet/test/payouts/engine.ts';
import type { Engine } from '../../packages/wallet/test/payouts/engine.ts';
import { startPayoutWorld } from '../../packages/wallet/test/payouts/world.ts';
import type { PayoutWorld } from '../../packages/wallet/test/payouts/world.ts';
import type { Soak } from './soak.ts';

/** Who dies in a run, and where. `moment`: the engine, after so many milliseconds, wherever it is then. */
type Blow =
  | { readonly type: 'point'; readonly point: KillPoint }
  | { readonly type: 'moment'; readonly afterMs: number }
  | { readonly type: 'signer'; readonly afterMs: number };

const COIN_SATS = 2_000_000n;
const FEWEST_COINS = 20;
const MOST_BLOWS_AT_A_MOMENT_MS = 120;
const COUNTED_AT_ONCE = 500;

/**
 * Payouts whose engine is killed with SIGKILL at every point between building, signing, storing, broadcasting and
 * recording, or at any moment, or whose signer is: on a real node, a real PostgreSQL and a real signer process. Blocks
 * come and go meanwhile. Then the node counts what every customer got.
 */
export const payouts: Soak = {
  about: 'payouts under kill -9 between build, sign, store, broadcast and record: none twice, none lost',
  count: 1000,
  countInCi: 50,
  async run({ seed, count, endAt, progress }) {
    const dice = createDice(seed);
    const random = createSeededRandom(seed);
    const world = await startPayoutWorld();
    const kills: Record<string, number> = {};
    const jobs: PayoutJob[] = [];
    try {
      await world.fund(FEWEST_COINS + Math.ceil(count / 10), COIN_SATS);
      // One waits, started, while another works: starting is what takes the time.
      let engine = await startEngine(world.access);
      let spare = startSpare(world);
      while (jobs.length < count && performance.now() < endAt) {
        const job = await nextJob(world, dice, newReference(random));
        jobs.push(job);
        const blow = nextBlow(dice);
        const died = await strike(engine, job, blow, world);
        const name = died
          ? blow.type === 'point'
            ? blow.point
            : blow.type
          : blow.type === 'signer'
            ? 'signer'
            : 'missed';
        kills[name] = (kills[name] ?? 0) + 1;
        if (died) {
          engine = await spare;
          spare = startSpare(world);
          if ((await engine.pay(job)) === 'died') throw new Error('payouts: the second engine died by itself');
        }
        await moveChain(world, dice, jobs.length);
      }
      await Promise.all([engine.stop(), (await spare).stop()]);
      await world.miner.mine(1);
      const { figures, broken } = await audit(world, jobs);
      for (const sentence of broken) progress(`payouts: ${sentence}`);
      const replay = `pnpm soak payouts --seed ${seed} --count ${jobs.length}`;
      const failures = broken.length > 0 ? [{ seed, broken, replay }] : [];
      return { name: 'payouts', runs: jobs.length, figures: { ...figures, ...kills }, failures };
    } finally {
      await world.stop();
    }
  },
};

/** A spare that does not start is told when it is needed. */
function startSpare({ access }: PayoutWorld): Promise<Engine> {
  const spare = startEngine(access);
  spare.catch(() => {});
  return spare;
}

/** A payout, written down before anything is done for it. */
async function nextJob({ database }: PayoutWorld, dice: Dice, reference: string): Promise<PayoutJob> {
  const address = customerAddress().text;
  const sats = String(20_000 + dice.below(150_000));
  await database.pool.query('insert into payout (reference, address, sats) values ($1, $2, $3)', [
    reference,
    address,
    sats,
  ]);
  return { reference, address, sats, killAt: null };
}

function nextBlow(dice: Dice): Blow {
  if (dice.chance(70)) return { type: 'point', point: dice.pick(killPoints) };
  return { type: dice.chance(75) ? 'moment' : 'signer', afterMs: dice.below(MOST_BLOWS_AT_A_MOMENT_MS) };
}

/** Has an engine make a payout, and hits it or its signer meanwhile. Says whether the engine died. */
async function strike(engine: Engine, job: PayoutJob, blow: Blow, world: PayoutWorld): Promise<boolean> {
  if (blow.type === 'point') return (await engine.pay({ ...job, killAt: blow.point })) === 'died';
  const paying = engine.pay(job);
  await systemClock.sleep(blow.afterMs);
  if (blow.type === 'moment') engine.kill();
  else await world.killSigner();
  return (await paying) === 'died' || blow.type === 'moment';
}

/** Blocks come, and now and then the last ones go again. */
async function moveChain({ miner }: PayoutWorld, dice: Dice, runs: number): Promise<void> {
  if (runs % 5 === 0) await miner.mine(1);
  if (runs % 40 === 0) await miner.reorganise(1 + dice.below(3));
}

/** What must hold at the end: the node counts what arrived, the database what was recorded, the log what was signed. */
async function audit(world: PayoutWorld, jobs: readonly PayoutJob[]) {
  const broken: string[] = [];
  const arrived = await outputsOf(
    world,
    jobs.map(({ address }) => address),
  );
  let [twice, lost, wrong] = [0, 0, 0];
  for (const { reference, address, sats } of jobs) {
    const got = arrived.get(address) ?? [];
    if (got.length > 1) twice += 1;
    if (got.length === 0) lost += 1;
    if (got.some((one) => one !== sats)) wrong += 1;
    if (got.length !== 1 || got[0] !== sats)
      broken.push(`payout ${reference} arrived ${got.length} times: ${got.join(', ')}`);
  }
  const { rows } = await world.database.pool.query<{ reference: string }>(
    'select reference from payout where transaction_id is null',
  );
  for (const { reference } of rows) broken.push(`payout ${reference} was never recorded as sent`);
  const signed = new Map<string, number>();
  for (const entry of world.signatures()) {
    if (entry.type === 'signed') signed.set(entry.reference, (signed.get(entry.reference) ?? 0) + 1);
  }
  for (const { reference } of jobs) {
    const times = signed.get(reference) ?? 0;
    if (times !== 1) broken.push(`payout ${reference} was signed ${times} times`);
  }
  for (const { reference } of jobs) {
    const versions = (await world.store.find(reference))?.versions ?? [];
    if (versions.length !== 1) broken.push(`payout ${reference} has ${versions.length} versions in the store`);
  }
  return { broken, figures: { twice, lost, wrong, unrecorded: rows.length } };
}

/** The confirmed outputs of addresses in satoshi, as the node counts them. */
async function outputsOf(
  { ask }: PayoutWorld,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (let from = 0; from < addresses.length; from += COUNTED_AT_ONCE) {
    const wanted = addresses.slice(from, from + COUNTED_AT_ONCE).map((address) => `addr(${address})`);
    const scan = (await ask('scantxoutset', 'start', wanted)) as {
      readonly unspents: readonly { readonly desc: string; readonly amount: { readonly text: string } }[];
    };
    for (const { desc, amount } of scan.unspents) {
      const address = /^addr\((\w+)\)/.exec(desc)?.[1] ?? '';
      found.set(address, [...(found.get(address) ?? []), satsOf(amount.text)]);
    }
  }
  return found;
}

function satsOf(text: string): string {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(8, '0')).toString();
}
