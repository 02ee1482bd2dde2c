import { fromUtf8 } from '@rielrails/kit';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { jsonResponse } from '@rielrails/kit/emulator';
import { decimals, localTime } from './book.ts';
import type { House } from './house.ts';

/** The path of version 2 is a guess after version 1. */
export const V2_INQUIRY_PATH = '/v2/online/payment/inquiry';

/** Where a merchant asks whether a reference was paid. */
export function inquiryRoutes(house: House): readonly Route[] {
  const handle = (request: EmulatedRequest) => inquire(house, request);
  const cites =
    'Version 1, "inquiry", as four merchants ask it: its fields, and 200 for what is paid. ' +
    'Every other code is invented, and so is the form of transaction_date';
  return [
    { name: 'inquiry-v1', method: 'POST', path: '/wingonlinesdk/inquiry', cites, provenance: 'seen', handle },
    {
      name: 'inquiry-v2',
      method: 'POST',
      path: `/wingonlinesdk${V2_INQUIRY_PATH}`,
      cites: 'Guessed after version 1: no document of version 2 that we know names its inquiry',
      provenance: 'assumed',
      handle,
    },
  ];
}

function inquire({ merchant, book }: House, { headers, body, fault }: EmulatedRequest): Response {
  const type = headers.get('content-type')?.toLowerCase() ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded')) return answer('415', 'Form only');
  const form = new URLSearchParams(fromUtf8(body));
  const isOurs = form.get('username') === merchant.username && form.get('rest_api_key') === merchant.restApiKey;
  if (!isOurs || form.get('sandbox') !== '1') return answer('401', 'Invalid credential');
  if (fault === 'unknown-status-word') return answer('777', 'Something new');
  const payment = book.payments.find(({ session }) => session.reference === form.get('remark'));
  if (!payment) return answer('404', 'Transaction not found');
  const { asset, minor } = payment.amount;
  const amount = fault === 'wrong-amount' ? { asset, minor: minor + 1n } : payment.amount;
  return jsonResponse({
    errorCode: '200',
    errorText: 'Success',
    transaction_id: payment.transaction,
    amount: decimals(amount),
    currency: asset.code,
    customer_name: payment.name,
    transaction_date: localTime(payment.paidAt),
  });
}

function answer(errorCode: string, errorText: string): Response {
  return jsonResponse({ errorCode, errorText });
}
