import { jsonResponse } from '@rielrails/kit/emulator';

/** Who says "no": the platform, Express itself, or the SDK inside Express, which has no code for it. */
type Speaker = 'platform' | 'express' | 'sdk';

/** A "no". */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly speaker: Speaker;

  constructor(status: number, code: string, message: string, speaker: Speaker = 'platform') {
    super(message);
    this.status = status;
    this.code = code;
    this.speaker = speaker;
  }
}

/** The request has not the form that Express wants: nothing was done. */
export function malformed(message: string): Refusal {
  return new Refusal(400, 'ValidationError', message, 'express');
}

/** There is no such object. */
export function noSuch(what: string): Refusal {
  return new Refusal(404, 'NotFound', `${what} not found`);
}

/** How Express tells what the platform called an error: older releases pass `name` on, newer ones write over it. */
export type ErrorDialect = 'name' | 'error-name' | 'nameless';

/** The versions that Express adds to errors of its own routes. */
const versions = { bitgoJsVersion: '0.0.0-emulated', bitgoExpressVersion: '0.0.0-emulated' };

/** A "no" of the platform, as a read through Express passes it on. */
export function platformError({ status, code, message }: Refusal, requestId: string): Response {
  return jsonResponse({ error: message, requestId, context: {}, name: code }, status);
}

/**
 * A "no" of one of Express's own routes. `express-api.yaml`, and `clientRoutes.ts` of BitGoJS: whatever goes wrong
 * while it sends is a 400.
 */
export function expressError(refusal: Refusal, requestId: string, dialect: ErrorDialect): Response {
  const { status, code, message, speaker } = refusal;
  const common = { error: message, message, ...versions };
  if (speaker === 'express') return jsonResponse({ ...common, name: code }, status);
  if (speaker === 'sdk') return jsonResponse({ ...common, name: 'Error' }, status);
  if (dialect === 'name') return jsonResponse({ ...common, name: code, requestId, context: {} }, status);
  const told = dialect === 'nameless' ? {} : { errorName: code, context: { errorName: code } };
  return jsonResponse({ ...common, ...told, name: 'ApiResponseError', reqId: requestId }, status);
}
