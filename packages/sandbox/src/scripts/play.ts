import type { Instant, Reference } from '@rielrails/core';
import { systemClock } from '@rielrails/kit';
import type { Balance, OrderFile, TreasuryDesk, TrialBalance } from '@rielrails/orders';
import type { FaultName } from '@rielrails/kit/emulator';
import type { ChainRecord } from '../launcher/chain-desk.ts';
import { ChildGoneError } from '../launcher/child.ts';
import type { Sandbox } from '../launcher/sandbox.ts';
import type { RailId } from '../rails/rail-id.ts';
import type { Applied } from '../launcher/world-protocol.ts';
import type { Facts } from './facts.ts';

/** What a script has in its hands. */
export interface Play {
  readonly sandbox: Sandbox;
  /** The way of paying that whoever started the script asked for. */
  readonly rail: RailId;
  /** One line for people, on the way. */
  say(line: string): void;
  /** Something that must be true at the end of this script, beside the invariants. */
  check(name: string, holds: boolean): void;
  /** What the page can do, by its name. */
  act<T>(name: string, input: object): Promise<T>;
  /** Plans a fault at a provider. */
  fault(emulator: string, fault: FaultName, route: string, times?: number): Promise<void>;
  /** A call to the engine that comes again when the engine dies in it: as a person taps again. */
  engine<T>(call: string, input?: unknown): Promise<T>;
  admin<T>(command: string, ...args: readonly unknown[]): Promise<T>;
  file(order: Reference): Promise<OrderFile>;
  /** What really happened outside. */
  applied(): Promise<Applied>;
  /** Calls that a rail's provider took so far, pages included. */
  calls(rail: RailId): Promise<number>;
  /** Updates that the bot has not taken yet. */
  waitingUpdates(): Promise<number>;
  /** What payers took back by themselves on AEON's page. */
  selfRefunds(): Promise<readonly { readonly volume: string; readonly token: string }[]>;
  /** The holder of the card that paid an order disputes it. */
  dispute(order: Reference): Promise<void>;
  /** What lies at the custodian, newest first. */
  custodian(): Promise<readonly { readonly status: string }[]>;
  /** What operators do with the wallet. */
  treasury<T>(command: keyof TreasuryDesk, ...args: readonly unknown[]): Promise<T>;
  /** Operators moved so much out of the wallet, fees included: at the end it is missing there, and rightly so. */
  movedByUs(sats: bigint): void;
  mine(blocks: number): Promise<void>;
  listAddress(address: string): Promise<void>;
  paymentsTo(address: string): Promise<readonly ChainRecord[]>;
  /** Waits until something is so. */
  until(what: string, isSo: () => Promise<boolean>, withinMs?: number): Promise<void>;
  /** Puts the clock forward, and lets the engine look. */
  forward(ms: number): Promise<void>;
  facts(): Promise<Facts>;
}

/** What a play is made of. */
export interface PlayOptions {
  readonly sandbox: Sandbox;
  readonly rail: RailId;
  readonly say: (line: string) => void;
  readonly checks: Map<string, boolean>;
  /** The last state that each order was shown in. */
  readonly told: Map<string, string>;
}

const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 40;
const MOST_REPEATS = 20;

/** Puts a script's hands on a running sandbox. */
export async function createPlay({ sandbox, rail, say, checks, told }: PlayOptions): Promise<Play> {
  const { world } = sandbox;
  const listed: Record<string, Instant> = {};

  async function engine<T>(call: string, input?: unknown): Promise<T> {
    for (let repeat = 0; ; repeat += 1) {
      try {
        return await sandbox.engine.call<T>(call, input);
      } catch (error) {
        if (!(error instanceof ChildGoneError) || repeat >= MOST_REPEATS) throw error;
        await sandbox.engineGone();
        if (!sandbox.engineRuns) await sandbox.startEngine();
      }
    }
  }
  const admin = <T>(command: string, ...args: readonly unknown[]) => engine<T>('admin', { command, args });
  const balanceOf = async () => {
    const { available, pending } = await engine<Record<'available' | 'pending', { readonly minor: bigint }>>('balance');
    return available.minor + pending.minor;
  };
  const atFirst = await balanceOf();
  let moved = 0n;

  const play: Play = {
    sandbox,
    rail,
    say,
    check(name, holds) {
      checks.set(name, holds && (checks.get(name) ?? true));
    },
    act: (name, input) => world.call('act', { name, input }),
    async fault(emulator, fault, route, times = 1) {
      await play.act('fault/add', { emulator, fault, route, times });
    },
    engine,
    admin,
    file: (order) => admin('order', order),
    applied: () => world.call('applied'),
    calls: (rail) => world.call('calls', rail),
    waitingUpdates: () => world.call('waiting-updates'),
    selfRefunds: () => world.call('self-refunds'),
    async dispute(order) {
      const { receipts } = (await play.file(order)).order;
      await world.call('dispute', receipts[0]?.transaction);
    },
    custodian: () => world.call('custodian'),
    treasury: (command, ...args) => engine('treasury', { command, args }),
    movedByUs(sats) {
      moved += sats;
    },
    async mine(blocks) {
      await play.act('chain/mine', { blocks });
    },
    async listAddress(address) {
      await world.call('list-address', address);
      listed[address] = systemClock.now();
    },
    paymentsTo: (address) => world.call('payments-to', address),
    async until(what, isSo, withinMs = PATIENCE_MS) {
      const end = systemClock.now() + withinMs;
      while (!(await isSo())) {
        if (systemClock.now() > end) throw new Error(`waited ${withinMs / 1000} s in vain until ${what}`);
        await systemClock.sleep(LOOK_EVERY_MS);
      }
    },
    async forward(ms) {
      await engine('forward', await sandbox.forward(ms));
    },
    async facts() {
      await engine('idle');
      const files = await engine<readonly OrderFile[]>('files');
      const payments: Record<string, readonly ChainRecord[]> = {};
      for (const { order } of files)
        if (order.address !== null) payments[order.id] = await play.paymentsTo(order.address);
      return {
        at: systemClock.now(),
        files,
        balances: await admin<readonly Balance[]>('balances'),
        trial: await admin<TrialBalance>('trialBalance'),
        applied: await play.applied(),
        payments,
        walletSats: { atFirst: atFirst - moved, now: await balanceOf() },
        told: Object.fromEntries(told),
        listed,
      };
    },
  };
  return play;
}
