import { BTC, USD, USDT } from '@rielrails/core';
import type { Money, Reference } from '@rielrails/core';
import { parseAmount } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { KycEmulator } from '@rielrails/kit/emulator';
import type { SumsubEmulator } from '@rielrails/kyc-sumsub/emulator';
import { railIds } from '../rails/rail-id.ts';
import type { RailId } from '../rails/rail-id.ts';
import type { RailEmulators } from '../rails/emulators.ts';
import type { TelegramEmulator } from '../telegram/index.ts';
import type { World } from '../world/index.ts';
import type { SandboxChain } from './chain-desk.ts';
import type { Handlers } from './serve-launcher.ts';
import type { Venues } from './venues.ts';
import type { Applied } from './world-protocol.ts';

/** The parts of the world that scripts reach into. */
export interface WorldParts {
  readonly world: World;
  readonly rails: RailEmulators;
  /** Under which id the engine knows a rail. */
  readonly providerOf: (rail: RailId) => string;
  readonly venues: Venues;
  readonly sumsub: SumsubEmulator;
  /** Who verifies buyers; `null`: the shop's own people. */
  readonly verifier: Pick<KycEmulator, 'applied'> | null;
  readonly telegram: TelegramEmulator;
  readonly chain: SandboxChain;
  readonly runtime: Runtime;
}

/** Their providers know of a request only when it is paid. */
const HEARS_LATE: readonly RailId[] = ['bakong', 'bongloy'];

/** Makes the answers. `act` is the page's own control API; the rest tells the truth of the emulators. */
export function createWorldCalls(parts: WorldParts): Handlers {
  const { world, rails, providerOf, venues, sumsub, verifier, telegram, chain } = parts;
  const { payway } = rails;
  const moneyOf = (rail: string, { reference, amount }: { readonly reference: string; readonly amount: Money }) => ({
    rail,
    reference,
    asset: amount.asset.code,
    minor: amount.minor,
  });
  const held = (asset: 'USDT' | 'BTC') => {
    const { free, locked } = venues.own.market.balance(asset);
    const read = (text: string) => parseAmount(text, asset === 'USDT' ? USDT : BTC).minor;
    return read(free) + read(locked);
  };

  function applied(): Applied {
    const at = railIds.map((rail) => ({ rail: providerOf(rail), applied: rails[rail].applied }));
    return {
      payments: at.flatMap(({ rail, applied }) => applied.payments.map((one) => moneyOf(rail, one))),
      hearsLate: HEARS_LATE,
      receipts: at.flatMap(({ rail, applied }) =>
        applied.receipts.map((one) => ({ ...moneyOf(rail, one), transaction: one.transaction })),
      ),
      refunds: [
        ...at.flatMap(({ rail, applied }) =>
          applied.refunds.map(({ transaction, amount }) => ({
            rail,
            transaction,
            asset: amount.asset.code,
            minor: amount.minor,
          })),
        ),
        ...takenBack(),
      ],
      reversals: rails.bongloy.disputes
        .filter(({ status }) => status !== 'won')
        .map(({ charge }) => ({ rail: 'bongloy', transaction: charge })),
      cancelled: at.flatMap(({ applied }) => applied.cancelled),
      trades: venues.own.applied.orders,
      cases: verifier?.applied.cases.map(({ reference }) => reference) ?? [],
      exchange: { usdt: held('USDT'), btc: held('BTC') },
    };
  }

  /** What AEON sent back of payments that count. What never counted is none of the shop's. */
  function takenBack(): Applied['refunds'] {
    const { receipts } = rails.aeon.applied;
    return rails.aeon.selfRefunds.flatMap(({ reference, volume }) => {
      const receipt = receipts.find((one) => one.reference === reference);
      // Only USDT is sent here, which is worth a dollar.
      const { minor } = parseAmount(volume, USD, { rounding: 'down' });
      return receipt ? [{ rail: 'aeon', transaction: receipt.transaction, asset: 'USD', minor }] : [];
    });
  }

  return {
    act: ({ name, input }: { readonly name: string; readonly input: unknown }) => {
      const act = Object.hasOwn(world.actions, name) ? world.actions[name] : undefined;
      if (!act) throw new RangeError('act: no such action');
      return act(input);
    },
    applied,
    chat: (id: number) => telegram.chat(id) ?? null,
    /** Every text of the bot, those that it edited away included. */
    said: () =>
      telegram
        .chats()
        .flatMap(({ messages }) => messages.filter(({ byBot }) => byBot))
        .flatMap(({ message, earlier }) => [...earlier, message])
        .map(({ text, caption }) => text ?? caption ?? ''),
    picture: (fileId: string) => telegram.file(fileId)?.bytes ?? null,
    /** Pays a request that no QR was ever shown for. */
    'pay-reference': ({ reference, name }: { readonly reference: Reference; readonly name: string }) =>
      payway.payer.pay(reference, { name }),
    /** A card whose form was filled in: gives the token. */
    card: (outcome: Parameters<typeof rails.bongloy.payer.payWith>[0]) => rails.bongloy.payer.payWith(outcome),
    calls: (rail: Exclude<RailId, 'apay-telegram'>) => rails[rail].exchanges.length,
    'venue-calls': (host: string) => venues.hosts[host]?.exchanges.length ?? 0,
    'waiting-updates': () => telegram.pendingUpdates.length,
    'self-refunds': () => rails.aeon.selfRefunds,
    dispute: (charge: string) => rails.bongloy.payer.reverse(charge),
    'exchange-lag': (ms: number) => venues.own.venue.lag(ms),
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
