import { fromUtf8 } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { InvoiceError } from './desk.ts';
import type { InvoiceArguments } from './desk.ts';

/** Reads the arguments of a call from its query and its body, which is JSON or a form. */
export function readArguments({ url, headers, body }: EmulatedRequest): InvoiceArguments {
  const type = headers.get('content-type') ?? '';
  const values = new Map<string, unknown>(url.searchParams);
  if (type.startsWith('application/json')) {
    for (const [name, value] of Object.entries(parseObject(fromUtf8(body)))) values.set(name, value);
  } else if (type.startsWith('application/x-www-form-urlencoded')) {
    for (const [name, value] of new URLSearchParams(fromUtf8(body))) values.set(name, value);
  }
  const text = (name: string) => {
    const value = values.get(name);
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  };
  return {
    has: (name) => values.get(name) !== undefined && values.get(name) !== null,
    text,
    flag: (name) => values.get(name) === true || ['true', 'yes', '1'].includes(text(name).toLowerCase()),
    json(name, what) {
      const value = values.get(name);
      if (typeof value !== 'string' || value === '') return value === '' || value === null ? undefined : value;
      try {
        return JSON.parse(value) as unknown;
      } catch {
        throw new InvoiceError(`can't parse ${what} JSON object`);
      }
    },
  };
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The same answer as for a body that is JSON and no object.
  }
  throw new InvoiceError("can't parse request body as a JSON object");
}
