import { z } from 'zod';
import type {
  CompleteRequest,
  GivenLogEntry,
  LogEntry,
  LogHead,
  ReleaseAnswer,
  ReleaseRequest,
  SignAnswer,
  SignerDescription,
  SignerRefusal,
  SignRequest,
} from './protocol.ts';

/** The longest line that either side reads: a PSBT carries whole previous transactions. */
export const MAX_LINE_BYTES: number = 8 * 1024 * 1024;

const sats = z.string().regex(/^(?:0|[1-9][0-9]{0,15})$/);
const satsAsBigint = sats.transform((text) => BigInt(text));
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const reference = z.string().regex(/^[1-9][0-9]{0,18}$/);
const address = z.string().min(1).max(90);
const logHead = z.strictObject({ sequence: z.int().min(0), hash });
const common = { psbt: z.string().max(MAX_LINE_BYTES), reference, logHead: logHead.nullable() };

const refusals: readonly SignerRefusal[] = [
  'malformed',
  'frozen',
  'log-disagrees',
  'binding',
  'amount',
  'payment-output',
  'foreign-input',
  'foreign-output',
  'already-signed',
  'second-anchor',
  'nothing-signed',
  'not-a-replacement',
  'fee',
  'velocity',
  'psbt-version',
  'changed-transaction',
  'changed-inputs',
  'changed-sequence',
  'changed-outputs',
  'changed-amounts',
  'signature',
  'no-operators',
  'approval',
  'not-a-conflict',
  'already-paid',
  'proof',
];

const hex = z.string().regex(/^(?:[0-9a-f]{2})+$/);
const approval = z.strictObject({ operator: z.string().min(1).max(100), signature: z.string().max(200) });

const requestSchema = z.discriminatedUnion('operation', [
  z.strictObject({
    operation: z.literal('sign'),
    request: z.discriminatedUnion('purpose', [
      z.strictObject({
        ...common,
        purpose: z.literal('deliver'),
        address,
        amountSats: satsAsBigint,
        binding: z.string().min(1).max(200),
      }),
      z.strictObject({ ...common, purpose: z.literal('sweep'), address, amountSats: satsAsBigint }),
      z.strictObject({ ...common, purpose: z.enum(['replace', 'child']) }),
    ]),
  }),
  z.strictObject({ operation: z.literal('complete'), request: z.strictObject(common) }),
  z.strictObject({
    operation: z.literal('release-anchor'),
    request: z.strictObject({
      reference,
      spender: hex,
      proof: hex,
      headers: z.array(hex).max(1000),
      approvals: z.array(approval).max(10),
      logHead: logHead.nullable(),
    }),
  }),
  z.strictObject({ operation: z.literal('describe') }),
  z.strictObject({ operation: z.literal('entries-after'), head: logHead.nullable() }),
  z.strictObject({ operation: z.literal('find'), reference }),
]);

const network = z.enum(['bitcoin', 'testnet', 'regtest']);
const position = { sequence: z.int().min(0), atMs: z.number(), previous: hash, hash };
const agreed = {
  ...position,
  purpose: z.enum(['deliver', 'replace', 'child', 'sweep']),
  reference,
  txid: hash,
  anchor: z.string(),
  address: z.string(),
  amountSats: sats,
  feeSats: sats,
  change: z.object({ index: z.int(), sats }).nullable(),
};
const signedEntry = z.object({ ...agreed, type: z.literal('signed'), transactionHex: z.string() });
const handedOutEntry = z.object({ ...agreed, type: z.literal('handed-out'), psbt: z.string() });
const releasedEntry = z.object({
  ...position,
  type: z.literal('anchor-released'),
  reference,
  anchor: z.string(),
  spentBy: hash,
  blockHash: hash,
  depth: z.int().min(1),
  approvedBy: z.array(z.string()),
});
const initEntry = z.object({ ...position, type: z.literal('init'), network, descriptor: z.string() });

const refused = z.object({ outcome: z.literal('refused'), code: z.enum(refusals) });
const signAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('signed'), txid: hash, transactionHex: z.string(), head: logHead }),
  z.object({ outcome: z.literal('handed-out'), txid: hash, psbt: z.string(), head: logHead }),
  refused,
]);

const answerSchemas = {
  sign: signAnswer,
  complete: signAnswer,
  'release-anchor': z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('released'), head: logHead }),
    refused,
  ]),
  describe: z.object({
    network,
    descriptor: z.string(),
    bindingFingerprint: z.string(),
    head: logHead,
    frozen: z.boolean(),
  }),
  'entries-after': z
    .array(z.discriminatedUnion('type', [signedEntry, handedOutEntry, releasedEntry, initEntry]))
    .nullable(),
  find: z.array(z.discriminatedUnion('type', [signedEntry, handedOutEntry])),
};

const replySchema = z.union([
  z.strictObject({ answer: z.unknown() }),
  z.strictObject({ error: z.enum(['malformed', 'failed']) }),
]);

/** What a line to the signer says. */
export type SignerCall =
  | { readonly operation: 'sign'; readonly request: SignRequest }
  | { readonly operation: 'complete'; readonly request: CompleteRequest }
  | { readonly operation: 'release-anchor'; readonly request: ReleaseRequest }
  | { readonly operation: 'describe' }
  | { readonly operation: 'entries-after'; readonly head: LogHead | null }
  | { readonly operation: 'find'; readonly reference: string };

/** A line back: the answer, or why there is none. */
export type SignerReply = { readonly answer: unknown } | { readonly error: 'malformed' | 'failed' };

/** What the signer answers, by operation. */
export interface SignerAnswers {
  readonly sign: SignAnswer;
  readonly complete: SignAnswer;
  readonly 'release-anchor': ReleaseAnswer;
  readonly describe: SignerDescription;
  readonly 'entries-after': readonly LogEntry[] | null;
  readonly find: readonly GivenLogEntry[];
}

/**
 * Reads a call strictly: an unknown field refuses it as a whole.
 *
 * @throws an error whose text may repeat the call; tell nobody.
 */
export function readCall(value: unknown): SignerCall {
  return requestSchema.parse(value);
}

/**
 * Reads a reply.
 *
 * @throws when it has another form.
 */
export function readReply(value: unknown): SignerReply {
  return replySchema.parse(value);
}

/**
 * Reads an answer to an operation.
 *
 * @throws when it has another form.
 */
export function readAnswer<O extends keyof SignerAnswers>(operation: O, value: unknown): SignerAnswers[O] {
  return answerSchemas[operation].parse(value) as SignerAnswers[O];
}
