import { doubt } from '@rielrails/kit';
import { Transaction } from 'bitcoinjs-lib';
import type { BroadcastResult, ChainTransaction } from './chain.ts';

type Reading = BroadcastResult | { readonly outcome: 'unexplained' };

/** The reject reasons of Bitcoin Core (`validation.cpp`, `consensus/tx_check.cpp`, `policy/`), by their beginning. */
const REASONS: readonly (readonly [string, BroadcastResult])[] = [
  ['txn-already-in-mempool', { outcome: 'already-known' }],
  ['txn-already-known', { outcome: 'already-known' }],
  ['txn-same-nonwitness-data-in-mempool', { outcome: 'already-known' }],
  ['txn-mempool-conflict', refused('conflict')],
  ['bad-txns-spends-conflicting-tx', refused('conflict')],
  ['bad-txns-inputs-missingorspent', refused('missing-inputs')],
  ['missing-inputs', refused('missing-inputs')],
  ['min relay fee not met', refused('fee-too-low')],
  ['mempool min fee not met', refused('fee-too-low')],
  ['insufficient fee', refused('fee-too-low')],
  ['bad-txns-premature-spend-of-coinbase', refused('policy')],
  ['bad-txns-nonstandard-inputs', refused('policy')],
  ['bad-', refused('invalid')],
  ['mandatory-script-verify-flag-failed', refused('invalid')],
  ['mempool-script-verify-flag-failed', refused('invalid')],
  ['block-script-verify-flag-failed', refused('invalid')],
  ['coinbase', refused('invalid')],
];

/** What was handed in, and how to look it up. */
export interface Refused {
  readonly provider: string;
  readonly hex: string;
  find(txid: string): Promise<ChainTransaction | null>;
}

/** An error of a node's RPC. */
export interface RpcRefusal {
  readonly code: number;
  readonly message: string;
}

/**
 * What a node's error says about a broadcast.
 *
 * A confirmed transaction whose outputs are spent again is told as one without inputs: its own id tells them apart.
 *
 * @throws ProviderError `unknown` for an error that no document explains.
 */
export async function judgeRefusal(
  { code, message }: RpcRefusal,
  { provider, hex, find }: Refused,
): Promise<BroadcastResult> {
  const reading = readRefusal(code, message);
  if (reading.outcome === 'unexplained')
    throw doubt(provider, 'unreadable', `${provider} broadcast: unexplained refusal (${code}); look it up`);
  const isUnclear = reading.outcome === 'refused' && reading.reason === 'missing-inputs';
  return isUnclear && (await find(Transaction.fromHex(hex).getId())) ? { outcome: 'already-known' } : reading;
}

/**
 * What `sendrawtransaction` meant with an error, by the codes of `rpc/protocol.h`: -27 already in a block, -26 refused
 * by the rules, -25 refused otherwise, -22 unreadable.
 */
export function readRefusal(code: number, message: string): Reading {
  if (code === -27) return { outcome: 'already-known' };
  if (code === -22) return { outcome: 'refused', reason: 'invalid', code: '-22' };
  if (code !== -25 && code !== -26) return { outcome: 'unexplained' };
  const result = REASONS.find(([beginning]) => message.startsWith(beginning))?.[1] ?? refused('policy');
  // Of the node's words only the name of the rule is kept: what follows may hold amounts and transaction ids.
  const [name = ''] = message.split(/[,(;]/);
  return result.outcome === 'refused' ? { ...result, code: name.trim().slice(0, 80) } : result;
}

function refused(reason: Extract<BroadcastResult, { outcome: 'refused' }>['reason']): BroadcastResult {
  return { outcome: 'refused', reason, code: '' };
}
