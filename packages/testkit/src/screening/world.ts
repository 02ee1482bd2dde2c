import { checkAddress } from '@rielrails/core';
import type { AnyScreening, CheckedAddress, Identity, ScreeningOperations, Verdict } from '@rielrails/core';
import type { FaultName, ScreeningEmulator } from '@rielrails/kit/emulator';
import type { VirtualClock } from '@rielrails/kit/virtual';
import { mustExist } from '../expect.ts';
import { openLab, withVirtualClock } from '../lab.ts';
import type { Lab } from '../lab.ts';
import type { ScreeningSubject } from '../subject.ts';
import type { Excluded } from '../suite.ts';

/** Somebody on the list, and somebody who is not and resembles nobody there. */
export const listed: Identity = { name: 'Viktor Anatolyevich Korolenko' };
/** Somebody who is not on the list. */
export const unlisted: Identity = { name: 'Chanthy Sophea Rattanak', born: '1990-04-17', countries: ['KH'] };

/** Published example addresses of bitcoin. */
const addressTexts = {
  listed: '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2',
  unlisted: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
} as const;

/** What decides which screening clauses are asked. */
export interface ScreeningFacts {
  readonly operations: readonly (keyof ScreeningOperations)[];
  readonly secrets: readonly string[];
  /** Whether a fresh service asks somebody before it answers. */
  readonly sends: boolean;
  /** Whether it judges by a word of the service's. */
  readonly tellsStatus: boolean;
  /** Whether its data can be too old, or not ready: a service that is asked each time has none of its own. */
  readonly ages: boolean;
}

/** A screening service on a fresh emulator, whose list is known. */
export interface ScreeningWorld {
  readonly subject: ScreeningSubject;
  readonly facts: ScreeningFacts;
  readonly lab: Lab;
  readonly clock: VirtualClock;
  readonly emulator: ScreeningEmulator;
  readonly service: AnyScreening;
  readonly listedAddress: CheckedAddress;
  readonly unlistedAddress: CheckedAddress;
  another(): Promise<ScreeningWorld>;
  /** Every screening that the service offers of subjects that are not listed. */
  screenings(signal?: AbortSignal): readonly (() => Promise<Verdict>)[];
}

/** Runs work in a fresh screening world. */
export function enterScreeningWorld<T>(
  subject: ScreeningSubject,
  facts: ScreeningFacts | null,
  work: (world: ScreeningWorld) => Promise<T>,
): Promise<T> {
  return withVirtualClock(async (clock) => work(await openScreeningWorld(subject, facts, clock)));
}

async function openScreeningWorld(
  subject: ScreeningSubject,
  known: ScreeningFacts | null,
  clock: VirtualClock,
): Promise<ScreeningWorld> {
  const lab = openLab(clock);
  const emulator = await subject.emulator(lab.surroundings);
  emulator.list.addName(listed.name);
  emulator.list.addAddress(addressTexts.listed);
  lab.connect(emulator, () => 0);
  const service = await subject.create(emulator.config, lab.runtime);
  const checked = (text: string) => checkedAddress(text, subject.network ?? 'bitcoin');
  return {
    subject,
    get facts() {
      return mustExist(known, 'facts');
    },
    lab,
    clock,
    emulator,
    service,
    listedAddress: checked(addressTexts.listed),
    unlistedAddress: checked(addressTexts.unlisted),
    another: () => openScreeningWorld(subject, known, clock),
    screenings(signal) {
      const { screenName, screenAddress } = service;
      const context = signal ? { signal } : {};
      return [
        ...(screenName ? [() => screenName(unlisted, context)] : []),
        ...(screenAddress ? [() => screenAddress(checked(addressTexts.unlisted), context)] : []),
      ];
    },
  };
}

/** Plays the service through once, to see what can be asked of it. */
export async function scoutScreening(subject: ScreeningSubject): Promise<ScreeningFacts> {
  const play = <T>(work: (world: ScreeningWorld) => Promise<T>) => enterScreeningWorld(subject, null, work);
  const answers = (fault: FaultName | null, prepare: (emulator: ScreeningEmulator) => void = () => {}) =>
    play(async ({ screenings, emulator, lab }) => {
      if (fault) emulator.faults.add(fault, { times: 100 });
      prepare(emulator);
      for (const screen of screenings()) await screen().catch(() => null);
      return lab.answers.join('\n');
    });
  const names = ['screenName', 'screenAddress'] as const;
  return {
    operations: await play(async ({ service }) => names.filter((name) => service[name] !== undefined)),
    secrets: subject.secrets,
    sends: (await answers(null)) !== '',
    tellsStatus: (await answers(null)) !== (await answers('unknown-status-word')),
    ages: (await answers(null)) !== (await answers(null, ({ list }) => list.makeStale())),
  };
}

/** Asks where the service has an operation. */
export function has(operation: keyof ScreeningOperations): (facts: ScreeningFacts) => true | Excluded {
  return ({ operations }) => operations.includes(operation) || { excludedBy: operation };
}

/** Asks where the emulated service was seen to do something. */
export function seen(what: 'sends' | 'tellsStatus' | 'ages'): (facts: ScreeningFacts) => true | Excluded {
  return (facts) => facts[what] || { excludedBy: `emulator.${what}` };
}

/** An address that is known to be well written. */
export function checkedAddress(text: string, network: string): CheckedAddress {
  const reading = checkAddress(text, { network, read: (canonical) => ({ outcome: 'valid', canonical }) });
  if (reading.outcome === 'refused') throw new RangeError('address: not valid');
  return reading.address;
}
