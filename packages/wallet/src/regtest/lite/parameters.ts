import { JsonNumber } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import { RpcError } from './rpc-error.ts';

/** The positional parameters of one call, read as strictly as the node reads them. */
export interface Parameters {
  /** @throws RpcError -1 when it is missing, -3 when it is of another type. */
  text(index: number, name: string): string;
  /** Sixty-four hexadecimal digits. @throws RpcError -8 */
  hash(index: number, name: string): string;
  whole(index: number, name: string, otherwise?: number): number;
  truth(index: number, otherwise: boolean): boolean;
  list(index: number, name: string): readonly Json[];
  raw(index: number): Json | undefined;
}

/** Reads an array of parameters. Named parameters, which the node also takes, are refused. */
export function createParameters(method: string, given: Json): Parameters {
  if (!Array.isArray(given)) throw new RpcError(-32600, 'Params must be an array');
  const values = given as readonly Json[];
  const raw = (index: number) => values[index] ?? undefined;
  const wrong = (index: number, name: string, expected: string): never => {
    const value = raw(index);
    if (value === undefined) throw new RpcError(-1, `${method}: ${name} is missing`);
    const actual = value instanceof JsonNumber ? 'number' : Array.isArray(value) ? 'array' : typeof value;
    const where = `Position ${index + 1} (${name})`;
    throw new RpcError(
      -3,
      `Wrong type passed:\n{\n    "${where}": "JSON value of type ${actual} is not of expected type ${expected}"\n}`,
    );
  };
  const text = (index: number, name: string) => {
    const value = raw(index);
    return typeof value === 'string' ? value : wrong(index, name, 'string');
  };
  return {
    raw,
    text,
    hash: (index, name) => readHash(text(index, name), name),
    whole(index, name, otherwise) {
      const value = raw(index);
      if (value === undefined && otherwise !== undefined) return otherwise;
      return value instanceof JsonNumber && /^-?\d{1,15}$/.test(value.text)
        ? Number(value.text)
        : wrong(index, name, 'number');
    },
    truth(index, otherwise) {
      const value = raw(index);
      if (value instanceof JsonNumber) return value.text !== '0';
      return typeof value === 'boolean' ? value : otherwise;
    },
    list(index, name) {
      const value = raw(index);
      return Array.isArray(value) ? (value as readonly Json[]) : wrong(index, name, 'array');
    },
  };
}

/** @throws RpcError -8 in the node's words. */
export function readHash(text: string, name: string): string {
  if (text.length !== 64) throw new RpcError(-8, `${name} must be of length 64 (not ${text.length}, for '${text}')`);
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new RpcError(-8, `${name} must be hexadecimal string (not '${text}')`);
  return text.toLowerCase();
}

/** A named field of an object parameter. */
export function field(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof JsonNumber)
    return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, Json>>)[name] : undefined;
}

/** The text of a string or number; empty for anything else. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : value instanceof JsonNumber ? value.text : '';
}
