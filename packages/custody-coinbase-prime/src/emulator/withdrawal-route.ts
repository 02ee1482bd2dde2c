import { BTC, isInputError } from '@rielrails/core';
import { parseAmount } from '@rielrails/kit';
import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { invalid, notNow, Refusal } from './answers.ts';
import type { House } from './house.ts';
import { needText, readBody, readObject, readText } from './requests.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The last two are not in the description; samples send them, and nobody minds. */
const FIELDS = [
  'amount',
  'destination_type',
  'idempotency_key',
  'currency_symbol',
  'payment_method',
  'blockchain_address',
  'counterparty',
  'travel_rule_data',
  'portfolio_id',
  'wallet_id',
];

/** "Create Withdrawal". */
export function withdrawalRoute(house: House): Route {
  const { book, views, config, options, policy, trusted, own } = house;

  function readWithdrawal(request: EmulatedRequest) {
    const fields = readBody(request, FIELDS);
    for (const [name, id] of [
      ['portfolio_id', config.portfolioId],
      ['wallet_id', config.walletId],
    ] as const)
      if (![id, ''].includes(readText(fields, name))) throw invalid(`${name} is not the one of the path`);
    const key = needText(fields, 'idempotency_key').toLowerCase();
    if (!UUID.test(key)) throw invalid('idempotency_key must be a uuid');
    if (needText(fields, 'currency_symbol').toUpperCase() !== BTC.code)
      throw invalid('currency_symbol is not the asset of this wallet');
    if (needText(fields, 'destination_type') !== 'DESTINATION_BLOCKCHAIN')
      throw invalid('destination_type is not possible for this wallet');
    return { key, amount: readAmount(needText(fields, 'amount')), address: readAddress(fields) };
  }

  function readAddress(fields: ReturnType<typeof readBody>): string {
    const to = readObject(fields, 'blockchain_address', ['address', 'account_identifier', 'network']);
    const address = needText(to, 'address');
    readText(to, 'account_identifier');
    const network = readObject(to, 'network', ['id', 'type']);
    for (const name of ['id', 'type'] as const)
      if (![views.network[name], ''].includes(readText(network, name))) throw invalid('network is not supported');
    if (!house.isAddress(address)) throw invalid('blockchain_address is not an address of this network');
    return address;
  }

  return house.route({
    name: 'create-withdrawal',
    method: 'POST',
    path: '/wallets/:wallet/withdrawals',
    cites:
      'OpenAPI 0.1: PrimeRESTAPI_CreateWalletWithdrawal; "Withdrawals": consensus and address book. What a used key ' +
      'answers, which errors there are, which withdrawals are internal, and that the fee of a trading balance comes on ' +
      'top, is assumed',
    provenance: 'documented',
    handle(request) {
      const asked = readWithdrawal(request);
      const earlier = book.transactions.find(({ key }) => key === asked.key);
      if (earlier && options.usedKey === 'fails') throw new Refusal(409, 6, 'idempotency key was used before');
      if (earlier) return jsonResponse(views.withdrawal(earlier, request.fault));
      if ((options.addressBook ?? true) && !trusted.has(asked.address))
        throw notNow('destination address is not in the address book');
      const first = policy.consensus === 'automatic' ? 'TRANSACTION_REQUESTED' : 'TRANSACTION_CREATED';
      const type = own.has(asked.address) ? 'INTERNAL_WITHDRAWAL' : 'WITHDRAWAL';
      return jsonResponse(views.withdrawal(book.withdraw({ ...asked, type }, first), request.fault));
    },
  });
}

function readAmount(text: string): bigint {
  try {
    const { minor } = parseAmount(text, BTC);
    if (minor > 0n) return minor;
  } catch (error) {
    if (!isInputError(error)) throw error;
  }
  throw invalid('amount must be a positive decimal with at most 8 places');
}
