import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { fromHex, utf8 } from '@rielrails/kit/offline';
import { addressOfScript } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { Transaction } from 'bitcoinjs-lib';
import { txidOfHash } from '../txid.ts';
import { proveInBlock } from './block-proof.ts';
import type { ReleaseRule } from './policy.ts';
import type { Approval, GivenLogEntry, ReleasedEntry, ReleaseRequest, SignerRefusal } from './protocol.ts';

/** How many people must agree. */
const APPROVALS = 2;
/** A transaction of this length could pass for an inner node of a merkle tree. */
const NODE_BYTES = 64;

/** What two people sign, each with their own key, to release an anchor: plain text, one fact a line. */
export function releaseText(release: {
  readonly network: BitcoinNetwork;
  readonly reference: string;
  /** The anchor that was spent: `txid:index`. */
  readonly anchor: string;
  /** The transaction that spent it. */
  readonly spentBy: string;
}): string {
  const { network, reference, anchor, spentBy } = release;
  return ['rielrails-release-anchor/1', network, reference, anchor, spentBy].join('\n');
}

/**
 * Judges the wish to give up an anchor: it was spent by a transaction that is none of the delivery's versions and does
 * not pay the customer, that transaction lies under enough blocks, and two different operators signed for it.
 */
export function judgeRelease(
  request: ReleaseRequest,
  given: readonly GivenLogEntry[],
  rule: ReleaseRule | undefined,
  network: BitcoinNetwork,
): ReleasedEntry | { readonly refusal: SignerRefusal } {
  if (!rule) return { refusal: 'no-operators' };
  const [original] = given.filter(({ purpose }) => purpose !== 'child');
  if (!original) return { refusal: 'nothing-signed' };
  const { anchor, address } = original;
  const { reference } = request;
  const spender = parse(request.spender);
  if (!spender) return { refusal: 'malformed' };
  const spentBy = spender.getId();
  const spendsAnchor = spender.ins.some(({ hash, index }) => `${txidOfHash(hash)}:${index}` === anchor);
  if (!spendsAnchor || given.some(({ txid }) => txid === spentBy)) return { refusal: 'not-a-conflict' };
  if (spender.outs.some(({ script }) => addressOfScript(script, network) === address))
    return { refusal: 'already-paid' };
  const blockHash = proveInBlock(spentBy, request.proof, request.headers, rule);
  if (blockHash === null) return { refusal: 'proof' };
  const approvedBy = approversOf(request.approvals, releaseText({ network, reference, anchor, spentBy }), rule);
  if (!approvedBy) return { refusal: 'approval' };
  const depth = 1 + request.headers.length;
  return { type: 'anchor-released', reference, anchor, spentBy, blockHash, depth, approvedBy };
}

/** The operators who signed this text; `null` when they are too few, or any signature is not what it says. */
function approversOf(approvals: readonly Approval[], text: string, rule: ReleaseRule): readonly string[] | null {
  const names = new Set<string>();
  for (const { operator, signature } of approvals) {
    const known = rule.operators.find(({ name }) => name === operator);
    if (!known || !/^[0-9a-f]{128}$/.test(signature)) return null;
    if (!verify(null, utf8(text), readOperatorKey(known.publicKey), fromHex(signature))) return null;
    names.add(operator);
  }
  return names.size >= APPROVALS ? [...names].sort() : null;
}

/**
 * Reads an operator's Ed25519 key: base64 of its DER form, as `openssl pkey -pubout -outform DER | base64` gives it.
 *
 * @throws RangeError when it is none.
 */
export function readOperatorKey(publicKey: string): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below, like a key of another kind.
  }
  throw new RangeError('publicKey: expected an Ed25519 key, base64 of its DER form');
}

function parse(hex: string): Transaction | null {
  try {
    const transaction = Transaction.fromHex(hex);
    return transaction.byteLength(false) === NODE_BYTES ? null : transaction;
  } catch {
    return null;
  }
}
