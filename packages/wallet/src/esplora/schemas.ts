import { JsonNumber } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import { z } from 'zod';
import type { BlockPointer } from '../chain.ts';
import { hashField, wholeField } from '../chain-fields.ts';

/** Where a transaction is. */
type Place = BlockPointer | null;

/** How much went through an address. */
export interface AddressStatistics {
  /** Outputs that nothing spends, mempool included. */
  readonly unspentCount: number;
  readonly historyCount: number;
  readonly waitingCount: number;
}

/** An unspent output as its address lists it. */
export interface ListedOutput {
  readonly txid: string;
  readonly vout: number;
  readonly block: Place;
}

/** A transaction in the history of an address: what it spends, and which of its outputs pay whom. */
export interface HistoryEntry {
  readonly txid: string;
  readonly block: Place;
  readonly spends: readonly { readonly txid: string; readonly vout: number }[];
  /** The addresses of the outputs; `null` where a script has none. */
  readonly pays: readonly (string | null)[];
}

const status = z
  .object({
    confirmed: z.boolean(),
    block_height: wholeField.nullish(),
    block_hash: hashField.nullish(),
  })
  .transform(({ confirmed, block_height: height, block_hash: hash }, context): Place => {
    if (!confirmed) return null;
    if (typeof height === 'number' && typeof hash === 'string') return { height, hash };
    context.addIssue('expected the block of a confirmed transaction');
    return z.NEVER;
  });

const statistics = z.object({ funded_txo_count: wholeField, spent_txo_count: wholeField, tx_count: wholeField });

/** What we read of each answer, by its path in Esplora's "HTTP API". The rest is ignored. */
export const answers = {
  block: z.object({ height: wholeField }),
  transaction: z.object({ status }),
  outspend: z.object({ spent: z.boolean(), txid: hashField.optional() }),
  address: z
    .object({ chain_stats: statistics, mempool_stats: statistics })
    .transform(({ chain_stats: chain, mempool_stats: waiting }): AddressStatistics => {
      const funded = chain.funded_txo_count + waiting.funded_txo_count;
      return {
        unspentCount: funded - chain.spent_txo_count - waiting.spent_txo_count,
        historyCount: chain.tx_count,
        waitingCount: waiting.tx_count,
      };
    }),
  outputs: z
    .array(z.object({ txid: hashField, vout: wholeField, status }))
    .transform((list): readonly ListedOutput[] => list.map(({ txid, vout, status: block }) => ({ txid, vout, block }))),
  history: z
    .array(
      z.object({
        txid: hashField,
        status,
        vin: z.array(z.object({ txid: hashField, vout: wholeField })),
        vout: z.array(z.object({ scriptpubkey_address: z.string().optional() })),
      }),
    )
    .transform((list): readonly HistoryEntry[] =>
      list.map(({ txid, status: block, vin, vout }) => ({
        txid,
        block,
        spends: vin,
        pays: vout.map(({ scriptpubkey_address: address }) => address ?? null),
      })),
    ),
  /** Sat per virtual byte by the number of blocks. */
  feeEstimates: z.record(
    z.string().regex(/^\d{1,4}$/),
    z.instanceof(JsonNumber).transform((number) => Number(number.text)),
  ),
  package: z.object({
    'tx-results': z.record(z.string(), z.object({ txid: hashField, error: z.string().optional() })),
  }),
} as const;

/** Reads an answer. @throws SyntaxError naming the fields that are not as documented */
export function readFields<T>(schema: z.ZodType<T>, value: Json): T {
  const reading = schema.safeParse(value);
  if (reading.success) return reading.data;
  const fields = reading.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new SyntaxError(`the answer is not the documented one (${fields})`);
}
