import { jsonResponse } from '@rielrails/kit/emulator';

/** A "no". `code` is one of `google/rpc/code.proto`. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The request breaks a rule. */
export function invalid(message: string): Refusal {
  return new Refusal(400, 3, message);
}

/** Not possible as things stand. */
export function notNow(message: string): Refusal {
  return new Refusal(400, 9, message);
}

/** There is no such object. */
export function noSuch(what: string): Refusal {
  return new Refusal(404, 5, `${what} not found`);
}

/**
 * How a "no" is written. `google.rpc.Status` stands in the OpenAPI description; clients (Java, Go, TypeScript) read
 * `message` alone.
 */
export function answerRefusal({ status, code, message }: Refusal, shape: 'status' | 'message'): Response {
  return jsonResponse(shape === 'status' ? { code, message, details: [] } : { message }, status);
}
