import { fromUtf8, JsonNumber, parseJson } from '@rielrails/kit';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import type { House } from './house.ts';
import { sign, verifies } from './signing.ts';

/** A parameter as the tables describe it. */
export interface Parameter {
  readonly signed?: true;
  readonly mandatory?: true;
  readonly maxLength: number;
  readonly form?: RegExp;
}

/** A request's parameters as texts; a JSON number counts with its digits. */
export type Received = ReadonlyMap<string, string>;

/** The parameters that every endpoint has. */
export const common = {
  appId: { signed: true, mandatory: true, maxLength: 64 },
  sign: { mandatory: true, maxLength: 256 },
  merchantOrderNo: { signed: true, mandatory: true, maxLength: 64, form: /^[0-9]+$/ },
} as const satisfies Readonly<Record<string, Parameter>>;

/**
 * Opens an endpoint: content type, body, caller, parameters, signature, in this order.
 *
 * The order, and 8000 for an unknown `appId`, are assumed.
 */
export function guarded(
  house: House,
  parameters: Readonly<Record<string, Parameter>>,
  handle: (fields: Received, request: EmulatedRequest) => Response,
): Route['handle'] {
  const signed = new Set(Object.keys(parameters).filter((name) => parameters[name]?.signed));
  return (request) => {
    if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) return house.refused(8003);
    const fields = readFields(request.body);
    if (fields === null) return house.refused(8004);
    if (!house.profile.callerListed) return house.refused(8012);
    if (fields === 'malformed' || breaksRule(fields, parameters)) return house.refused(8000);
    const { appId, secret } = house.config;
    if (fields.get('appId') !== appId) return house.refused(8000);
    if (!verifies(fields.get('sign') ?? '', sign(fields, signed, secret))) return house.refused(8007);
    return handle(fields, request);
  };
}

function breaksRule(fields: Received, parameters: Readonly<Record<string, Parameter>>): boolean {
  return Object.entries(parameters).some(([name, { mandatory, maxLength, form }]) => {
    const value = fields.get(name) ?? '';
    if (value === '') return mandatory === true;
    return value.length > maxLength || (form !== undefined && !form.test(value));
  });
}

/** `null`: no JSON object. `malformed`: a parameter that is neither text nor number. */
function readFields(body: Uint8Array): Received | 'malformed' | null {
  try {
    const json = parseJson(fromUtf8(body));
    if (typeof json !== 'object' || json === null || Array.isArray(json) || json instanceof JsonNumber) return null;
    const fields = new Map<string, string>();
    for (const [name, value] of Object.entries(json)) {
      if (value === null) continue;
      if (value instanceof JsonNumber) fields.set(name, value.text);
      else if (typeof value === 'string') fields.set(name, value);
      else return 'malformed';
    }
    return fields;
  } catch {
    return null;
  }
}
