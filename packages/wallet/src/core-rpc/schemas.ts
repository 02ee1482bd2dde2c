import { BTC } from '@rielrails/core';
import { JsonNumber, parseAmount, unavailable } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import { z } from 'zod';
import { hashField, hexField, wholeField } from '../chain-fields.ts';
import { PROVIDER, resultOf } from './rpc.ts';
import type { RpcAnswer } from './rpc.ts';

/** Bitcoins with at most eight places, as satoshi. */
const sats = z.instanceof(JsonNumber).transform((value, context) => {
  try {
    return parseAmount(value.text, BTC).minor;
  } catch {
    context.addIssue('expected bitcoins');
    return z.NEVER;
  }
});

/** What we read of each answer, by the method's page in "Bitcoin Core RPC documentation". The rest is ignored. */
export interface Answers {
  readonly getnetworkinfo: { readonly version: number };
  readonly getblockchaininfo: {
    readonly blocks: number;
    readonly bestblockhash: string;
    readonly initialblockdownload: boolean;
    readonly pruned: boolean;
  };
  readonly getindexinfo: { readonly txindex?: { readonly synced: boolean } | undefined };
  readonly getblockhash: string;
  readonly getblockheader: { readonly height: number; readonly previousblockhash?: string | undefined };
  readonly getrawtransaction: {
    readonly hex: string;
    readonly blockhash?: string | undefined;
    /** Below one outside the best chain. */
    readonly confirmations?: number | undefined;
    readonly vin: readonly { readonly txid?: string | undefined; readonly vout?: number | undefined }[];
  };
  readonly gettxout: { readonly confirmations: number } | null;
  readonly gettxspendingprevout: readonly { readonly spendingtxid?: string | undefined }[];
  /** `feerate` in satoshi per 1,000 virtual bytes. */
  readonly estimatesmartfee: { readonly feerate?: bigint | undefined };
  /** In satoshi per 1,000 virtual bytes. */
  readonly getmempoolinfo: { readonly mempoolminfee: bigint; readonly minrelaytxfee: bigint };
  readonly getdescriptorinfo: { readonly descriptor: string };
  readonly importdescriptors: readonly { readonly success: boolean }[];
  readonly listdescriptors: { readonly descriptors: readonly { readonly desc: string }[] };
  readonly getwalletinfo: { readonly scanning: false | object; readonly private_keys_enabled: boolean };
  readonly listunspent: readonly {
    readonly txid: string;
    readonly vout: number;
    readonly address: string;
    readonly amount: bigint;
  }[];
  readonly gettransaction: {
    readonly hex: string;
    readonly blockhash?: string | undefined;
    readonly blockheight?: number | undefined;
  };
  /** By the id with witnesses. */
  readonly submitpackage: {
    readonly 'tx-results': Readonly<Record<string, { readonly txid: string; readonly error?: string | undefined }>>;
  };
  readonly listsinceblock: { readonly transactions: readonly { readonly txid: string }[] };
}

/** A method that we read the answer of. */
export type ReadMethod = keyof Answers;

const schemas: { readonly [M in ReadMethod]: z.ZodType<Answers[M]> } = {
  getnetworkinfo: z.object({ version: wholeField }),
  getblockchaininfo: z.object({
    blocks: wholeField,
    bestblockhash: hashField,
    initialblockdownload: z.boolean(),
    pruned: z.boolean(),
  }),
  getindexinfo: z.object({ txindex: z.object({ synced: z.boolean() }).optional() }),
  getblockhash: hashField,
  getblockheader: z.object({ height: wholeField, previousblockhash: hashField.optional() }),
  getrawtransaction: z.object({
    hex: hexField,
    blockhash: hashField.optional(),
    confirmations: wholeField.optional(),
    vin: z.array(z.object({ txid: hashField.optional(), vout: wholeField.optional() })),
  }),
  gettxout: z.object({ confirmations: wholeField }).nullable(),
  gettxspendingprevout: z.array(z.object({ spendingtxid: hashField.optional() })).length(1),
  estimatesmartfee: z.object({ feerate: sats.optional() }),
  getmempoolinfo: z.object({ mempoolminfee: sats, minrelaytxfee: sats }),
  getdescriptorinfo: z.object({ descriptor: z.string() }),
  importdescriptors: z.array(z.object({ success: z.boolean() })),
  listdescriptors: z.object({ descriptors: z.array(z.object({ desc: z.string() })) }),
  getwalletinfo: z.object({ scanning: z.union([z.literal(false), z.object({})]), private_keys_enabled: z.boolean() }),
  listunspent: z.array(z.object({ txid: hashField, vout: wholeField, address: z.string(), amount: sats })),
  gettransaction: z.object({ hex: hexField, blockhash: hashField.optional(), blockheight: wholeField.optional() }),
  submitpackage: z.object({
    'tx-results': z.record(z.string(), z.object({ txid: hashField, error: z.string().optional() })),
  }),
  listsinceblock: z.object({ transactions: z.array(z.object({ txid: hashField })) }),
};

/** Reads an answer. @throws ProviderError `unavailable` when the node refused, or its answer is not the documented one. */
export function readResult<M extends ReadMethod>(method: M, answer: RpcAnswer): Answers[M] {
  return readValue(method, resultOf(method, answer));
}

function readValue<M extends ReadMethod>(method: M, value: Json): Answers[M] {
  const reading = schemas[method].safeParse(value);
  if (reading.success) return reading.data;
  const where = reading.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw unavailable(
    PROVIDER,
    `${PROVIDER} ${method}: the answer is not the documented one${where ? ` (${where})` : ''}`,
  );
}
