import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { invalid, noSuch, notNow } from './answers.ts';
import type { BookedTransaction } from './book.ts';
import type { House } from './house.ts';
import { needText, readBody, readQuery } from './requests.ts';

const DEFAULT_LIMIT = 25;
const MOST = 500;
const TYPES = ['DEPOSIT', 'WITHDRAWAL', 'INTERNAL_DEPOSIT', 'INTERNAL_WITHDRAWAL'];

/** Transactions, balance and deposit addresses. `makeAddress` makes one of nobody's. */
export function readingRoutes(house: House, makeAddress: () => string): readonly Route[] {
  const { book, views, config, own } = house;
  let onlyAddress: string | undefined;

  function freshAddress(): string {
    const made = makeAddress();
    own.add(made);
    return made;
  }

  function listTransactions(request: EmulatedRequest): Response {
    const query = readQuery(request, ['start_time', 'end_time', 'cursor', 'limit', 'sort_direction'], ['types']);
    const direction = oneOf(query.get('sort_direction'), ['DESC', 'ASC'], 'sort_direction');
    const types = query.getAll('types');
    if (types.some((type) => !TYPES.includes(type))) throw invalid('types: unknown');
    const [from, until] = [readTime(query.get('start_time'), 0), readTime(query.get('end_time'), Infinity)];
    const rows = book.transactions.filter(
      ({ type, createdAt }) => (types.length === 0 || types.includes(type)) && createdAt >= from && createdAt < until,
    );
    const page = cut(direction === 'DESC' ? rows.toReversed() : rows, query);
    return jsonResponse({
      transactions: page.rows.map((one) => views.transaction(one, request.fault)),
      pagination: { next_cursor: page.next, sort_direction: direction, has_next: page.next !== '' },
    });
  }

  function address(text: string) {
    return { address: text, account_identifier: '', network: views.network };
  }

  return [
    house.route({
      name: 'list-wallet-transactions',
      method: 'GET',
      path: '/wallets/:wallet/transactions',
      cites:
        'OpenAPI 0.1: PrimeRESTAPI_GetWalletTransactions; "Prime REST API Pagination". The default of limit is assumed',
      provenance: 'documented',
      handle: listTransactions,
    }),
    house.route({
      name: 'get-transaction',
      method: 'GET',
      path: '/transactions/:id',
      cites: 'OpenAPI 0.1: PrimeRESTAPI_GetTransaction',
      provenance: 'documented',
      handle({ params, fault }) {
        const one = book.find(params['id'] ?? '');
        if (!one) throw noSuch('transaction');
        return jsonResponse({ transaction: views.transaction(one, fault) });
      },
    }),
    house.route({
      name: 'wallet-balance',
      method: 'GET',
      path: '/wallets/:wallet/balance',
      cites: 'OpenAPI 0.1: PrimeRESTAPI_GetWalletBalance',
      provenance: 'documented',
      handle: () => jsonResponse({ balance: views.balance(book) }),
    }),
    house.route({
      name: 'deposit-instructions',
      method: 'GET',
      path: '/wallets/:wallet/deposit_instructions',
      cites: 'OpenAPI 0.1: PrimeRESTAPI_GetWalletDepositInstructions; "Deposits": always the same address',
      provenance: 'documented',
      handle(request) {
        const query = readQuery(request, ['deposit_type', 'network.id', 'network.type']);
        if (query.get('deposit_type') !== 'CRYPTO') throw invalid('deposit_type must be CRYPTO for this wallet');
        const { id, type } = views.network;
        if ((query.get('network.id') ?? id) !== id || (query.get('network.type') ?? type) !== type)
          throw invalid('network is not supported');
        onlyAddress ??= freshAddress();
        const wallet = { id: config.walletId, name: 'Bitcoin', type: 'CRYPTO', account_identifier_name: '' };
        return jsonResponse({ crypto_instructions: { ...wallet, ...address(onlyAddress) }, fiat_instructions: null });
      },
    }),
    house.route({
      name: 'create-address',
      method: 'POST',
      path: '/wallets/:wallet/addresses',
      cites: 'OpenAPI 0.1: PrimeRESTAPI_CreateWalletDepositAddress; "Deposits": for trading balances',
      provenance: 'documented',
      handle(request) {
        const { id, type } = views.network;
        if (needText(readBody(request, ['network_id']), 'network_id') !== `${id}-${type}`)
          throw invalid('network_id is not supported');
        if (config.walletType !== 'trading') throw notNow('this wallet has one deposit address');
        return jsonResponse(address(freshAddress()));
      },
    }),
  ];
}

/** A page that starts strictly after the cursor, which is the id of the last one read. */
function cut(rows: readonly BookedTransaction[], query: URLSearchParams) {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw invalid('limit: out of range');
  const cursor = query.get('cursor') ?? '';
  const start = cursor === '' ? 0 : rows.findIndex(({ id }) => id === cursor) + 1;
  if (cursor !== '' && start === 0) throw invalid('cursor: unknown');
  const page = rows.slice(start, start + limit);
  return { rows: page, next: start + limit < rows.length ? (page.at(-1)?.id ?? '') : '' };
}

function readTime(text: string | null, otherwise: number): number {
  if (text === null) return otherwise;
  const time = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text) || Number.isNaN(time))
    throw invalid('start_time or end_time is no ISO-8601 time');
  return time;
}

function oneOf(text: string | null, allowed: readonly [string, ...string[]], name: string): string {
  if (text !== null && !allowed.includes(text)) throw invalid(`${name}: unknown`);
  return text ?? allowed[0];
}
