import { BTC, money } from '@rielrails/core';
import type { WalletDesk } from '@rielrails/orders';
import { exportPsbts, importPsbt } from '@rielrails/wallet';
import type { ChainBackend, Wallet, WalletStore } from '@rielrails/wallet';
import type { Signer } from '@rielrails/wallet/signer';

/** What the desk works with. */
export interface WalletDeskParts {
  readonly wallet: Wallet;
  readonly chain: ChainBackend;
  readonly signer: Signer;
  readonly store: WalletStore;
}

/** Our own wallet, as the engine's treasury asks it. */
export function createWalletDesk({ wallet, chain, signer, store }: WalletDeskParts): WalletDesk {
  const { housekeeping } = wallet;
  return {
    id: wallet.id,
    advice: () => housekeeping.float(),
    sweepToCold: (input) => housekeeping.sweepToCold(input),
    consolidate: (input) => housekeeping.consolidate(input),
    split: (input) => housekeeping.split(input),
    bump: (input) => wallet.bump(input),
    find: (reference) => wallet.get({ reference }),
    tend: (input) => housekeeping.tend(input),
    depositAddress: async () => (await wallet.depositAddress(BTC)).text,
    async waiting(reference) {
      const given = await exportPsbts({ signer }, reference);
      return given.map(({ txid, address, amountSats, feeSats, psbt }) => ({
        txid,
        address,
        amount: money(BTC, amountSats),
        fee: money(BTC, feeSats),
        psbt,
      }));
    },
    bringHome: (input) => importPsbt({ signer, store, chain }, input),
  };
}
