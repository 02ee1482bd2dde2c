import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { malformed, noSuch, Refusal } from './answers.ts';
import type { BookedTransfer, Order } from './book.ts';
import type { House, User } from './house.ts';
import { readBody, readFields, readNumber, readSats, readText } from './requests.ts';

/** Fields of "Send to many" that this wallet heeds, and some that change nothing here. */
const SEND_FIELDS = [
  'recipients',
  'walletPassphrase',
  'sequenceId',
  'numBlocks',
  'maxFeeRate',
  'feeRate',
  'minConfirms',
  'comment',
  'isReplaceableByFee',
  'txFormat',
  'otp',
];

/** Endpoints of Express itself. `tell` sends what is told about a change. */
export function expressRoutes(house: House, tell: (transfer: BookedTransfer) => Promise<void>): readonly Route[] {
  const { book, views, config, options, policy, blocked } = house;

  async function sendMany(request: EmulatedRequest): Promise<Response> {
    const { order, passphrase } = readOrder(request);
    try {
      const transfer = perform(order, passphrase);
      await tell(transfer);
      return answer(transfer, request.fault);
    } catch (error) {
      // `clientRoutes.ts`: whatever goes wrong from here on is a 400.
      if (error instanceof Refusal) throw new Refusal(400, error.code, error.message, error.speaker);
      throw error;
    }
  }

  /** Build at the platform, sign here, send at the platform: each may say no, in this order. */
  function perform(order: Order, passphrase: string): BookedTransfer {
    if (!house.isAddress(order.address)) throw new Refusal(400, 'InvalidAddress', 'invalid address');
    book.build(order);
    if (passphrase !== config.walletPassphrase)
      throw new Refusal(400, 'Error', 'unable to decrypt keychain with the given wallet passphrase', 'sdk');
    if (blocked.has(order.address)) throw new Refusal(400, 'AddressError', 'address cannot be used');
    const { approvalAboveSats: most } = policy;
    return book.send(order, most !== null && order.amount > most);
  }

  function readOrder(request: EmulatedRequest): { readonly order: Order; readonly passphrase: string } {
    const fields = readBody(request, SEND_FIELDS);
    const { recipients } = fields;
    if (!Array.isArray(recipients) || recipients.length !== 1)
      throw malformed('recipients: this wallet pays one at a time');
    const recipient = readFields(recipients[0] as never, 'recipients.0', ['address', 'amount']);
    const address = readText(recipient, 'address');
    if (address === undefined) throw malformed('address: is missing');
    if (!['undefined', 'boolean'].includes(typeof fields['isReplaceableByFee']))
      throw malformed('isReplaceableByFee: expected a boolean');
    readNumber(fields, 'minConfirms', [0, 1_000_000]);
    readText(fields, 'comment');
    const own = readNumber(fields, 'feeRate', [1, 100_000_000]);
    const most = readNumber(fields, 'maxFeeRate', [1, 100_000_000]);
    const limit = own ?? most;
    const order = {
      sequenceId: readText(fields, 'sequenceId') ?? null,
      address,
      amount: readSats(recipient, 'amount'),
      numBlocks: readNumber(fields, 'numBlocks', [2, 1000]) ?? 2,
      maxFeeRate: limit === undefined ? null : BigInt(limit),
    };
    return { order, passphrase: readText(fields, 'walletPassphrase') ?? '' };
  }

  function answer(transfer: BookedTransfer, fault: EmulatedRequest['fault']): Response {
    const { approval, txid } = transfer;
    if (!approval) {
      const shown = { transfer: views.transfer(transfer, fault), txid, tx: '0200000000', status: 'signed' };
      return jsonResponse(shown);
    }
    const shown = views.approval(transfer, approval, fault);
    if (options.waiting === 'bare') return jsonResponse(shown, 202);
    const pendingApproval = options.waiting === 'object' ? shown : approval.id;
    return jsonResponse({ pendingApproval, status: 'pendingApproval' }, 202);
  }

  async function resolve(request: EmulatedRequest, user: User): Promise<Response> {
    const fields = readBody(request, ['state', 'walletPassphrase', 'xprv', 'otp']);
    const state = readText(fields, 'state');
    const transfer = book.transfers.find(({ approval }) => approval?.id === request.params['approval']);
    if (!transfer?.approval) throw noSuch('pending approval');
    if (transfer.state !== 'pendingApproval') throw new Refusal(400, 'Invalid', 'pending approval is resolved already');
    if (state !== 'approved' && state !== 'rejected') throw malformed('state: expected approved or rejected');
    if (state === 'rejected') book.reject(transfer);
    else {
      if (user === 'creator') throw new Refusal(403, 'Forbidden', 'you cannot approve your own request');
      if (readText(fields, 'walletPassphrase') !== config.walletPassphrase)
        throw new Refusal(400, 'Error', 'unable to decrypt keychain with the given wallet passphrase', 'sdk');
      book.release(transfer);
    }
    await tell(transfer);
    return jsonResponse(views.approval(transfer, transfer.approval, request.fault));
  }

  return [
    house.route({
      name: 'sendmany',
      method: 'POST',
      path: ':coin/wallet/:wallet/sendmany',
      of: 'express',
      cites:
        'BitGo Express API (express-api.yaml), "Send to many"; BitGoJS, sendmany.ts and clientRoutes.ts. The order of refusals is that of its steps; InsufficientBalance was seen in public issues',
      provenance: 'documented',
      handle: sendMany,
    }),
    house.route({
      name: 'resolve-approval',
      method: 'PUT',
      path: ':coin/pendingapprovals/:approval',
      of: 'express',
      cites: 'BitGo Express API, "Resolve pending approval". How it refuses is assumed',
      provenance: 'documented',
      handle: resolve,
    }),
  ];
}
