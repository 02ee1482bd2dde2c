import { jsonResponse } from '@rielrails/kit/emulator';

/** An answer that says no, in the form of the document "Error codes for Binance": an HTTP status, a code, a message. */
export class Refused extends Error {
  readonly status: number;
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, message: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }

  toResponse(): Response {
    return jsonResponse({ code: this.code, msg: this.message }, this.status, this.headers);
  }
}
