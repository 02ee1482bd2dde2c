import { toHex } from '@rielrails/kit';
import type { Random } from '@rielrails/kit';
import { jsonResponse } from '@rielrails/kit/emulator';

/** An answer that refuses: Sumsub's error object. */
export type Refuse = (
  code: number,
  description: string,
  error?: { readonly errorCode: number; readonly errorName: string },
) => Response;

/** Makes refusals, each with a correlation id of its own. Sumsub documentation, "Error codes". */
export function createRefuse(random: Random): Refuse {
  return (code, description, error) =>
    jsonResponse({ description, code, correlationId: toHex(random.bytes(16)), ...error }, code);
}
