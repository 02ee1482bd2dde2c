import { jsonResponse } from '@rielrails/kit/emulator';

/** A success in the envelope of the "Bakong Open API" document. */
export function success(responseMessage: string, data: unknown): Response {
  return jsonResponse({ responseCode: 0, responseMessage, errorCode: null, data });
}

const words: Readonly<Record<number, string>> = {
  1: 'Transaction could not be found. Please check and try again.',
  2: 'Static QR code is not supported.',
  3: 'Transaction failed.',
  4: 'Deep link provider could not be reached.',
  5: 'Missing required fields',
  6: 'Unauthorized, not yet requested for token or code invalid',
  10: 'Not registered yet',
  11: 'Account ID not found',
  12: 'Account ID is invalid',
  17: 'Daily request limit exceeded.',
};

/** A "no" in the envelope. HTTP 200 was measured for code 1; for others it is assumed. */
export function failure(errorCode: number, status = 200): Response {
  const responseMessage = words[errorCode] ?? 'Error';
  return jsonResponse({ responseCode: 1, responseMessage, errorCode, data: null }, status);
}

/** What stands in front of the API answers some callers itself, with a page. */
export function forbiddenPage(): Response {
  const page =
    '<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>';
  return new Response(`${page}\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>`, {
    status: 403,
    headers: { 'content-type': 'text/html' },
  });
}
