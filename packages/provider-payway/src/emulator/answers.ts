import { jsonResponse } from '@rielrails/kit/emulator';

/** Words of the documents for their codes, as far as they are known. */
const messages: Readonly<Record<string, string>> = {
  '1': 'Wrong Hash.',
  '2': 'Invalid transaction.',
  '3': 'Invalid amount.',
  '4': 'Duplicated transaction ID.',
  '5': 'Transaction not found.',
  '6': 'Requested domain is not in whitelist.',
  '12': 'Payment currency is not allowed.',
  '23': 'Payment option is not enabled.',
  '45': 'Amount must be greater than zero.',
  '46': 'KHR amount must not contain decimals.',
  '47': 'KHR amount must be at least 100.',
  '69': 'Lifetime must be at least 3 minutes.',
  '81': 'Return URL is not in whitelist.',
  '96': 'Invalid merchant data.',
  '102': 'URL is not in whitelist.',
  '403': 'Duplicated transaction ID.',
  '429': 'Too many requests.',
};

/** An error of the gateway: its code is a text on the QR API and a number elsewhere. */
export function failure(code: string | number, status: number, message?: string): Response {
  return jsonResponse({ status: { code, message: message ?? wordsOf(code) } }, status);
}

/** What PayWay says beside a code. */
export function wordsOf(code: string | number): string {
  return messages[String(code)] ?? 'Something went wrong.';
}
