import { can } from '@rielrails/core';
import type { AnyKycProvider, KycCase, KycProvider, Reference, StartKyc, Target } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import type { FaultName, KycEmulator } from '@rielrails/kit/emulator';
import type { VirtualClock } from '@rielrails/kit/virtual';
import { mustApply, mustExist } from '../expect.ts';
import { openLab, withVirtualClock } from '../lab.ts';
import type { Lab } from '../lab.ts';
import type { KycSubject } from '../subject.ts';
import type { Excluded } from '../suite.ts';

/** What decides which KYC clauses are asked. */
export interface KycFacts {
  readonly manifest: KycProvider['manifest'];
  readonly hasWebhooks: boolean;
  readonly secrets: readonly string[];
  /** The emulator's route that opens a case. */
  readonly startRoute: string | null;
  /** Whether a lookup asks anybody. */
  readonly getSends: boolean;
  /** Whether a lookup tells a status in the provider's words. */
  readonly tellsStatus: boolean;
}

/** Somebody who is verified. */
export const person = { name: 'Sok Dara', born: '1990-04-17', country: 'KH' } as const;

/** A KYC provider on a fresh emulator. */
export interface KycWorld {
  readonly subject: KycSubject;
  readonly facts: KycFacts;
  readonly lab: Lab;
  readonly clock: VirtualClock;
  readonly emulator: KycEmulator;
  readonly provider: AnyKycProvider;
  another(): Promise<KycWorld>;
  reference(): Reference;
  request(change?: Partial<StartKyc>): StartKyc;
  /** A case that was opened. */
  started(): Promise<Target>;
  /** A case that was approved, and how it is told. */
  approved(): Promise<{ readonly target: Target; readonly found: KycCase }>;
  look(target: Target): Promise<KycCase>;
  breakStart(fault: FaultName): void;
}

/** Runs work in a fresh KYC world. */
export function enterKycWorld<T>(
  subject: KycSubject,
  facts: KycFacts | null,
  work: (world: KycWorld) => Promise<T>,
): Promise<T> {
  return withVirtualClock(async (clock) => work(await openKycWorld(subject, facts, clock)));
}

async function openKycWorld(subject: KycSubject, known: KycFacts | null, clock: VirtualClock): Promise<KycWorld> {
  const lab = openLab(clock);
  const emulator = await subject.emulator(lab.surroundings);
  lab.connect(emulator, () => emulator.applied.cases.length);
  const provider = await subject.create(emulator.config, lab.runtime);
  const world: KycWorld = {
    subject,
    get facts() {
      return mustExist(known, 'facts');
    },
    lab,
    clock,
    emulator,
    provider,
    another: () => openKycWorld(subject, known, clock),
    reference: () => newReference(lab.runtime.random),
    request(change = {}) {
      const reference = world.reference();
      return {
        reference,
        person: `person-${reference}`,
        level: 'basic',
        language: 'km',
        ...subject.request,
        ...change,
      };
    },
    async started() {
      const { reference } = world.request();
      const { handle } = mustApply(await provider.start(world.request({ reference })));
      return handle === undefined ? { reference } : { reference, handle };
    },
    async approved() {
      const target = await world.started();
      await emulator.desk.approve(target.reference, person);
      return { target, found: await world.look(target) };
    },
    look: async (target) => mustExist(await provider.get(target), 'the case'),
    breakStart(fault) {
      emulator.faults.add(fault, { route: mustExist(world.facts.startRoute, 'the route of start') });
    },
  };
  return world;
}

/** Plays the provider through once, to see what can be asked of it. */
export async function scoutKyc(subject: KycSubject): Promise<KycFacts> {
  const play = <T>(work: (world: KycWorld) => Promise<T>) => enterKycWorld(subject, null, work);
  const getAnswers = (fault: FaultName | null) =>
    play(async ({ provider, started, emulator, lab }) => {
      const target = await started();
      if (fault) emulator.faults.add(fault, { times: 10 });
      const before = lab.answers.length;
      await provider.get(target).catch(() => null);
      return lab.answers.slice(before).join('\n');
    });
  return {
    manifest: await play(async ({ provider }) => provider.manifest),
    hasWebhooks: await play(async ({ provider }) => can(provider, 'parseWebhook')),
    secrets: subject.secrets,
    startRoute: await play(async ({ provider, request, lab }) => {
      await provider.start(request());
      return lab.changedBy.at(-1) ?? null;
    }),
    getSends: (await getAnswers(null)) !== '',
    tellsStatus: (await getAnswers(null)) !== (await getAnswers('unknown-status-word')),
  };
}

/** Asks where opening a case leaves the machine. */
export function sendsStarts({ startRoute }: KycFacts): true | Excluded {
  return startRoute !== null || { excludedBy: 'emulator.routes.start' };
}

/** Asks where a lost case is found by our reference. */
export function findsByReference({ manifest }: KycFacts): true | Excluded {
  return manifest.get.by === 'reference' || { excludedBy: 'get.by' };
}

/** Asks where the emulated provider was seen to do something. */
export function seen(what: 'getSends' | 'tellsStatus'): (facts: KycFacts) => true | Excluded {
  return (facts) => facts[what] || { excludedBy: `emulator.${what}` };
}
