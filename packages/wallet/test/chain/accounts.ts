import { openDescriptor, openSeed } from '../../src/signer/index.ts';
import type { SigningAccount } from '../../src/signer/index.ts';
import { multisigDescriptor, seedOf } from '../hardware.ts';

/** Another account for each number below 50. */
type Open = (number: number) => SigningAccount;

/** A single key, as most wallets have it. */
export const openSingle: Open = (number) => openSeed(seedOf(number), 'regtest', 'p2wpkh');

/** What a wallet's coins can be locked with. A new kind is one line more. */
export const accounts: readonly (readonly [string, Open])[] = [
  ['P2WPKH', openSingle],
  ['P2TR', (number) => openSeed(seedOf(number), 'regtest', 'p2tr')],
  ['P2WSH 2 of 3', openShared],
];

function openShared(number: number): SigningAccount {
  const seeds = [number, number + 50, number + 100].map(seedOf);
  const [one = seedOf(number), , three = seedOf(number)] = seeds;
  return openDescriptor(multisigDescriptor(2, seeds), 'regtest', [one, three]);
}
