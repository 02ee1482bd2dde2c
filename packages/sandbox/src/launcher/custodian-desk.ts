import { InputError } from '@rielrails/core';
import type { CoinbasePrimeEmulator, WithdrawalOnDesk } from '@rielrails/custody-coinbase-prime/emulator';
import type { ChainDesk, CustodianDesk } from '../world/desks.ts';
import type { SandboxChain } from './chain-desk.ts';

/** As deep as the sandbox's shop waits for. */
export const DONE_DEPTH = 2;

const WAITS: ReadonlySet<string> = new Set(['TRANSACTION_CREATED', 'TRANSACTION_REQUESTED']);

/** The people at the custodian: they approve, and it pays from coins of its own on the chain. */
export function createCustodianDesk({ desk }: CoinbasePrimeEmulator, chain: SandboxChain): CustodianDesk {
  const longestWaiting = (): WithdrawalOnDesk => {
    const found = desk.withdrawals.findLast(({ status }) => WAITS.has(status));
    if (!found) throw new InputError('action', 'now', 'nothing waits at the custodian');
    return found;
  };
  return {
    view: () => desk.withdrawals.map(({ address, amount, status }) => ({ address, sats: amount.minor, status })),
    async approve() {
      const { id, address, amount } = longestWaiting();
      desk.approve(id);
      const { txid } = await chain.miner.fund(address, amount.minor, { confirmations: 0 });
      desk.broadcast(id, txid);
    },
    async reject() {
      desk.reject(longestWaiting().id);
    },
  };
}

/** The chain, with the custodian watching it: a withdrawal is done when its block is deep enough. */
export function followCustodian(chain: SandboxChain, { desk }: CoinbasePrimeEmulator): ChainDesk {
  return {
    ...chain,
    async mine(blocks) {
      await chain.mine(blocks);
      for (const { id, address, status } of desk.withdrawals) {
        if (status !== 'TRANSACTION_BROADCASTING') continue;
        const paid = await chain.paymentsTo(address);
        if (paid.some(({ confirmations }) => confirmations >= DONE_DEPTH)) desk.show(id, 'TRANSACTION_DONE');
      }
    },
  };
}
