import type { Reference } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { createManualKyc, createPostgresStore, migratePostgresStore } from '@rielrails/kyc-manual';
import type { ManualKyc, ManualKycConfig } from '@rielrails/kyc-manual';
import { Pool } from 'pg';
import { form, handIn } from '../../../kyc-manual/test/hand-in.ts';
import { chatRef, createTestWorld } from './world.ts';
import type { TestWorld, TestWorldOptions } from './world.ts';

/** A world whose people are verified by the operator's own. */
export interface ReviewedWorld {
  readonly world: TestWorld;
  readonly kyc: ManualKyc;
  /** Waits until the engine knows what the desk decided. */
  heard(): Promise<void>;
  /** A buyer who was sent to the upload page: their case, and the link. */
  begun(chat: string): Promise<{ readonly reference: Reference; readonly link: string }>;
  /** Fills in the upload page of a case, and gives its answer. */
  handedIn(reference: Reference, changes?: Parameters<typeof form>[0]): Promise<Response>;
  end(): Promise<void>;
}

const DOCUMENT_KEY = 'document-key-for-tests-0123456789-abcdef';

/** Opens it: the same world, with `kyc-manual` in the same database in place of the provider. */
export async function createReviewedWorld(
  options: TestWorldOptions = {},
  changes: Partial<ManualKycConfig> = {},
): Promise<ReviewedWorld> {
  const world = await createTestWorld(options);
  const { runtime } = world;
  const pool = new Pool({ connectionString: world.url.reveal(), max: 4 });
  // A pool is over before its connections are: the one that is cut off with the database is nobody's any more.
  pool.on('error', () => {});
  await migratePostgresStore(pool);
  const told: Promise<unknown>[] = [];
  const kyc = createManualKyc(
    { publicUrl: 'https://shop.example', documentKey: DOCUMENT_KEY, shop: 'Test shop', sandbox: true, ...changes },
    {
      store: createPostgresStore(pool),
      say: (reason) => reason,
      moved({ target }) {
        const message = {
          source: 'manual',
          key: newReference(runtime.random),
          lane: target.reference,
          trust: 'hint',
          headers: {},
          body: new Uint8Array(),
          targets: [target.reference],
        } as const;
        told.push(world.orders.inbox.put([message]));
      },
    },
    runtime,
  );
  await world.restart({ providers: { ...world.providers, kyc }, forget: (person) => kyc.forget(person) });
  return {
    world,
    kyc,
    async heard() {
      await Promise.all(told.splice(0));
      await world.orders.idle();
    },
    async begun(chat) {
      const { url } = await world.orders.buyer.verify(chatRef(chat));
      const [, reference = ''] = /\/kyc\/(\d+)\?/.exec(url ?? '') ?? [];
      return { reference: reference as Reference, link: url ?? '' };
    },
    async handedIn(reference, changes) {
      const { rows } = await pool.query<Parameters<typeof handIn>[1]>(
        'select reference, person, level, language from kyc_manual.verification where reference = $1',
        [reference],
      );
      const [one] = rows;
      if (!one) throw new Error('no such case');
      return handIn(kyc, one, form(changes));
    },
    async end() {
      await pool.end();
      await world.end();
    },
  };
}
