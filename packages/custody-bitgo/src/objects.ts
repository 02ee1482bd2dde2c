import { digitsField } from '@rielrails/kit';
import { z } from 'zod';

/** A text that may be missing. */
const told = z
  .string()
  .max(1000)
  .nullish()
  .transform((text) => text ?? '');
const satoshis = digitsField.pipe(z.string().regex(/^-?\d{1,16}$/)).transform(BigInt);
/** A fee that is not known yet is left out, or `null`. */
const maybeSatoshis = satoshis.nullish().transform((value) => value ?? null);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const texts = z
  .array(z.string().max(200))
  .max(1000)
  .nullish()
  .transform((list) => list ?? []);

/** What a transfer changed at one address: below zero where coins were spent. */
const entrySchema = z
  .object({ address: told, valueString: maybeSatoshis, value: maybeSatoshis, isChange: flag, isPayGo: flag })
  .transform(({ valueString, value, ...rest }) => ({ ...rest, value: valueString ?? value ?? 0n }));

/** "Get transfer by sequence ID". */
const transferSchema = z.object({
  txid: told,
  state: z.string().max(100),
  sequenceId: told,
  confirmations: digitsField.pipe(z.string().regex(/^\d{1,9}$/)).nullish(),
  feeString: maybeSatoshis,
  payGoFeeString: maybeSatoshis,
  baseValueWithoutFeesString: maybeSatoshis,
  baseValueString: maybeSatoshis,
  entries: z
    .array(entrySchema)
    .max(10_000)
    .nullish()
    .transform((list) => list ?? []),
  replaces: texts,
  replacedBy: texts,
});

const recipientSchema = z.object({ address: told, amount: satoshis });

/**
 * "Get pending approval". `buildParams` is what the withdrawal was asked for with. A wallet's list holds other requests
 * too, about policies or users, and none of them may keep us from reading the rest.
 */
const approvalSchema = z.object({
  id: z.string().max(100),
  state: z.string().max(100),
  info: z
    .object({
      transactionRequest: z.object({
        buildParams: z.object({ sequenceId: told }).nullish(),
        recipients: z.array(recipientSchema).max(1000).nullish(),
        requestedAmount: maybeSatoshis,
      }),
    })
    .nullable()
    .catch(null),
});

/** A transfer as it was read. */
export type Transfer = z.infer<typeof transferSchema>;
/** A pending approval as it was read, resolved or not. */
export type Approval = z.infer<typeof approvalSchema>;
/** The answer to a withdrawal as it was read. */
export type Sent = z.infer<typeof objects.sent>;

const nextBatchPrevId = told;

/** What is read of BitGo's answers, by what they are about. */
export const objects = {
  transfer: transferSchema,
  transfers: z
    .object({ transfers: z.array(transferSchema).max(1000), nextBatchPrevId })
    .transform(({ transfers: rows, nextBatchPrevId: next }) => ({ rows, next })),
  approvals: z
    .object({ pendingApprovals: z.array(approvalSchema).max(1000), nextBatchPrevId })
    .transform(({ pendingApprovals: rows, nextBatchPrevId: next }) => ({ rows, next })),
  /** Express, "Send to many": what was sent; what waits, named or shown; or the pending approval alone. */
  sent: z.union([
    z
      .object({
        status: told,
        txid: told,
        transfer: transferSchema.nullish(),
        pendingApproval: z.union([approvalSchema, z.string().max(100)]).nullish(),
      })
      .refine(({ status, txid, transfer, pendingApproval }) => transfer ?? pendingApproval ?? (status || txid)),
    approvalSchema.transform((pendingApproval) => ({ status: '', txid: '', transfer: null, pendingApproval })),
  ]),
  wallet: z.object({ balanceString: satoshis, spendableBalanceString: satoshis }),
  fee: z.object({ feePerKb: satoshis }),
  address: z.object({ address: z.string().max(200) }),
};
