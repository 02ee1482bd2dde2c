import { BTC, USDT } from '@rielrails/core';
import type { Money, Reference } from '@rielrails/core';
import type { BinanceEmulator } from '@rielrails/exchange/binance-emulator';
import { parseAmount } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { SumsubEmulator } from '@rielrails/kyc-sumsub/emulator';
import type { PaywayEmulator } from '@rielrails/provider-payway/emulator';
import type { ListsEmulator } from '@rielrails/screening/emulator';
import type { TelegramEmulator } from '../telegram/index.ts';
import type { World } from '../world/index.ts';
import type { SandboxChain } from './chain-desk.ts';
import type { Handlers } from './serve-launcher.ts';
import type { Applied } from './world-protocol.ts';

/** The parts of the world that scripts reach into. */
export interface WorldParts {
  readonly world: World;
  readonly payway: PaywayEmulator;
  readonly binance: BinanceEmulator;
  readonly sumsub: SumsubEmulator;
  readonly lists: ListsEmulator;
  readonly telegram: TelegramEmulator;
  readonly chain: SandboxChain;
  readonly runtime: Runtime;
}

/** Makes the answers. `act` is the page's own control API; the rest tells the truth of the emulators. */
export function createWorldCalls(parts: WorldParts): Handlers {
  const { world, payway, binance, sumsub, lists, telegram, chain } = parts;
  const moneyOf = ({ reference, amount }: { readonly reference: string; readonly amount: Money }) => ({
    reference,
    asset: amount.asset.code,
    minor: amount.minor,
  });
  const held = (asset: 'USDT' | 'BTC') => {
    const { free, locked } = binance.market.balance(asset);
    const read = (text: string) => parseAmount(text, asset === 'USDT' ? USDT : BTC).minor;
    return read(free) + read(locked);
  };

  function applied(): Applied {
    const { payments, receipts, refunds, cancelled } = payway.applied;
    return {
      payments: payments.map(moneyOf),
      receipts: receipts.map((one) => ({ ...moneyOf(one), transaction: one.transaction })),
      refunds: refunds.map(({ transaction, amount }) => ({
        transaction,
        asset: amount.asset.code,
        minor: amount.minor,
      })),
      cancelled,
      trades: binance.applied.orders,
      cases: sumsub.applied.cases.map(({ reference }) => reference),
      exchange: { usdt: held('USDT'), btc: held('BTC') },
    };
  }

  return {
    act: ({ name, input }: { readonly name: string; readonly input: unknown }) => {
      const act = Object.hasOwn(world.actions, name) ? world.actions[name] : undefined;
      if (!act) throw new RangeError('act: no such action');
      return act(input);
    },
    applied,
    chat: (id: number) => telegram.chat(id) ?? null,
    picture: (fileId: string) => telegram.file(fileId)?.bytes ?? null,
    /** Pays a request that no QR was ever shown for. */
    'pay-reference': ({ reference, name }: { readonly reference: Reference; readonly name: string }) =>
      payway.payer.pay(reference, { name }),
    'list-address': (address: string) => lists.list.addAddress(address),
    'list-name': (name: string) => lists.list.addName(name),
    'exchange-lag': (ms: number) => binance.venue.lag(ms),
    'refunds-enabled': (enabled: boolean) => {
      payway.profile.refundsEnabled = enabled;
    },
    webhooks: (emulator: 'payway' | 'sumsub') =>
      (emulator === 'payway' ? payway : sumsub).webhooks.sent.map(({ status }) => status),
    fund: async ({ address, sats }: { readonly address: string; readonly sats: bigint }) =>
      chain.miner.fund(address, sats),
    'payments-to': (address: string) => chain.paymentsTo(address),
    transaction: (txid: string) => chain.transaction(txid),
  };
}
