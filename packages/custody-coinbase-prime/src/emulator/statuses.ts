/** How far a transaction came. Ends are told apart by their words. */
export type Phase = 'waiting' | 'building' | 'sent' | 'ended';

const order: readonly Phase[] = ['waiting', 'building', 'sent', 'ended'];

/** The words of a withdrawal. OpenAPI 0.1: `TransactionStatus`. Those of deposits are left out. */
const phases: Readonly<Record<string, Phase>> = {
  TRANSACTION_CREATED: 'waiting',
  TRANSACTION_REQUESTED: 'waiting',
  TRANSACTION_APPROVED: 'building',
  TRANSACTION_PROVISIONED: 'building',
  TRANSACTION_PLANNED: 'building',
  TRANSACTION_GASSING: 'building',
  TRANSACTION_GASSED: 'building',
  TRANSACTION_CONSTRUCTED: 'building',
  OTHER_TRANSACTION_STATUS: 'building',
  TRANSACTION_BROADCASTING: 'sent',
  TRANSACTION_PROCESSING: 'sent',
  TRANSACTION_RESTORED: 'sent',
  TRANSACTION_DELAYED: 'sent',
  TRANSACTION_DONE: 'ended',
  TRANSACTION_CANCELLED: 'ended',
  TRANSACTION_REJECTED: 'ended',
  TRANSACTION_EXPIRED: 'ended',
  TRANSACTION_FAILED: 'ended',
  TRANSACTION_RETRIED: 'ended',
};

/** From where each end is reached: some before anything was broadcast, the others only afterwards. */
const ends: Readonly<Record<string, readonly Phase[]>> = {
  TRANSACTION_DONE: ['sent'],
  TRANSACTION_FAILED: ['sent'],
  TRANSACTION_RETRIED: ['sent'],
  TRANSACTION_EXPIRED: ['waiting'],
  TRANSACTION_REJECTED: ['waiting', 'building'],
  TRANSACTION_CANCELLED: ['waiting', 'building'],
};

/** How far a word means that a transaction came. */
export function phaseOf(word: string): Phase {
  const phase = phases[word];
  if (!phase) throw new RangeError('status: is no word of a withdrawal');
  return phase;
}

/** Whether a transaction may go from one word to another: never back, and never on from an end. */
export function mayFollow(from: string, to: string): boolean {
  const before = phaseOf(from);
  const allowed = ends[to];
  if (before === 'ended') return false;
  return allowed ? allowed.includes(before) : order.indexOf(phaseOf(to)) >= order.indexOf(before);
}

/** Whether this ended, or is to end, with coins that arrive. */
export function isPaying(word: string): boolean {
  return phaseOf(word) !== 'ended' || word === 'TRANSACTION_DONE';
}
