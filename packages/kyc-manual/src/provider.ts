import { ProviderError } from '@rielrails/core';
import type { Instant, KycEvent, KycProvider, KycReason, Reference, StartKyc } from '@rielrails/core';
import { defineKyc, doubt, fromUtf8, systemRuntime, utf8 } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { readManualConfig } from './config.ts';
import type { ManualKycConfig } from './config.ts';
import type { ReviewedIdentity } from './decision.ts';
import { createDesk } from './desk.ts';
import type { ReviewDesk } from './desk.ts';
import { createLinks } from './link.ts';
import { tellCase } from './manual-case.ts';
import type { ManualCase } from './manual-case.ts';
import { createSealing } from './sealing.ts';
import type { ManualStore } from './store.ts';
import { createUpload } from './upload.ts';

/** Verification by the operator's own people. */
export type ManualKyc = KycProvider & {
  /** Answers the upload page; `null` for any address that is not its own. Serve it under `publicUrl`. */
  handle(request: Request): Promise<Response | null>;
  /** What operators do. */
  readonly desk: ReviewDesk;
  /**
   * Erases everything that a person handed in, and ends their cases: for an engine that erases the person. That there were cases, and
   * who looked, stays. Safe to repeat.
   */
  forget(person: string): Promise<void>;
};

/** What it works with. */
export interface ManualKycPorts {
  readonly store: ManualStore;
  /** A sentence for a reason, as the person reads it. */
  readonly say: (reason: KycReason, language: 'en' | 'km') => string;
  /** Told of every case that moved, so that an engine reads it at once. Default: nobody; engines also look by themselves. */
  readonly moved?: (event: KycEvent) => void;
}

const ID = 'manual';

/**
 * Makes a {@link KycProvider} of an upload page and a desk: no vendor, and no document in any chat.
 *
 * A case is found by our reference. To start again under the same reference gives another link to the same case. There is
 * nothing outside to call, so nothing is ever in doubt.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createManualKyc(
  config: ManualKycConfig,
  { store, say, moved }: ManualKycPorts,
  runtime: Runtime = systemRuntime(),
): ManualKyc {
  const settings = readManualConfig(config);
  const { documentKey, linkValidForMs, approvalValidForMs, twoPeople, shop, sandbox, leastAge } = settings;
  const links = createLinks(settings.publicUrl, documentKey);
  const sealing = createSealing(documentKey, runtime.random);
  const now = () => runtime.clock.now();

  const tell = (one: ManualCase) => {
    const sealed = one.state === 'approved' ? one.identity : null;
    const read = sealed && (JSON.parse(fromUtf8(sealing.open(one.reference, 'identity', sealed))) as ReviewedIdentity);
    return tellCase(one, read, now());
  };

  const provider = defineKyc<never>(
    {
      id: ID,
      manifest: {
        start: { repeat: 'replays' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 0 },
      },
      async start(input) {
        const kept = await store.open(freshCase(input, now()));
        if (kept.person !== input.person || kept.level !== input.level)
          throw doubt(ID, 'duplicate', 'manual: this reference was used before, for another person or level');
        const linkExpiresAt = (now() + linkValidForMs) as Instant;
        return { case: tell(kept), url: links.linkTo(kept.reference, linkExpiresAt), linkExpiresAt };
      },
      async get({ reference }) {
        const found = await store.find(reference);
        return found && tell(found);
      },
    },
    runtime,
  );

  return {
    ...provider,
    async forget(person) {
      for (const reference of await store.forget(person))
        await store.noteAccess(reference, { at: now(), by: 'erasure', what: 'erased' });
    },
    desk: createDesk({
      store,
      sealing,
      approvalValidForMs,
      twoPeople,
      runtime,
      moved: (reference) => moved?.({ type: 'changed', target: { reference } }),
    }),
    handle: createUpload({
      links,
      shop,
      sandbox,
      leastAge,
      runtime,
      say,
      find: (reference: Reference) => store.find(reference),
      async take(one, { statement, pictures }) {
        const next: ManualCase = {
          ...one,
          version: one.version + 1,
          state: 'submitted',
          submittedAt: now(),
          reasons: [],
          proposal: null,
          statement: sealing.seal(one.reference, 'statement', utf8(JSON.stringify(statement))),
        };
        const documents = pictures.map(({ name, type, bytes }) => ({
          name,
          type,
          sealed: sealing.seal(one.reference, name, bytes),
        }));
        return store.save(next, documents);
      },
    }),
  };
}

function freshCase({ reference, person, level, language }: StartKyc, now: Instant): ManualCase {
  if (!/^[\w.:-]{1,100}$/.test(person)) throw invalid('person', 'expected 1 to 100 letters, digits or . : - _');
  if (!/^[^\p{Cc}]{1,100}$/u.test(level)) throw invalid('level', 'expected 1 to 100 printable characters');
  if (!/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/.test(language)) throw invalid('language', 'expected a BCP 47 tag');
  return {
    reference,
    person,
    level,
    language,
    version: 1,
    state: 'open',
    openedAt: now,
    submittedAt: null,
    decidedAt: null,
    decidedBy: null,
    reasons: [],
    until: null,
    statement: null,
    identity: null,
    proposal: null,
  };
}

function invalid(field: string, rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: ID, message: `${ID} ${field}: ${rule}` });
}
