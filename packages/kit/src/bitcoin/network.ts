import { networks } from 'bitcoinjs-lib';
import type { Network } from 'bitcoinjs-lib';

/** A bitcoin network. `testnet` covers testnet3, testnet4 and signet: their addresses look alike. */
export type BitcoinNetwork = 'bitcoin' | 'testnet' | 'regtest';

const { bitcoin, testnet, regtest } = networks;
const parameters: Readonly<Record<BitcoinNetwork, Network>> = { bitcoin, testnet, regtest };

/** The parameters of a network, as bitcoinjs-lib wants them. */
export function parametersOf(network: BitcoinNetwork): Network {
  return parameters[network];
}
