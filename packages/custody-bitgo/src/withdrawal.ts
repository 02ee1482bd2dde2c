import { BTC, money, ProviderError } from '@rielrails/core';
import type { Money, Reference, Withdrawal } from '@rielrails/core';
import { createVocabulary } from '@rielrails/kit';
import type { Log } from '@rielrails/kit';
import { BITGO } from './config.ts';
import type { Found } from './lookups.ts';
import type { Approval, Transfer } from './objects.ts';

type Stage = Withdrawal['status'] | 'unsent';

/** "Get transfer": states of a transfer. */
const stages: Readonly<Record<string, Stage>> = {
  initialized: 'signing',
  pendingApproval: 'awaiting-approval',
  rejected: 'unsent',
  signed: 'signing',
  unconfirmed: 'broadcast',
  confirmed: 'confirmed',
  removed: 'removed',
  replaced: 'replaced',
  failed: 'failed',
};

/** "List pending approvals", "Resolve pending approval": states of a pending approval. */
const leaves: Readonly<Record<string, 'awaiting-approval' | 'signing' | 'unsent'>> = {
  pending: 'awaiting-approval',
  awaitingSignature: 'awaiting-approval',
  pendingFinalApproval: 'awaiting-approval',
  pendingCustodianApproval: 'awaiting-approval',
  pendingVideoApproval: 'awaiting-approval',
  pendingIdVerification: 'awaiting-approval',
  pendingBitGoAdminApproval: 'awaiting-approval',
  approved: 'signing',
  processing: 'signing',
  rejected: 'unsent',
};

/** Reads what BitGo tells as withdrawals. A word that no document knows is still under way, and logged once. */
export function createWithdrawalReader(log: Log): (reference: Reference, found: Found) => Withdrawal {
  const transferWords = createVocabulary<Stage>({ provider: BITGO, words: stages, otherwise: 'signing', log });
  const approvalWords = createVocabulary({ provider: BITGO, words: leaves, otherwise: 'awaiting-approval', log });

  return (reference, found) => {
    if (found.type === 'approval') {
      const common = { reference, amount: requestedOf(found.approval) };
      const leave = approvalWords.read(found.approval.state);
      return leave === 'unsent' ? { ...common, status: 'failed', fundsReturned: true } : { ...common, status: leave };
    }
    const { transfer } = found;
    const fee = feeOf(transfer);
    const common = { reference, amount: amountOf(transfer), ...(fee ? { fee } : {}) };
    const stage = transferWords.read(transfer.state);
    return { ...common, ...statusOf(stage, transfer) };
  };
}

type Status = Withdrawal extends infer W
  ? W extends Withdrawal
    ? Omit<W, 'reference' | 'amount' | 'fee'>
    : never
  : never;

function statusOf(stage: Stage, { txid, confirmations, replacedBy }: Transfer): Status {
  const transactionId = chainId(txid);
  switch (stage) {
    case 'awaiting-approval':
    case 'signing':
      return { status: stage };
    case 'unsent':
      return { status: 'failed', fundsReturned: true };
    case 'failed':
      // "Failed to be confirmed on-chain": what was signed may still be out there, so a person has to look.
      return { status: stage, fundsReturned: false };
    default:
  }
  // Without a transaction there is nothing that anybody could look up.
  if (transactionId === null) return { status: 'signing' };
  switch (stage) {
    case 'broadcast':
    case 'removed':
      return { status: stage, transactionId };
    case 'confirmed':
      // The block that holds it counts as the first.
      return { status: stage, transactionId, depth: Math.max(1, Number(confirmations ?? 1)) };
    case 'replaced': {
      const by = chainId(replacedBy.at(-1) ?? '');
      return by === null ? { status: 'removed', transactionId } : { status: stage, transactionId, replacedBy: by };
    }
  }
}

/** Whom a transfer pays, and how much: the same text for the same payment. */
export function payees({ entries }: Transfer): string {
  return entries
    .filter(isPayment)
    .map(({ address, value }) => `${address} ${value}`)
    .toSorted()
    .join();
}

/** Whether a transfer pays this address. One that tells no addresses may. */
export function mayPay({ entries }: Transfer, address: string): boolean {
  const paid = entries.filter(isPayment);
  return paid.length === 0 || paid.some((entry) => entry.address === address);
}

/** Whether a pending approval is about a payment under this reference to this address. What it does not tell may fit. */
export function mayAsk({ info }: Approval, reference: Reference, address: string): boolean {
  const { buildParams, recipients } = info?.transactionRequest ?? {};
  const told = buildParams?.sequenceId ?? '';
  const pays = !recipients?.length || recipients.some((one) => one.address === '' || one.address === address);
  return (told === '' || told === reference) && pays;
}

/** Not what is spent, not the change, not BitGo's own fee. */
function isPayment({ value, isChange, isPayGo }: Transfer['entries'][number]): boolean {
  return value > 0n && !isChange && !isPayGo;
}

/**
 * What arrives. Before a transaction is built there are no entries, and only the total is told, with its sign: without fees,
 * or with those that are told.
 */
function amountOf(transfer: Transfer): Money {
  const { entries, baseValueWithoutFeesString: net, baseValueString: gross } = transfer;
  const paid = entries.filter(isPayment).reduce((sum, { value }) => sum + value, 0n);
  if (paid > 0n) return money(BTC, paid);
  const total = net === null ? magnitude(gross ?? 0n) - (feeOf(transfer)?.minor ?? 0n) : magnitude(net);
  if (total <= 0n) throw drift('a transfer without an amount');
  return money(BTC, total);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** The network's fee and, where the contract with BitGo has one, its own: both come on top. */
function feeOf({ feeString: network, payGoFeeString: own }: Transfer): Money | null {
  return network === null ? null : money(BTC, network + (own ?? 0n));
}

function requestedOf({ info }: Approval): Money {
  const { recipients, requestedAmount } = info?.transactionRequest ?? {};
  const asked = recipients?.length ? recipients.reduce((sum, { amount }) => sum + amount, 0n) : (requestedAmount ?? 0n);
  if (asked <= 0n) throw drift('a pending approval without an amount');
  return money(BTC, asked);
}

function chainId(txid: string): string | null {
  return /^[0-9a-f]{64}$/.test(txid) ? txid : null;
}

/** An answer that is not about what was asked. */
export function drift(what: string): ProviderError {
  return new ProviderError({ kind: 'unavailable', provider: BITGO, message: `${BITGO}: answered with ${what}` });
}
