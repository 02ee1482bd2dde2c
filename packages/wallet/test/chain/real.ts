import type { JsonNumber } from '@rielrails/kit';
import type { ChainBackend } from '../../src/index.ts';
import { kindsToTest, startWorld } from '../regtest.ts';
import type { World } from '../regtest.ts';

/**
 * Starts a real node in a fresh folder.
 *
 * @throws Error that names the command when none was fetched.
 */
export async function startReal(nodeArguments: readonly string[] = []): Promise<World> {
  await kindsToTest();
  return startWorld('bitcoin-knots', nodeArguments);
}

/** What the node said of a transaction before it was handed in. */
export interface Verdict {
  readonly allowed: boolean;
  /** `null` for a refusal. */
  readonly vsize: number | null;
  readonly reason: string | null;
}

/** A back end that has the node judge each transaction first (`testmempoolaccept`). */
export interface JudgedChain extends ChainBackend {
  readonly verdicts: readonly Verdict[];
}

export function judged(world: World, chain: ChainBackend): JudgedChain {
  const verdicts: Verdict[] = [];
  return {
    ...chain,
    verdicts,
    async broadcast(hex, context) {
      verdicts.push(await judge(world, hex));
      return chain.broadcast(hex, context);
    },
  };
}

/** Asks the node, which takes nothing by it. */
export async function judge({ ask }: World, hex: string): Promise<Verdict> {
  const [verdict] = (await ask('testmempoolaccept', [hex])) as readonly {
    readonly allowed: boolean;
    readonly vsize?: JsonNumber;
    readonly 'reject-reason'?: string;
  }[];
  return {
    allowed: verdict?.allowed === true,
    vsize: verdict?.vsize ? Number(verdict.vsize.text) : null,
    reason: verdict?.['reject-reason'] ?? null,
  };
}

/** What confirmed outputs an address has, as the node itself counts. */
export async function received({ ask }: World, address: string): Promise<readonly bigint[]> {
  const scan = (await ask('scantxoutset', 'start', [`addr(${address})`])) as {
    readonly unspents: readonly { readonly amount: unknown }[];
  };
  return scan.unspents.map(({ amount }) => BigInt(String(amount).replace('.', '').replace(/^0+/, '')));
}
