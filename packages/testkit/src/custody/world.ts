import { strict as assert } from 'node:assert';
import { checkAddress, mintClearance, money } from '@rielrails/core';
import type {
  AnyCustody,
  Asset,
  CheckedAddress,
  Clearance,
  CustodyOperations,
  Instant,
  Money,
  Reference,
  Withdraw,
  Withdrawal,
} from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import type { CustodyEmulator, FaultName } from '@rielrails/kit/emulator';
import type { VirtualClock } from '@rielrails/kit/virtual';
import { mustApply, mustExist } from '../expect.ts';
import { later, openLab, withVirtualClock } from '../lab.ts';
import type { Lab } from '../lab.ts';
import type { CustodySubject } from '../subject.ts';
import type { Excluded } from '../suite.ts';

/** What decides which custody clauses are asked. */
export interface CustodyFacts {
  readonly manifest: AnyCustody['manifest'];
  readonly operations: readonly (keyof CustodyOperations)[];
  readonly secrets: readonly string[];
  /** The emulator's route that sends coins. */
  readonly withdrawRoute: string | null;
  /** Whether a lookup asks anybody. */
  readonly getSends: boolean;
  /** Whether the answer to a withdrawal repeats the amount. */
  readonly echoesAmount: boolean;
  /** Whether a lookup tells a status in the custodian's words. */
  readonly tellsStatus: boolean;
  /** Whether a lookup brings to the network what did not get there. */
  readonly handsIn: boolean;
  /** Whether the emulator has people whose leave a withdrawal can need. */
  readonly hasApprovals: boolean;
}

/** A custody on a fresh emulator, with coins to send. */
export interface CustodyWorld {
  readonly subject: CustodySubject;
  readonly facts: CustodyFacts;
  readonly lab: Lab;
  readonly clock: VirtualClock;
  readonly emulator: CustodyEmulator;
  readonly custody: AnyCustody;
  readonly asset: Asset;
  /** An amount that is sent with ease. */
  readonly usual: Money;
  another(): Promise<CustodyWorld>;
  reference(): Reference;
  /** A fresh customer's address, checked. */
  customer(): CheckedAddress;
  /** Leave to send all of this to that address. */
  clear(change: {
    readonly reference: Reference;
    readonly address: CheckedAddress;
    readonly maximum?: Money;
  }): Clearance;
  /** A cleared, bound withdrawal to a fresh customer. */
  withdrawal(change?: { readonly reference?: Reference; readonly amount?: Money }): Withdraw;
  /** A withdrawal that was applied. */
  withdrawn(): Promise<{ readonly input: Withdraw; readonly withdrawal: Withdrawal }>;
  breakWithdraw(fault: FaultName): void;
}

/** Runs work in a fresh custody world. */
export function enterCustodyWorld<T>(
  subject: CustodySubject,
  facts: CustodyFacts | null,
  work: (world: CustodyWorld) => Promise<T>,
): Promise<T> {
  return withVirtualClock(async (clock) => work(await openCustodyWorld(subject, facts, clock)));
}

async function openCustodyWorld(
  subject: CustodySubject,
  known: CustodyFacts | null,
  clock: VirtualClock,
): Promise<CustodyWorld> {
  const lab = openLab(clock);
  const emulator = await subject.emulator(lab.surroundings);
  lab.connect(emulator, () => emulator.applied.withdrawals.length);
  const custody = await subject.create(emulator.config, lab.runtime);
  const [asset] = custody.manifest.assets;
  const usual = money(asset, 10n ** BigInt(Math.max(0, asset.scale - 3)));
  for (let coin = 0; coin < 3; coin += 1) await emulator.network.fund(money(asset, usual.minor * 1000n));
  await emulator.network.confirm(6);
  const world: CustodyWorld = {
    subject,
    get facts() {
      return mustExist(known, 'facts');
    },
    lab,
    clock,
    emulator,
    custody,
    asset,
    usual,
    another: () => openCustodyWorld(subject, known, clock),
    reference: () => newReference(lab.runtime.random),
    customer() {
      const reading = checkAddress(emulator.network.address(), custody.manifest.address);
      assert.ok(reading.outcome === 'valid', 'an address of the emulated network is not valid for the custody');
      return reading.address;
    },
    clear: ({ reference, address, maximum = usual }) => {
      const validUntil = later(clock, 3_600_000);
      const name = 'SOK DARA';
      const verdict = { id: 'verdict', outcome: 'clear', evidence: [], validUntil } as const;
      const grounds = {
        reference,
        maximum,
        kyc: { reference, status: 'approved', until: validUntil, identity: { name } },
        name: { ...verdict, of: { name } },
        address: { ...verdict, of: address },
      } as const;
      return mintClearance(grounds, clock.now());
    },
    withdrawal({ reference = world.reference(), amount = usual } = {}) {
      const address = world.customer();
      const clearance = world.clear({ reference, address, maximum: amount });
      const binding = custody.bind?.({ reference, address, minimum: amount, maximum: amount });
      return {
        reference,
        amount,
        destination: { type: 'customer', address, clearance },
        ...(binding === undefined ? {} : { binding }),
      };
    },
    async withdrawn() {
      const input = world.withdrawal();
      return { input, withdrawal: mustApply(await custody.withdraw(input)) };
    },
    breakWithdraw(fault) {
      emulator.faults.add(fault, { route: mustExist(world.facts.withdrawRoute, 'the route of withdraw') });
    },
  };
  return world;
}

/** Plays the custody through once, to see what can be asked of it. */
export async function scoutCustody(subject: CustodySubject): Promise<CustodyFacts> {
  const play = (onWithdraw: FaultName | null, onGet: FaultName | null) =>
    enterCustodyWorld(subject, null, async ({ custody, withdrawal, emulator, lab }) => {
      const input = withdrawal();
      if (onWithdraw) emulator.faults.add(onWithdraw, { times: 10 });
      await custody.withdraw(input);
      const route = lab.changedBy.at(-1) ?? null;
      const sent = lab.answers.length;
      emulator.faults.clear();
      if (onGet) emulator.faults.add(onGet, { times: 10 });
      await custody.get(input).catch(() => null);
      const hasApprovals = emulator.approvals !== undefined;
      return {
        custody,
        hasApprovals,
        route,
        toWithdraw: lab.answers.slice(0, sent).join(),
        toGet: lab.answers.slice(sent).join(),
      };
    });
  /** Whether a withdrawal that did not get through arrives when it is looked up. */
  const isHandedIn = (route: string) =>
    enterCustodyWorld(subject, null, async ({ custody, withdrawal, emulator }) => {
      const input = withdrawal();
      emulator.faults.add('refused-connection', { route });
      await custody.withdraw(input);
      const before = emulator.applied.withdrawals.length;
      await custody.get(input).catch(() => null);
      return emulator.applied.withdrawals.length > before;
    });
  const { custody, hasApprovals, route, toWithdraw, toGet } = await play(null, null);
  const names = ['balance', 'estimateFee', 'depositAddress', 'bind', 'bump', 'parseWebhook'] as const;
  return {
    manifest: custody.manifest,
    operations: names.filter((name) => custody[name] !== undefined),
    secrets: subject.secrets,
    withdrawRoute: route,
    getSends: toGet !== '',
    echoesAmount: (await play('wrong-amount', null)).toWithdraw !== toWithdraw,
    tellsStatus: (await play(null, 'unknown-status-word')).toGet !== toGet,
    handsIn: route !== null && (await isHandedIn(route)),
    hasApprovals,
  };
}

/** Asks where the custody has an operation. */
export function has(operation: keyof CustodyOperations): (facts: CustodyFacts) => true | Excluded {
  return ({ operations }) => operations.includes(operation) || { excludedBy: operation };
}

/** Asks where coins leave by a request that can fail. */
export function sendsCoins({ withdrawRoute }: CustodyFacts): true | Excluded {
  return withdrawRoute !== null || { excludedBy: 'emulator.routes.withdraw' };
}

/** Asks where a lost withdrawal is found by our reference. */
export function findsByReference({ manifest }: CustodyFacts): true | Excluded {
  return manifest.get.by === 'reference' || { excludedBy: 'get.by' };
}

/** Asks where the emulated custodian was seen to do something. */
export function seen(
  what: 'getSends' | 'echoesAmount' | 'tellsStatus' | 'handsIn',
): (facts: CustodyFacts) => true | Excluded {
  return (facts) => facts[what] || { excludedBy: `emulator.${what}` };
}

/** Asks where a person at the custodian can hold a withdrawal back. */
export function hasApprovals(facts: CustodyFacts): true | Excluded {
  return facts.hasApprovals || { excludedBy: 'emulator.approvals' };
}

/** An address as another network would write it, forged past the type. */
export function ofOtherNetwork({ text }: CheckedAddress): CheckedAddress {
  return { network: 'some-other-network', text } as CheckedAddress;
}

/** A moment long ago. */
export const longAgo = 1 as Instant;
