import type { Instant } from '@rielrails/core';
import { bitcoinAddressRule } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { fromText } from '../venue-emulator/decimal-text.ts';
import type { EmulatedWithdrawal } from '../venue-emulator/withdrawals.ts';
import type { Parameters } from './parameters.ts';
import { Refused } from './refused.ts';

/** What the account may withdraw, and how. */
export interface WithdrawalTerms {
  readonly network: BitcoinNetwork;
  fee: bigint;
  /** Whether bitcoin leaves at all. */
  open: boolean;
  /** Addresses that may be paid; `null`: any. */
  listed: ReadonlySet<string> | null;
}

const DAY_MS = 86_400_000;

/** The networks on which this venue sends bitcoin, or what it calls so. */
export const networks = {
  BTC: { name: 'Bitcoin', isDefault: true, withdrawMin: '0.00010000', withdrawMax: '7500.00000000' },
  BSC: { name: 'BNB Smart Chain (BEP20)', isDefault: false, withdrawMin: '0.00001000', withdrawMax: '7500.00000000' },
} as const;

/** What is asked of `POST /sapi/v1/capital/withdraw/apply`. */
export interface Application {
  readonly address: string;
  /** What leaves the account, in satoshi. */
  readonly amount: bigint;
  readonly clientId: string | null;
}

/** Reads and checks an application, in the order in which the codes of the wallet suggest it. */
export function readApplication(parameters: Parameters, terms: WithdrawalTerms): Application {
  const coin = parameters.matching('coin', '^[A-Z0-9]{1,20}$');
  const address = parameters.text('address');
  const amount = parameters.decimal('amount');
  const network = parameters.optional('network') ?? 'BTC';
  const tag = parameters.optional('addressTag') ?? '';
  const clientId = parameters.has('withdrawOrderId')
    ? parameters.matching('withdrawOrderId', '^[A-Za-z0-9_-]{1,64}$')
    : null;
  for (const name of ['transactionFeeFlag', 'name', 'walletType']) parameters.optional(name);
  if (coin !== 'BTC' && coin !== 'USDT' && coin !== 'BNB') throw new Refused(-4018, "We don't have this asset.");
  if (coin !== 'BTC' || !Object.hasOwn(networks, network) || !terms.open)
    throw new Refused(-4019, 'Current asset is not open for withdrawal.');
  if (tag !== '') throw new Refused(-4106, 'The network does not support a tag.');
  if (network !== 'BTC' || bitcoinAddressRule(terms.network).read(address).outcome === 'refused')
    throw new Refused(-4007, 'Address validation is not passed.');
  if (terms.listed && !terms.listed.has(address))
    throw new Refused(-4035, 'This address is not on the whitelist. Please join and try again.');
  if (amount < fromText(networks.BTC.withdrawMin))
    throw new Refused(-4022, `Not less than the minimum pick-up quantity ${networks.BTC.withdrawMin}.`);
  if (amount <= terms.fee) throw new Refused(-4028, 'The amount of withdrawal must be greater than the Commission.');
  return { address, amount, clientId };
}

/** Which withdrawals are asked for in `GET /sapi/v1/capital/withdraw/history`. */
export interface HistoryQuery {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  readonly limit: number;
  readonly clientId: string | null;
  readonly ids: ReadonlySet<string> | null;
}

/** Reads a query of the history: 90 days at most, seven with a client's id. */
export function readHistoryQuery(parameters: Parameters, now: Instant): HistoryQuery {
  const number = (name: string, otherwise: number) => (parameters.has(name) ? parameters.integer(name) : otherwise);
  for (const name of ['coin', 'status']) parameters.optional(name);
  const clientId = parameters.optional('withdrawOrderId') ?? null;
  const widestMs = (clientId === null ? 90 : 7) * DAY_MS;
  const to = number('endTime', now);
  const from = number('startTime', to - widestMs);
  if (from > to || to - from > widestMs) throw new Refused(-4047, 'Time interval must be within 0-90 days');
  const ids = parameters.optional('idList')?.split(',');
  if (ids && ids.length > 45) throw new Refused(-1102, "Mandatory parameter 'idList' was malformed.");
  return {
    from,
    to,
    offset: number('offset', 0),
    limit: Math.min(number('limit', 1000), 1000),
    clientId,
    ids: ids ? new Set(ids) : null,
  };
}

/** Chooses from the history, newest first. */
export function chooseHistory(all: readonly EmulatedWithdrawal[], query: HistoryQuery): readonly EmulatedWithdrawal[] {
  const { from, to, offset, limit, clientId, ids } = query;
  return all
    .filter(({ time }) => time >= from && time <= to)
    .filter((one) => clientId === null || one.clientId === clientId)
    .filter(({ id }) => ids === null || ids.has(id))
    .toReversed()
    .slice(offset, offset + limit);
}
