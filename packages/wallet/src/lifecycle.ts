import { isProviderError, ProviderError } from '@rielrails/core';
import type { CallContext, Withdrawal } from '@rielrails/core';
import { doubt } from '@rielrails/kit';
import type { Clock, Log } from '@rielrails/kit';
import { draftReplacement } from './bump.ts';
import type { ChainBackend } from './chain.ts';
import { draftChild } from './child.ts';
import { broadcastAs, followWithdrawal } from './follow.ts';
import type { PlanContext, Planned } from './plan.ts';
import { reconcile, withdrawalOf } from './reconcile.ts';
import { signAndStore, signChild, SIGNED_WITHIN_MS, signPlan } from './signing.ts';
import type { Signer } from './signer/protocol.ts';
import { leadingVersion, outpointText } from './store.ts';
import type { StoredWithdrawal, WalletStore } from './store.ts';

/** What a withdrawal goes through: from its plan to the depth of its block. */
export interface Lifecycle {
  /** Begins a withdrawal, or goes on where an earlier call ended. `check` compares what is stored with what is asked. */
  carryOut(
    reference: string,
    plan: () => Promise<Planned>,
    check: (stored: StoredWithdrawal) => StoredWithdrawal,
    context: CallContext,
  ): Promise<Withdrawal>;
  /** How it stands; `null` for what provably does not exist. Hands in again what the network lost, unless it may only watch. */
  lookUp(reference: string, options: Watching, context: CallContext): Promise<Withdrawal | null>;
  /** Pays more: out of the change, or else by a child. */
  raiseFee(reference: string, planning: PlanContext, context: CallContext): Promise<Withdrawal>;
}

/** How a withdrawal is looked at. */
export interface Watching {
  /** Whether nothing may be handed to the network. What no node knows is told as `signing` then. */
  readonly watchOnly: boolean;
}

/** What a lifecycle works with. */
export interface LifecyclePorts {
  readonly chain: ChainBackend;
  readonly signer: Signer;
  readonly store: WalletStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Longer than a call lives; afterwards what neither the store nor the signer's log knows was not signed. */
export const NOT_FOUND_IS_FINAL_AFTER_MS = 120_000;

/** The life of withdrawals on these ports. */
export function createLifecycle(ports: LifecyclePorts): Lifecycle {
  const { chain, signer, store, clock, log } = ports;

  /** Signs what is not signed yet, then brings it to the network. */
  async function proceed(planned: StoredWithdrawal, fresh: boolean, context: CallContext): Promise<Withdrawal> {
    if (planned.versions.length > 0) return whateverComes(() => look(planned, context));
    const signed = await signPlan(planned, { signer, store, clock }, { fresh }, context);
    return whateverComes(() => send(signed, context));
  }

  async function send(signed: StoredWithdrawal, context: CallContext): Promise<Withdrawal> {
    const latest = leadingVersion(signed);
    if (!latest) return follow(signed, context);
    const result = await chain.broadcast(latest.hex, context);
    if (result.outcome !== 'refused') return broadcastAs(signed, latest, null);
    log.warn('broadcast-refused', { reference: signed.reference, reason: result.reason, code: result.code });
    return followWithdrawal(signed, ports, { rebroadcast: false }, context);
  }

  async function follow(
    withdrawal: StoredWithdrawal,
    context: CallContext,
    { watchOnly }: Watching = { watchOnly: false },
  ): Promise<Withdrawal> {
    const options = { rebroadcast: !watchOnly };
    const told = await followWithdrawal(withdrawal, ports, options, context);
    const known = await recall(withdrawal, told, context);
    const now = known ? await followWithdrawal(known, ports, options, context) : told;
    return watchOnly && now.status === 'removed' ? neverSeen(now) : now;
  }

  /**
   * Stores a version that the chain has and the store lacks: handed out and broadcast by somebody else, or forgotten by
   * a backup. Without it our own payment would pass for one that never left, or for a stranger's.
   */
  async function recall(withdrawal: StoredWithdrawal, told: Withdrawal, context: CallContext) {
    if (told.status !== 'signing' && told.status !== 'replaced') return null;
    const { reference, inputs } = withdrawal;
    for (const entry of await signer.find(reference, context)) {
      const isVersion = entry.purpose !== 'child' && inputs[0] && outpointText(inputs[0]) === entry.anchor;
      const found = isVersion ? await chain.transaction(entry.txid, context) : null;
      if (!found) continue;
      const { txid, sequence, hash } = entry;
      const version = { txid, hex: found.hex, feeSats: BigInt(entry.feeSats) };
      if (await store.recordVersion(reference, version, { sequence, hash })) return store.find(reference);
    }
    return null;
  }

  /**
   * Follows it after taking over what was signed and is not stored, as a crash leaves it: a higher fee that nobody
   * broadcasts helps nobody. Where log and store disagree, sending says so; looking goes on with what is stored.
   */
  async function look(stored: StoredWithdrawal, context: CallContext, watching?: Watching): Promise<Withdrawal> {
    await reconcile({ signer, store }, { adopt: 'known' }, context).catch((error: unknown) => {
      log.warn('signer-log-not-read', { reason: isProviderError(error) ? error.fault.kind : 'failed' });
    });
    return follow((await store.find(stored.reference)) ?? stored, context, watching);
  }

  /**
   * A plan that is too old to be signed is given up here, so that another one is made at the fees of now; what the
   * signer knows already stays. Whoever looks gives old plans up too: none may be signed in that moment.
   */
  async function renew(stored: StoredWithdrawal, context: CallContext): Promise<StoredWithdrawal | null> {
    const { reference, txid, plannedAt } = stored;
    if (stored.versions.length > 0 || clock.now() - plannedAt < SIGNED_WITHIN_MS) return stored;
    if ((await signer.find(reference, context)).length > 0) return stored;
    await store.abandon(reference, txid);
    return store.find(reference);
  }

  /** Gives up a plan that nobody signed in time, so that its absence is a proof and its coins are free. */
  async function isGivenUp({ reference, txid, plannedAt }: StoredWithdrawal): Promise<boolean> {
    return clock.now() - plannedAt >= NOT_FOUND_IS_FINAL_AFTER_MS && store.abandon(reference, txid);
  }

  /** Replaces it; or has a child help it, where there is one already or the change does not suffice. */
  async function payMore(stored: StoredWithdrawal, planning: PlanContext, context: CallContext): Promise<void> {
    const waiting = stored.children.find(({ hex }) => hex === null);
    const isHelped = stored.children.length > 0;
    const replacement = isHelped ? null : await draftReplacement(stored, planning, context);
    if (replacement) {
      const { psbt, feeSats } = replacement;
      const ask = { purpose: 'replace', reference: stored.reference, psbt } as const;
      await signAndStore(stored, ask, feeSats, { signer, store }, context);
      return;
    }
    const child = waiting ?? (await planChild(stored, planning, context));
    await signChild(stored, child, { signer, store }, context);
  }

  async function planChild(stored: StoredWithdrawal, planning: PlanContext, context: CallContext) {
    const child = await draftChild(stored, planning, context);
    if ((await store.planChild(stored.reference, child)) === 'stored') return child;
    throw new ProviderError({
      kind: 'unavailable',
      provider: 'wallet',
      message: 'wallet bump: another withdrawal took the coins; nothing was signed',
    });
  }

  return {
    async carryOut(reference, plan, check, context) {
      const found = await store.find(reference);
      const stored = found && (await renew(check(found), context));
      if (stored) return proceed(check(stored), false, context);
      const signed = await signer.find(reference, context);
      if (signed.length > 0) {
        throw doubt('wallet', 'duplicate', 'wallet: the signer signed this reference before; reconcile before sending');
      }
      const { withdrawal, fresh } = await plan();
      return proceed(check(withdrawal), fresh, context);
    },

    async lookUp(reference, watching, context) {
      const stored = await store.find(reference);
      if (stored && stored.versions.length > 0) return look(stored, context, watching);
      const given = (await signer.find(reference, context)).filter(({ purpose }) => purpose !== 'child');
      const [first, ...more] = given;
      if (stored && !first) return (await isGivenUp(stored)) ? null : follow(stored, context, watching);
      if (!first) return null;
      if (stored?.txid === first.txid) {
        // Its answer was lost. The signature is what was planned, so it goes on from here.
        const signature = given.find((entry) => entry.type === 'signed');
        // Handed out, and its signatures are not here yet.
        if (!signature) return follow(stored, context, watching);
        const { txid, transactionHex: hex, sequence, hash } = signature;
        const version = { txid, hex, feeSats: BigInt(signature.feeSats) };
        const recorded = await store.recordVersion(reference, version, { sequence, hash });
        const signed = recorded ? await store.find(reference) : null;
        if (signed) return follow(signed, context, watching);
      }
      // A restored store forgets; the signer's log does not. What it knows is told, and left alone until reconciled.
      return followWithdrawal(withdrawalOf([first, ...more]), ports, { rebroadcast: false }, context);
    },

    async raiseFee(reference, planning, context) {
      const stored = await store.find(reference);
      if (!stored) throw fault('not-found', 'there is no withdrawal under this reference');
      const current = await follow(stored, context);
      if (current.status !== 'broadcast' && current.status !== 'removed') {
        const why = current.status === 'signing' ? '; bring its signatures home first' : '';
        throw fault('conflict', `a withdrawal that is ${current.status} cannot pay a higher fee${why}`);
      }
      await payMore((await store.find(reference)) ?? stored, planning, context);
      return whateverComes(async () => sendNewest((await store.find(reference)) ?? stored, context));
    },
  };

  /** Brings what was signed last to the network: a version, or a child with its parent. */
  function sendNewest(signed: StoredWithdrawal, context: CallContext): Promise<Withdrawal> {
    return signed.children.length > 0 ? follow(signed, context) : send(signed, context);
  }
}

/** One that nobody may hand in, and of which nobody can tell whether the network ever had it. */
function neverSeen({ reference, amount, fee }: Withdrawal): Withdrawal {
  return { reference, amount, ...(fee ? { fee } : {}), status: 'signing' };
}

/** After a signature exists and is stored, whatever goes wrong leaves a withdrawal that may still happen. */
async function whateverComes(work: () => Promise<Withdrawal>): Promise<Withdrawal> {
  try {
    return await work();
  } catch (error) {
    if (isProviderError(error) && error.fault.kind === 'unknown') throw error;
    throw doubt('wallet', 'timeout', 'wallet: signed and stored, broadcast unknown; look it up', error);
  }
}

function fault(kind: 'conflict' | 'not-found', message: string): ProviderError {
  return new ProviderError({ kind, provider: 'wallet', message: `wallet ${message}` });
}
