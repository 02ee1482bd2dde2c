import type { Route } from '@rielrails/kit/emulator';
import { common, guarded } from './guard.ts';
import type { Parameter } from './guard.ts';
import type { House } from './house.ts';
import { recordOf } from './records.ts';

const DAY_MS = 86_400_000;

const refundParameters: Readonly<Record<string, Parameter>> = {
  ...common,
  walletAddress: { signed: true, mandatory: true, maxLength: 64 },
  refundAmount: { signed: true, mandatory: true, maxLength: 32, form: /^[0-9]{1,15}(\.[0-9]{1,2})?$/ },
  refundToken: { signed: true, mandatory: true, maxLength: 32 },
  refundNetwork: { signed: true, mandatory: true, maxLength: 32 },
  refundOrderNo: { maxLength: 64 },
  email: { maxLength: 64 },
  refundReason: { maxLength: 64 },
  memo: { maxLength: 64 },
};

/** "Query Order" and "API for Refund". */
export function queryRoutes(house: House): readonly Route[] {
  const { clock, config, profile, book } = house;
  return [
    {
      name: 'query',
      method: 'POST',
      path: '/open/api/payment/query',
      cites: 'AEON, "Query Order"',
      provenance: 'documented',
      handle: guarded(house, common, (fields, { fault }) => {
        const order = book.find(fields.get('merchantOrderNo') ?? '');
        if (!order) return house.refused(8029);
        book.expire(order);
        const oddly = { word: fault === 'unknown-status-word', amount: fault === 'wrong-amount' };
        return house.accepted(recordOf(house, order, oddly));
      }),
    },
    {
      name: 'refund',
      method: 'POST',
      path: '/open/api/payment/refund',
      // Assumed: that a used number is noticed first, and 8036 for more than what is left.
      cites: 'Alchemy Pay and AEON, "API for Refund", "Return Code List"',
      provenance: 'documented',
      handle: guarded(house, refundParameters, (fields) => {
        const order = book.find(fields.get('merchantOrderNo') ?? '');
        if (!order) return house.refused(8029);
        const refundOrderNo = fields.get('refundOrderNo') ?? '';
        if (
          refundOrderNo !== '' &&
          book.all.some(({ refunds }) => refunds.some((one) => one.refundOrderNo === refundOrderNo))
        )
          return house.refused(8034);
        if (order.status !== 'COMPLETED' && order.status !== 'DELAY_SUCCESS') return house.refused(8031);
        if (clock.now() > (order.transfer?.at ?? 0) + config.settlesAfterDays * DAY_MS) return house.refused(8035);
        const [whole = '', fraction = ''] = (fields.get('refundAmount') ?? '').split('.');
        const cents = BigInt(whole + fraction.padEnd(2, '0'));
        if (cents <= 100n) return house.refused(8037);
        const { refundToken = '', refundNetwork = '', walletAddress = '' } = Object.fromEntries(fields);
        if (!profile.tokens.includes(refundToken) || !profile.networks.includes(refundNetwork))
          return house.refused(8000);
        const sent = order.refunds.reduce((sum, { amount }) => sum + amount, 0n);
        if (sent + cents > order.received.minor) return house.refused(8036);
        order.refunds.push({
          refundOrderNo,
          amount: cents,
          destination: `${refundToken}@${refundNetwork}:${walletAddress}`,
        });
        return house.accepted('');
      }),
    },
  ];
}
