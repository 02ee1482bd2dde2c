import { fromUtf8 } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { badRequest } from './errors.ts';

/** A file that came with a call. */
export interface UploadedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The arguments of a call, wherever they were written: query, form, JSON or multipart. */
export interface Arguments {
  has(name: string): boolean;
  /** A text; a JSON number counts as its digits. Empty when absent. */
  text(name: string): string;
  /** A whole number; `otherwise` when absent, and 0 when it is none, as the server reads it. */
  integer(name: string, otherwise?: number): number;
  flag(name: string): boolean;
  /** An object or array, as JSON or as JSON text. `undefined` when absent. */
  json(name: string, what: string): unknown;
  /** A part of a multipart body. */
  file(name: string): UploadedFile | undefined;
}

/** Reads the arguments of a call. Unknown ones are tolerated, as Telegram does. */
export async function readArguments(request: EmulatedRequest): Promise<Arguments> {
  const values = new Map<string, unknown>(request.url.searchParams);
  const files = new Map<string, UploadedFile>();
  const type = request.headers.get('content-type') ?? '';
  if (request.body.length > 0) {
    if (type.startsWith('application/json')) {
      for (const [name, value] of Object.entries(parseObject(request.body))) values.set(name, value);
    } else if (type.startsWith('multipart/form-data')) {
      for (const [name, value] of await parseForm(request.body, type)) {
        if (typeof value === 'string') values.set(name, value);
        else files.set(name, await uploaded(value));
      }
    } else if (type.startsWith('application/x-www-form-urlencoded')) {
      for (const [name, value] of new URLSearchParams(fromUtf8(request.body))) values.set(name, value);
    }
  }
  return argumentsOf(values, files);
}

function argumentsOf(values: ReadonlyMap<string, unknown>, files: ReadonlyMap<string, UploadedFile>): Arguments {
  const text = (name: string) => {
    const value = values.get(name);
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  };
  return {
    has: (name) => values.get(name) !== undefined && values.get(name) !== null,
    text,
    integer(name, otherwise = 0) {
      if (text(name) === '') return otherwise;
      return /^-?\d{1,15}$/.test(text(name)) ? Number(text(name)) : 0;
    },
    flag: (name) => values.get(name) === true || ['true', 'yes', '1'].includes(text(name).toLowerCase()),
    json(name, what) {
      const value = values.get(name);
      if (value === undefined || value === null || value === '') return undefined;
      if (typeof value !== 'string') return value;
      try {
        return JSON.parse(value) as unknown;
      } catch {
        throw badRequest(`can't parse ${what} JSON object`);
      }
    },
    file: (name) => files.get(name),
  };
}

function parseObject(body: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(fromUtf8(body));
    if (isRecord(value)) return value;
  } catch {
    // The same answer as for a body that is JSON and no object.
  }
  throw badRequest("can't parse request body as a JSON object");
}

async function parseForm(body: Uint8Array<ArrayBuffer>, type: string): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'content-type': type } }).formData();
  } catch {
    throw badRequest("can't parse multipart form");
  }
}

async function uploaded(file: File): Promise<UploadedFile> {
  return { name: file.name, type: file.type, bytes: new Uint8Array(await file.arrayBuffer()) };
}

/** Whether a value is an object with fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
