import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';

/**
 * The first block of each chain, from Bitcoin Core's `kernel/chainparams.cpp`: the one thing about a chain that no other
 * chain can have.
 */
const CHAINS: Readonly<Record<string, { readonly network: BitcoinNetwork; readonly chain: string }>> = {
  '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f': { network: 'bitcoin', chain: 'main' },
  '000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943': { network: 'testnet', chain: 'test' },
  '00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043': { network: 'testnet', chain: 'testnet4' },
  '00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6': { network: 'testnet', chain: 'signet' },
  '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206': { network: 'regtest', chain: 'regtest' },
};

/** What is wrong with a back end whose first block is this one: a sentence with its remedy; `null` when nothing is. */
export function wrongChain(firstBlockHash: string, network: BitcoinNetwork): string | null {
  const found = CHAINS[firstBlockHash];
  if (found?.network === network) return null;
  const where = found ? `on chain "${found.chain}"` : 'on a chain that is not bitcoin';
  return `it is ${where}, but network is "${network}"; point url at the right one, or correct network`;
}
