import { InputError, isProviderError } from '@rielrails/core';
import type { KycCase, KycReason, Reference } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { limited } from './effects/outside.ts';
import type { Outside } from './effects/outside.ts';
import type { Language } from './order/order.ts';
import { loadPerson, peopleToRefresh, personOfKyc, saveKyc } from './store/people.ts';
import type { KycStatus, Person } from './store/people.ts';
import { encodeCanonically } from './store/codec.ts';
import { identityPlace } from './store/keyring.ts';
import type { Keyring } from './store/keyring.ts';
import type { Store } from './store/store.ts';

/** How somebody's verification stands, for a front end. */
export interface VerificationView {
  readonly status: KycStatus;
  /** The hosted page where the person does the rest; `null` when there is nothing to do. */
  readonly url: string | null;
  readonly reasons: readonly KycReason[];
}

/** The one step that must come before any money. */
export interface Verification {
  /** Opens a case, or gives its link again. */
  start(person: Reference, language: Language): Promise<VerificationView>;
  /** Reads a case back from its provider, and tells whoever waits. */
  refresh(reference: string): Promise<void>;
  /** Reads back every case that may have moved: webhooks get lost. */
  refreshAll(): Promise<void>;
}

/** What verification works with. */
export interface VerificationParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly outside: Outside;
  /** Somebody's verification moved: their open orders are to be shown again. */
  moved(person: Reference, status: KycStatus): Promise<void>;
}

const MOST_AT_ONCE = 100;
/** Looks that others overtook; what is then left, the next sweep finds. */
const MOST_LOOKS = 3;

/** How a verification goes on. */
interface Moved {
  readonly kyc: Partial<Person['kyc']> & { readonly status: KycStatus };
  readonly sealedIdentity: Person['sealedIdentity'];
  readonly subject?: string | null;
}

/** What an approval proved, sealed and marked before anything is locked. */
type Proved = Pick<Moved, 'sealedIdentity' | 'subject'>;

/** Makes the step. */
export function createVerification({ store, keyring, outside, moved }: VerificationParts): Verification {
  const { providers, runtime } = outside;

  /** Writes what `change` makes of a person as they are at this moment; two who hear the same news tell it once. */
  async function move(id: Reference, change: (person: Person) => Moved | null): Promise<void> {
    const status = await store.transaction(async (tx) => {
      const person = await loadPerson(tx, id, true);
      const next = change(person);
      if (!next) return null;
      await saveKyc(tx, id, { ...next, kyc: { ...person.kyc, ...next.kyc } });
      return next.kyc.status === person.kyc.status ? null : next.kyc.status;
    });
    if (status) await moved(id, status);
  }

  function absorb({ kyc, sealedIdentity }: Person, found: KycCase, proved: Proved): Moved | null {
    // A case that was replaced meanwhile says nothing any more.
    if (kyc.reference !== found.reference) return null;
    switch (found.status) {
      case 'pending':
        // A provider that is looking again has not taken an approval back.
        return kyc.status === 'approved' ? null : { kyc: { status: 'pending', reasons: [] }, sealedIdentity };
      case 'approved':
        return { kyc: { status: 'approved', until: found.until, reasons: [] }, ...proved };
      case 'retry':
      case 'rejected':
        return { kyc: { status: found.status, reasons: found.reasons, until: null }, sealedIdentity: null };
      case 'revoked':
        return { kyc: { status: 'revoked', reasons: [], until: null }, sealedIdentity: null };
    }
  }

  async function prove(person: Person, found: KycCase): Promise<Proved> {
    if (found.status !== 'approved') return { sealedIdentity: null, subject: null };
    const { id } = person;
    const { identity, subject } = found;
    const known = await keyring.identityOf(person);
    // Sealed twice the same looks different, and whoever is somebody else has to be screened anew.
    const isKnown = known !== null && encodeCanonically(known) === encodeCanonically(identity);
    return {
      sealedIdentity: isKnown ? person.sealedIdentity : (await keyring.ensure(id)).seal(identityPlace(id), identity),
      // Two verifiers need not mean the same by it.
      subject: subject === undefined ? null : keyring.mark(`subject of ${providers.kyc.id}`, subject),
    };
  }

  /**
   * Looks once. `false`: another look changed the person meanwhile. Nobody knows which of the two answers is the older one, and an
   * approval that was taken back must not return: this one says nothing.
   */
  async function look(reference: string): Promise<boolean> {
    const person = await personOfKyc(store.db, reference);
    if (!person?.kyc.reference) return true;
    const { handle } = person.kyc;
    const found = await providers.kyc.get(
      { reference: person.kyc.reference, ...(handle === null ? {} : { handle }) },
      limited(outside),
    );
    if (!found) return true;
    const proved = await prove(person, found);
    let isCurrent = true;
    await move(person.id, (now) => {
      isCurrent = now.kyc.status === person.kyc.status && now.kyc.until === person.kyc.until;
      return isCurrent ? absorb(now, found, proved) : null;
    });
    return isCurrent;
  }

  return {
    async start(id, language) {
      const person = await store.transaction(async (tx) => {
        const known = await loadPerson(tx, id, true);
        if (known.kyc.status === 'rejected' || known.kyc.status === 'revoked') {
          throw new InputError('verification', 'final', 'the verification has ended; please write to support');
        }
        const approved = known.kyc.status === 'approved';
        if (approved && known.kyc.until !== null && known.kyc.until > runtime.clock.now()) return known;
        // An approval that has run out stays one for its provider: a new case is opened, under a new reference.
        const fresh = approved || known.kyc.reference === null;
        const kyc = {
          ...known.kyc,
          provider: providers.kyc.id,
          reference: fresh ? newReference(runtime.random) : known.kyc.reference,
          handle: fresh ? null : known.kyc.handle,
          status: approved || known.kyc.status === 'none' ? 'starting' : known.kyc.status,
        } as const;
        await saveKyc(tx, id, { kyc, sealedIdentity: known.sealedIdentity });
        return { ...known, kyc };
      });
      const { kyc } = person;
      if (kyc.status === 'approved' || kyc.reference === null) return { status: kyc.status, url: null, reasons: [] };
      const attempt = await providers.kyc.start(
        { reference: kyc.reference, person: person.id, level: providers.kycLevel, language },
        limited(outside),
      );
      if (attempt.outcome !== 'applied') {
        throw new InputError(
          'verification',
          'unavailable',
          'verification cannot be started at the moment; nothing was lost, try again in a few minutes',
        );
      }
      const { url, handle } = attempt.value;
      const begun = (status: KycStatus) => (status === 'starting' ? 'pending' : status);
      await move(id, (now) =>
        now.kyc.reference === kyc.reference
          ? {
              kyc: { status: begun(now.kyc.status), url, handle: handle ?? kyc.handle },
              sealedIdentity: now.sealedIdentity,
            }
          : null,
      );
      return { status: begun(kyc.status), url, reasons: kyc.reasons };
    },
    async refresh(reference) {
      for (let looks = 0; looks < MOST_LOOKS; looks += 1) if (await look(reference)) return;
    },
    async refreshAll() {
      for (const { kyc } of await peopleToRefresh(store.db, MOST_AT_ONCE)) {
        if (kyc.reference === null) continue;
        await this.refresh(kyc.reference).catch((error: unknown) => {
          runtime.log.warn('kyc-unavailable', { kind: isProviderError(error) ? error.fault.kind : 'unexpected' });
        });
      }
    },
  };
}
