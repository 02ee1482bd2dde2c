import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { malformed, noSuch } from './answers.ts';
import type { BookedTransfer } from './book.ts';
import type { House } from './house.ts';
import { readBody, readNumber, readQuery, readText } from './requests.ts';

/** States that "List transfers" leaves out unless they are asked for. */
const UNSENT: readonly string[] = ['pendingApproval', 'rejected'];
const STATES = ['initialized', ...UNSENT, 'signed', 'unconfirmed', 'confirmed', 'removed', 'failed', 'replaced'];
/** States that "List pending approvals" shows by default. */
const OPEN: readonly string[] = ['awaitingSignature', 'pending', 'pendingFinalApproval'];
const CHAINS = [0, 1, 10, 11, 20, 21, 30, 31, 40, 41];

/** Endpoints of the platform, which Express passes on. */
export function platformRoutes(house: House): readonly Route[] {
  const { book, views, config, options } = house;
  const outgoing = () => book.transfers;

  function transferOf(transfer: BookedTransfer | undefined, { fault }: EmulatedRequest): Response {
    if (!transfer) throw noSuch('transfer');
    return jsonResponse(views.transfer(transfer, fault));
  }

  function page<T>(rows: readonly T[], query: ReadonlyMap<string, string>, idOf: (row: T) => string) {
    const limit = Number(query.get('limit') ?? '25');
    if (!Number.isInteger(limit) || limit < 1 || limit > 500) throw malformed('limit: expected 1 to 500');
    const after = query.get('prevId');
    const start = after === undefined ? 0 : rows.findIndex((row) => idOf(row) === after) + 1;
    if (after !== undefined && start === 0) throw malformed('prevId: is not one of this list');
    const shown = rows.slice(start, start + limit);
    const last = shown.at(-1);
    const next = last !== undefined && start + limit < rows.length ? { nextBatchPrevId: idOf(last) } : {};
    return { shown, next };
  }

  function listTransfers(request: EmulatedRequest): Response {
    const query = readQuery(request, ['limit', 'prevId', 'state']);
    const state = query.get('state');
    if (state !== undefined && !STATES.includes(state)) throw malformed('state: is none of a transfer');
    const rows = outgoing()
      .filter((one) => (state === undefined ? !UNSENT.includes(one.state) : one.state === state))
      .toSorted((a, b) => b.height - a.height || (a.id < b.id ? 1 : -1));
    const { shown, next } = page(rows, query, ({ id }) => id);
    const transfers = shown.map((one) => views.transfer(one, request.fault));
    return jsonResponse({ coin: config.coin, transfers, ...next });
  }

  function listApprovals(request: EmulatedRequest): Response {
    const query = readQuery(request, ['limit', 'prevId', 'walletId']);
    const isOurs = (query.get('walletId') ?? config.walletId) === config.walletId;
    const rows = outgoing().flatMap((transfer) => {
      const { approval } = transfer;
      return approval && isOurs && OPEN.includes(approval.state) ? [{ transfer, approval }] : [];
    });
    const { shown, next } = page(rows, query, ({ approval }) => approval.id);
    const pendingApprovals = shown.map(({ transfer, approval }) => views.approval(transfer, approval, request.fault));
    return jsonResponse({ pendingApprovals, ...next });
  }

  function createAddress(request: EmulatedRequest): Response {
    const fields = readBody(request, ['chain', 'label', 'lowPriority', 'count']);
    const chain = readNumber(fields, 'chain', [0, 41]) ?? 20;
    if (!CHAINS.includes(chain)) throw malformed('chain: is none of bitcoin');
    const label = readText(fields, 'label', 250);
    const address = house.freshAddress();
    book.ownAddresses.add(address);
    const { coin, walletId: wallet } = config;
    const index = book.ownAddresses.size;
    return jsonResponse({
      id: book.id(),
      address,
      chain,
      index,
      coin,
      wallet,
      ...(label === undefined ? {} : { label }),
    });
  }

  const wallet = ':coin/wallet/:wallet';
  return [
    house.route({
      name: 'get-wallet',
      method: 'GET',
      path: wallet,
      of: 'platform',
      cites: 'BitGo API, "Get wallet by coin and ID"',
      provenance: 'documented',
      handle() {
        const { all, confirmed, spendable } = book.balances();
        const { coin, walletId: id } = config;
        const told = { balanceString: `${all}`, confirmedBalanceString: `${confirmed}` };
        return jsonResponse({ id, coin, label: 'Treasury', ...told, spendableBalanceString: `${spendable}` });
      },
    }),
    house.route({
      name: 'transfer-by-sequence-id',
      method: 'GET',
      path: `${wallet}/transfer/sequenceId/:sequence`,
      of: 'platform',
      cites: 'BitGo API, "Get transfer by sequence ID". What an unknown one is answered with is assumed',
      provenance: 'documented',
      handle(request) {
        const { sequence } = request.params;
        const found = outgoing().find(({ sequenceId }) => sequenceId === sequence);
        const shows = options.sequenceLookup !== 'signed' || (found && !UNSENT.includes(found.state));
        return transferOf(shows ? found : undefined, request);
      },
    }),
    house.route({
      name: 'get-transfer',
      method: 'GET',
      path: `${wallet}/transfer/:transfer`,
      of: 'platform',
      cites: 'BitGo API, "Get transfer"',
      provenance: 'documented',
      handle: (request) =>
        transferOf(
          outgoing().find(({ id }) => id === request.params['transfer']),
          request,
        ),
    }),
    house.route({
      name: 'list-transfers',
      method: 'GET',
      path: `${wallet}/transfer`,
      of: 'platform',
      cites: 'BitGo API, "List transfers"',
      provenance: 'documented',
      handle: listTransfers,
    }),
    house.route({
      name: 'list-approvals',
      method: 'GET',
      path: 'pendingApprovals',
      of: 'platform',
      cites: 'BitGo API, "List pending approvals". buildParams.sequenceId was seen in a public client',
      provenance: 'seen',
      handle: listApprovals,
    }),
    house.route({
      name: 'get-approval',
      method: 'GET',
      path: 'pendingapprovals/:approval',
      of: 'platform',
      cites: 'BitGo API, "Get pending approval"',
      provenance: 'documented',
      handle({ params, fault }) {
        const found = outgoing().find(({ approval }) => approval?.id === params['approval']);
        if (!found?.approval) throw noSuch('pending approval');
        return jsonResponse(views.approval(found, found.approval, fault));
      },
    }),
    house.route({
      name: 'fee-estimate',
      method: 'GET',
      path: ':coin/tx/fee',
      of: 'platform',
      cites: 'BitGo API, "Get fee estimate"',
      provenance: 'documented',
      handle(request) {
        const numBlocks = Number(readQuery(request, ['numBlocks']).get('numBlocks') ?? '2');
        if (!Number.isInteger(numBlocks) || numBlocks < 1 || numBlocks > 1000) throw malformed('numBlocks: 1 to 1000');
        return jsonResponse({ feePerKb: Number(book.feeRate(numBlocks)), numBlocks, confidence: 80 });
      },
    }),
    house.route({
      name: 'create-address',
      method: 'POST',
      path: `${wallet}/address`,
      of: 'platform',
      cites: 'BitGo API, "Create address"',
      provenance: 'documented',
      handle: createAddress,
    }),
  ];
}
