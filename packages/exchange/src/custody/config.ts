import { ProviderError } from '@rielrails/core';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { bitcoinAddressRule } from '@rielrails/kit/bitcoin';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';
import { readAccountConfig } from '../ccxt/config.ts';
import type { ConnectionSettings } from '../ccxt/config.ts';
import { binanceDoor } from '../ccxt/venues/binance.ts';
import { krakenDoor } from '../ccxt/venues/kraken.ts';

/** What an exchange account needs to send bitcoin, whichever exchange it is. */
export interface AccountConfig {
  readonly apiKey: string;
  /** The secret of a key that may withdraw. Its addresses are listed, and it is not the key that trades. */
  readonly secret: string | Secret;
  /** Which addresses are taken. Default: `bitcoin`. Every other network is for emulators. */
  readonly network?: BitcoinNetwork;
  /**
   * How deep a withdrawal is told to lie, at least, once the venue calls it complete. Venues stop counting, or never count:
   * their word stands for this many blocks. Default: 6. Who wants them counted asks a node about the transaction.
   */
  readonly depthWhenComplete?: number;
  /** The end of one request. Default: 10,000 ms. */
  readonly timeoutMs?: number;
  /** Another host with the same paths: an emulator. */
  readonly baseUrl?: string;
}

/** What Binance's account needs to send bitcoin. */
export interface BinanceCustodyConfig extends AccountConfig {
  /** How far back a withdrawal is looked for, in days. Every 90 of them cost a call of much weight. Default: 90. */
  readonly lookbackDays?: number;
  /** How old a signed request may be when it reaches the venue. Default: 5,000 ms. */
  readonly recvWindowMs?: number;
}

/** What Kraken's account needs to send bitcoin. */
export interface KrakenCustodyConfig extends AccountConfig {
  /**
   * The addresses that are registered in the account, each with the name ("key") that it has there. The account can pay no
   * others, and customers only where their address stands here.
   */
  readonly withdrawalKeys: Readonly<Record<string, string>>;
}

/** The configuration with every default filled in. */
export interface CustodySettings extends ConnectionSettings {
  readonly network: BitcoinNetwork;
  readonly depthWhenComplete: number;
}

const custodyFields = {
  network: z.enum(['bitcoin', 'testnet', 'regtest'] satisfies readonly BitcoinNetwork[]).default('bitcoin'),
  depthWhenComplete: z.int().min(1).max(100).default(6),
};

/**
 * Reads the configuration.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function readBinanceCustodyConfig(
  config: BinanceCustodyConfig,
): CustodySettings & { readonly lookbackDays: number } {
  return readAccountConfig(
    binanceDoor,
    { ...custodyFields, lookbackDays: z.int().min(7).max(1000).default(90) },
    config,
  );
}

/**
 * Reads the configuration. The addresses are written as their network writes them.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function readKrakenCustodyConfig(
  config: KrakenCustodyConfig,
): CustodySettings & { readonly withdrawalKeys: ReadonlyMap<string, string> } {
  const keys = z.record(z.string(), z.string().min(1).max(200));
  const { withdrawalKeys, ...rest } = readAccountConfig(krakenDoor, { ...custodyFields, withdrawalKeys: keys }, config);
  const rule = bitcoinAddressRule(rest.network);
  const canonical = Object.entries(withdrawalKeys).map(([address, key]) => {
    const reading = rule.read(address);
    if (reading.outcome === 'refused') throw badKeys(`an address is ${reading.problem}`);
    return [reading.canonical, key] as const;
  });
  if (canonical.length === 0) throw badKeys('expected at least one address');
  return { ...rest, withdrawalKeys: new Map(canonical) };
}

function badKeys(why: string): ProviderError {
  const message = `kraken configuration: withdrawalKeys: ${why}`;
  return new ProviderError({ kind: 'config', provider: 'kraken', message });
}
