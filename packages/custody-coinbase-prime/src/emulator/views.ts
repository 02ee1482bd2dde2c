import type { EmulatedRequest } from '@rielrails/kit/emulator';
import type { Book, BookedTransaction } from './book.ts';
import { FEE_SATS, isWithdrawal } from './book.ts';
import type { CoinbasePrimeEmulatorConfig, CoinbasePrimeEmulatorOptions } from './options.ts';
import { wholeUnits } from './decimal-text.ts';

type Fault = EmulatedRequest['fault'];

/** How objects are shown: the fields of the OpenAPI description, empty where there is nothing to tell. */
export interface Views {
  readonly network: { readonly id: string; readonly type: string };
  transaction(one: BookedTransaction, fault: Fault): object;
  withdrawal(one: BookedTransaction, fault: Fault): object;
  balance(book: Book): object;
  approvalUrl(one: BookedTransaction): string;
}

/** Views of one wallet. */
export function createViews(
  { portfolioId, walletId, walletType, network: name }: CoinbasePrimeEmulatorConfig,
  { amounts = 'plain' }: CoinbasePrimeEmulatorOptions,
): Views {
  const network = { id: 'bitcoin', type: name === 'bitcoin' ? 'mainnet' : name };
  const wallet = { type: 'WALLET', value: walletId, address: '', account_identifier: '' };
  const sign = amounts === 'negative' ? '-' : '';
  const told = (amount: bigint, fault: Fault) => wholeUnits(fault === 'wrong-amount' ? amount + 1n : amount);
  const views: Views = {
    network,
    transaction: (one, fault) => ({
      id: one.id,
      wallet_id: walletId,
      portfolio_id: portfolioId,
      type: one.type,
      status: fault === 'unknown-status-word' ? 'TRANSACTION_QUARANTINED' : one.status,
      symbol: 'BTC',
      created_at: new Date(one.createdAt).toISOString(),
      completed_at: one.completedAt === null ? null : new Date(one.completedAt).toISOString(),
      amount: (isWithdrawal(one) ? sign : '') + told(one.amount, fault),
      transfer_from: isWithdrawal(one) ? wallet : { ...wallet, type: 'OTHER', value: '' },
      transfer_to: isWithdrawal(one)
        ? { type: 'ADDRESS', value: one.address, address: one.address, account_identifier: '' }
        : wallet,
      network_fees: one.status === 'TRANSACTION_DONE' ? wholeUnits(one.fee) : '',
      fees: wholeUnits(one.fee),
      fee_symbol: 'BTC',
      blockchain_ids: one.chainIds,
      transaction_id: one.id.slice(0, 8).toUpperCase(),
      destination_symbol: '',
      estimated_network_fees: { lower_bound: wholeUnits(one.fee), upper_bound: wholeUnits(one.fee) },
      network: '',
      estimated_asset_changes: [],
      metadata: null,
      idempotency_key: one.key,
      onchain_details: one.replaces === '' ? null : { replaced_transaction_id: one.replaces },
      network_info: network,
      process_requirements: { travel_rule_status: 'TRAVEL_RULE_STATUS_UNSPECIFIED' },
    }),
    withdrawal: (one, fault) => ({
      activity_id: one.activityId,
      approval_url: views.approvalUrl(one),
      symbol: 'BTC',
      amount: told(one.amount, fault),
      fee: wholeUnits(FEE_SATS),
      destination_type: 'DESTINATION_BLOCKCHAIN',
      source_type: walletType === 'trading' ? 'TRADING' : 'VAULT',
      blockchain_destination: { address: one.address, account_identifier: '', network },
      counterparty_destination: null,
      blockchain_source: null,
      transaction_id: one.id,
    }),
    balance: (book) => ({
      symbol: 'BTC',
      amount: wholeUnits(book.total()),
      holds: wholeUnits(book.held()),
      bonded_amount: '0',
      reserved_amount: '0',
      unbonding_amount: '0',
      unvested_amount: '0',
      pending_rewards_amount: '0',
      past_rewards_amount: '0',
      bondable_amount: '0',
      withdrawable_amount: wholeUnits(book.total() - book.held()),
      fiat_amount: '',
      unbondable_amount: '0',
      claimable_rewards_amount: '',
    }),
    approvalUrl: ({ activityId }) => `https://prime.coinbase.com/portfolio/${portfolioId}/activity/${activityId}`,
  };
  return views;
}
