import { BTC, InputError, money, parseReference } from '@rielrails/core';
import { createBitgoEmulator } from '@rielrails/custody-bitgo/emulator';
import { createCoinbasePrimeEmulator } from '@rielrails/custody-coinbase-prime/emulator';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import type { ChainDesk, CustodianDesk } from '../world/desks.ts';
import type { HostHandler } from '../world/traffic.ts';
import type { SandboxChain } from './chain-desk.ts';
import type { CustodianId } from './custodian-id.ts';
import type { EngineConfig } from './engine-config.ts';

/** A custodian that pays from coins of its own on the chain of the sandbox. */
export interface PlayedCustodian {
  readonly hosts: Readonly<Record<string, HostHandler>>;
  /** Its people. */
  readonly desk: CustodianDesk;
  /** How the shop reaches it. */
  readonly account: NonNullable<EngineConfig['providers']['custodian']>;
  fund(sats: bigint): Promise<void>;
  /** The chain, with the custodian watching it. */
  follow(): ChainDesk;
}

interface Surroundings {
  readonly context: EmulatorContext;
  readonly chain: SandboxChain;
  readonly publicOrigin: string;
}

/** As deep as the sandbox's shop waits for. */
const DONE_DEPTH = 2;
const EXPRESS_HOST = 'bitgo-express.example';
const SETTLED = 6;

/** Opens a custodian at which people have to approve. */
export function openCustodian(id: CustodianId, surroundings: Surroundings): PlayedCustodian {
  return id === 'bitgo' ? openBitgo(surroundings) : openPrime(surroundings);
}

function openPrime({ context, chain }: Surroundings): PlayedCustodian {
  const prime = createCoinbasePrimeEmulator(context, { network: 'regtest', addressBook: false, consensus: 'by-hand' });
  const { desk } = prime;
  const waits = new Set(['TRANSACTION_CREATED', 'TRANSACTION_REQUESTED']);
  const longestWaiting = () => desk.withdrawals.findLast(({ status }) => waits.has(status)) ?? nothingWaits();
  return {
    hosts: { 'api.prime.coinbase.com': prime },
    account: { id: 'coinbase-prime', ...prime.config, network: 'regtest', depthWhenDone: DONE_DEPTH },
    fund: (sats) => prime.network.fund(money(BTC, sats)),
    desk: {
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
    },
    follow: () => ({
      ...chain,
      async mine(blocks) {
        await chain.mine(blocks);
        for (const { id, address, status } of desk.withdrawals) {
          if (status !== 'TRANSACTION_BROADCASTING') continue;
          const paid = await chain.paymentsTo(address);
          if (paid.some(({ confirmations }) => confirmations >= DONE_DEPTH)) desk.show(id, 'TRANSACTION_DONE');
        }
      },
    }),
  };
}

function openBitgo({ context, chain, publicOrigin }: Surroundings): PlayedCustodian {
  const bitgo = createBitgoEmulator(context, {
    network: 'regtest',
    approvalAboveSats: 0n,
    webhookUrl: `${publicOrigin}/webhooks/bitgo`,
  });
  const longestWaiting = () => bitgo.desk.waiting[0] ?? nothingWaits();
  return {
    hosts: { [EXPRESS_HOST]: bitgo },
    account: {
      id: 'bitgo',
      ...bitgo.config,
      webhookSecrets: [...bitgo.config.webhookSecrets],
      expressUrl: `http://${EXPRESS_HOST}`,
      network: 'regtest',
    },
    async fund(sats) {
      await bitgo.network.fund(money(BTC, sats));
      await bitgo.network.confirm(SETTLED);
    },
    desk: {
      view: () =>
        bitgo.desk.withdrawals.map(({ address, amount, status }) => ({ address, sats: amount.minor, status })),
      async approve() {
        const { sequenceId, address, amount } = longestWaiting();
        const reference = parseReference(sequenceId);
        const { txid } = await chain.miner.fund(address, amount.minor, { confirmations: 0 });
        await bitgo.approvals.approve(reference, txid);
        await bitgo.desk.broadcast(reference);
      },
      async reject() {
        await bitgo.approvals.reject(parseReference(longestWaiting().sequenceId));
      },
    },
    follow: () => ({
      ...chain,
      async mine(blocks) {
        await chain.mine(blocks);
        await bitgo.network.confirm(blocks);
      },
    }),
  };
}

function nothingWaits(): never {
  throw new InputError('action', 'now', 'nothing waits at the custodian');
}
