import { checkAddress } from '@rielrails/core';
import type { CheckedAddress, Reference } from '@rielrails/core';
import { digest, toHex } from '@rielrails/kit';
import { addressOfScript, bitcoinAddressRule, parametersOf } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { bip32 } from './bip32.ts';
import { createDeriver } from './descriptor/derive.ts';
import { keysOf } from './descriptor/descriptor.ts';
import { DescriptorError } from './descriptor/descriptor-error.ts';
import { readDescriptor } from './descriptor/read-descriptor.ts';
import type { WalletStore } from './store.ts';

/** Where a buyer wants to be paid: an account of theirs, of which every delivery gets another address. */
export interface BuyerAccount {
  readonly network: BitcoinNetwork;
  /** The same for the same addresses, however the account was written. Tells nothing of the keys. */
  readonly id: string;
  /**
   * A receiving address. Pure.
   *
   * @throws RangeError when the index is not a whole number below 2^31.
   */
  address(index: number): CheckedAddress;
}

/** How wallets mark what a key is for (SLIP-132): the letter, and the four bytes that it comes from. */
const converted: Readonly<Record<string, { readonly network: 'bitcoin' | 'testnet'; readonly version: number }>> = {
  zpub: { network: 'bitcoin', version: 0x04b2_4746 },
  vpub: { network: 'testnet', version: 0x045f_1cf6 },
};
const MAX_LENGTH = 4096;

/**
 * Reads what a buyer gives: an output descriptor whose keys end in `*`, or the `zpub` (`vpub` on the test networks) that
 * wallets show for P2WPKH. A bare `xpub` does not say what for, so it is taken with `script` only; `ypub` and the
 * letters of other scripts are refused.
 *
 * @throws DescriptorError that names rule and remedy; it never repeats the text.
 */
export function readBuyerAccount(
  text: string,
  options: { readonly network: BitcoinNetwork; readonly script?: 'p2wpkh' | 'p2tr' },
): BuyerAccount {
  if (text.length > MAX_LENGTH) throw new DescriptorError('too-long', null);
  const { network } = options;
  const descriptor = readDescriptor(asDescriptor(text.trim(), options), { network });
  if (keysOf(descriptor).some((key) => key.type === 'single' || !key.ranged)) throw new DescriptorError('ranged', null);
  const derive = createDeriver(descriptor, network);
  const first = derive({ branch: 0, index: 0 });
  return {
    network,
    id: toHex(digest('sha256', `rielrails-buyer-account/1\n${network}\n${toHex(first.script)}`)).slice(0, 32),
    address(index) {
      if (!Number.isInteger(index) || index < 0 || index >= 0x8000_0000) throw new RangeError('index: out of range');
      const checked = checkAddress(
        addressOfScript(derive({ branch: 0, index }).script, network) ?? '',
        bitcoinAddressRule(network),
      );
      if (checked.outcome === 'refused') throw new RangeError('index: has no address; take the next');
      return checked.address;
    },
  };
}

/** A bare key as the descriptor that it stands for; anything else as it is. */
function asDescriptor(
  text: string,
  { network, script }: { readonly network: BitcoinNetwork; readonly script?: 'p2wpkh' | 'p2tr' },
): string {
  const [prefix = ''] = /^[a-zA-Z](?:pub|prv)(?=[1-9A-HJ-NP-Za-km-z]{100,}$)/.exec(text) ?? [];
  if (prefix === 'xpub' || prefix === 'tpub') {
    if (script === undefined) throw new DescriptorError('which-script', 0);
    return `${script === 'p2tr' ? 'tr' : 'wpkh'}(${text}/0/*)`;
  }
  const known = converted[prefix];
  if (!known) return prefix === '' ? text : `wpkh(${text})`;
  if ((known.network === 'bitcoin') !== (network === 'bitcoin')) throw new DescriptorError('other-network', 0);
  if (script === 'p2tr') throw new DescriptorError('which-script', 0);
  return `wpkh(${withoutLetter(text, network, known.version)}/0/*)`;
}

/** The same key as xpub or tpub. */
function withoutLetter(text: string, network: BitcoinNetwork, version: number): string {
  const parameters = parametersOf(network);
  try {
    // A version for private keys that no text has: only public ones are read.
    const { publicKey, chainCode } = bip32.fromBase58(text, { ...parameters, bip32: { public: version, private: 0 } });
    return bip32.fromPublicKey(publicKey, chainCode, parameters).toBase58();
  } catch {
    throw new DescriptorError('key', 0);
  }
}

/**
 * The address for one delivery to a buyer's account: the same for the same reference, never the same for two, whoever
 * asks at once.
 *
 * `firstIndex`: the first address that the buyer has not used elsewhere; their wallet knows it. Default: 0. Safe to
 * repeat.
 */
export async function deliveryAddress(
  { store }: { readonly store: Pick<WalletStore, 'takeDeliveryIndex'> },
  account: BuyerAccount,
  { reference, firstIndex = 0 }: { readonly reference: Reference; readonly firstIndex?: number },
): Promise<{ readonly address: CheckedAddress; readonly index: number }> {
  account.address(firstIndex);
  const index = await store.takeDeliveryIndex({ account: account.id, reference, least: firstIndex });
  return { address: account.address(index), index };
}
