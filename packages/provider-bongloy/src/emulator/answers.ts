import { jsonResponse } from '@rielrails/kit/emulator';

/** A "no", before it is put into one of the two shapes. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string | undefined;
  readonly param: string | undefined;

  constructor(
    status: number,
    message: string,
    told: { readonly type?: string; readonly code?: string; readonly param?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.type = told.type ?? 'invalid_request_error';
    this.code = told.code;
    this.param = told.param;
  }
}

/** A field that breaks a rule. */
export function badField(param: string, message: string, code?: string): Refusal {
  return new Refusal(400, message, { param, ...(code === undefined ? {} : { code }) });
}

/** An object that is not there. */
export function noSuch(what: string, param = 'id'): Refusal {
  return new Refusal(404, `No such ${what}`, { code: 'resource_missing', param });
}

/** How a "no" is written. Sources: `BSH` and bongloy-dotnet for `current`, the recordings of 2014–15 for `legacy`. */
export function answerRefusal({ status, type, message, code, param }: Refusal, shape: 'current' | 'legacy'): Response {
  const challenge = { 'www-authenticate': 'Bearer realm="Doorkeeper", error="invalid_token"' };
  const headers: Readonly<Record<string, string>> = status === 401 ? challenge : {};
  if (shape === 'current') {
    const error = { type, message, ...(code === undefined ? {} : { code }), ...(param === undefined ? {} : { param }) };
    return jsonResponse({ error }, status, headers);
  }
  if (status === 401) return new Response(null, { status, headers });
  if (status === 404) return jsonResponse({ errors: 'not found' }, 404);
  return jsonResponse({ errors: { [param ?? 'base']: [message] } }, status === 400 ? 422 : status, headers);
}

/** The answer to a creation: 201 and where the object is, unlike Stripe. */
export function created(path: string, body: { readonly id: string }): Response {
  return jsonResponse(body, 201, { location: `https://api.bongloy.com/v1/${path}/${body.id}` });
}
