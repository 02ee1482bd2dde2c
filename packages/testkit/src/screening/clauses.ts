import { strict as assert } from 'node:assert';
import { can, isProviderError } from '@rielrails/core';
import type { Identity, Verdict } from '@rielrails/core';
import { constructionClauses } from '../construction.ts';
import type { Journey } from '../construction.ts';
import { mustThrow } from '../expect.ts';
import type { Clause } from '../suite.ts';
import { checkedAddress, has, listed, seen, unlisted } from './world.ts';
import type { ScreeningFacts, ScreeningWorld } from './world.ts';

/** A promise of a screening service, described in `docs/spec/screening.md`. */
export type ScreeningClause = Clause<ScreeningFacts, ScreeningWorld>;

const always = () => true as const;
const LONGEST_VALIDITY_MS = 31 * 24 * 3_600_000;

const verdictClauses: readonly ScreeningClause[] = [
  {
    id: 'SCR-01',
    title: 'A service screens names, addresses, or both',
    applies: always,
    async run({ service }) {
      assert.equal(service.spec, 'screening/1');
      assert.notEqual(service.id, '');
      assert.ok(can(service, 'screenName') || can(service, 'screenAddress'), 'neither names nor addresses');
    },
  },
  {
    id: 'SCR-02',
    title: 'Somebody who is on no list is clear',
    applies: has('screenName'),
    async run(world) {
      const verdict = await screenName(world, unlisted);
      assert.equal(verdict.outcome, 'clear');
      assert.deepEqual(verdict.of, unlisted, 'the verdict repeats its subject');
    },
  },
  {
    id: 'SCR-03',
    title: 'Somebody who is on a list is not clear, with evidence that a person can read',
    applies: has('screenName'),
    async run(world) {
      const verdict = await screenName(world, listed);
      assert.notEqual(verdict.outcome, 'clear');
      assert.deepEqual(verdict.of, listed, 'the verdict repeats its subject');
      mustHaveEvidence(verdict);
    },
  },
  {
    id: 'SCR-04',
    title: 'Case and spaces do not hide a listed name',
    applies: has('screenName'),
    async run(world) {
      const { name } = listed;
      for (const spelling of [name.toUpperCase(), name.toLowerCase(), `  ${name.replaceAll(' ', '   ')}\t`]) {
        const verdict = await screenName(world, { name: spelling });
        assert.notEqual(verdict.outcome, 'clear', 'a spelling of a listed name is clear');
        mustHaveEvidence(verdict);
      }
    },
  },
  {
    id: 'SCR-05',
    title: 'A listed alias is not clear',
    applies: has('screenName'),
    async run(world) {
      const verdict = await screenName(world, { ...unlisted, aliases: [listed.name] });
      assert.notEqual(verdict.outcome, 'clear');
      mustHaveEvidence(verdict);
    },
  },
  {
    id: 'SCR-06',
    title: 'A name without letters is never clear',
    applies: has('screenName'),
    async run(world) {
      for (const name of ['', '   ', '---', '\u200b']) await mustNotClear(() => screenName(world, { name }));
    },
  },
  {
    id: 'SCR-07',
    title: 'An address that is on no list is clear',
    applies: has('screenAddress'),
    async run(world) {
      const verdict = await screenAddress(world, world.unlistedAddress);
      assert.equal(verdict.outcome, 'clear');
      assert.deepEqual(verdict.of, world.unlistedAddress, 'the verdict repeats its subject');
    },
  },
  {
    id: 'SCR-08',
    title: 'A listed address is blocked, with evidence that a person can read',
    applies: has('screenAddress'),
    async run(world) {
      const verdict = await screenAddress(world, world.listedAddress);
      assert.equal(verdict.outcome, 'blocked');
      assert.deepEqual(verdict.of, world.listedAddress, 'the verdict repeats its subject');
      mustHaveEvidence(verdict);
    },
  },
  {
    id: 'SCR-09',
    title: 'An address is compared exactly: a part of a listed one, or another case of base58, is another address',
    applies: has('screenAddress'),
    async run(world) {
      const { network, text } = world.listedAddress;
      const others = [`${text.slice(0, -1)}X`, text.toLowerCase(), text.toUpperCase()];
      for (const other of others)
        assert.equal((await screenAddress(world, checkedAddress(other, network))).outcome, 'clear', 'another address');
    },
  },
  {
    id: 'SCR-10',
    title: 'A verdict is valid for a while, and not for ever',
    applies: always,
    async run({ screenings, clock }) {
      for (const screen of screenings()) {
        const { validUntil, id } = await screen();
        assert.notEqual(id, '');
        assert.ok(validUntil > clock.now(), 'stale already');
        assert.ok(validUntil <= clock.now() + LONGEST_VALIDITY_MS, 'valid for more than 31 days');
      }
    },
  },
];

const failureClauses: readonly ScreeningClause[] = [
  {
    id: 'SCR-11',
    title: 'Data that is too old gives no verdict',
    applies: seen('ages'),
    async run({ another }) {
      const world = await another();
      world.emulator.list.makeStale();
      for (const screen of world.screenings()) await mustThrow(screen, 'unavailable', 'config');
    },
  },
  {
    id: 'SCR-12',
    title: 'A failure gives no verdict: it throws and is never clear',
    applies: seen('sends'),
    async run({ another }) {
      for (const fault of ['http-503', 'refused-connection', 'timeout-before', 'unreadable-200'] as const) {
        const world = await another();
        world.emulator.faults.add(fault, { times: 1000 });
        for (const screen of world.screenings()) await mustThrow(screen, 'unavailable');
      }
    },
  },
  {
    id: 'SCR-13',
    title: 'A screening that fails once is repeated and answers',
    applies: seen('sends'),
    async run({ another, screenings }) {
      for (const [index] of screenings().entries()) {
        const world = await another();
        world.emulator.faults.add('http-503');
        const verdict = await world.screenings()[index]?.();
        assert.equal(verdict?.outcome, 'clear');
      }
    },
  },
  {
    id: 'SCR-14',
    title: 'A screening that was aborted before it began asks nobody and gives no verdict',
    applies: seen('sends'),
    async run({ lab, screenings }) {
      for (const screen of screenings(AbortSignal.abort())) await mustThrow(screen, 'unavailable');
      assert.equal(lab.requests, 0, 'requests sent');
    },
  },
  {
    id: 'SCR-15',
    title: "A service's unfamiliar word is never clear",
    applies: seen('tellsStatus'),
    async run({ emulator, screenings }) {
      emulator.faults.add('unknown-status-word', { times: 1000 });
      for (const screen of screenings()) await mustNotClear(screen);
    },
  },
];

/** More than any page of a list holds. */
const MANY = 1200;

const wholeListClauses: readonly ScreeningClause[] = [
  {
    id: 'SCR-19',
    title: 'The last of a long list is found like the first',
    applies: always,
    async run(world) {
      const { emulator, service } = await world.another();
      const last = addMany(emulator.list, world.listedAddress.network);
      if (can(service, 'screenName'))
        assert.notEqual((await service.screenName({ name: last.name })).outcome, 'clear', 'the last name');
      if (can(service, 'screenAddress'))
        assert.equal((await service.screenAddress(last.address)).outcome, 'blocked', 'the last address');
    },
  },
  {
    id: 'SCR-20',
    title: 'A bech32 address is found in capitals too',
    applies: has('screenAddress'),
    async run(world) {
      const { emulator, service, unlistedAddress } = await world.another();
      emulator.list.addAddress(unlistedAddress.text);
      assert.ok(can(service, 'screenAddress'));
      for (const text of [unlistedAddress.text, unlistedAddress.text.toUpperCase()]) {
        const { outcome } = await service.screenAddress(checkedAddress(text, unlistedAddress.network));
        assert.equal(outcome, 'blocked', 'the same address');
      }
    },
  },
];

/** Fills a list with names and addresses that resemble nobody, and gives the last of them. */
function addMany(list: ScreeningWorld['emulator']['list'], network: string) {
  const letters = (number: number) => Array.from(String(number), (digit) => 'bcdfghklmn'.charAt(Number(digit)));
  const nameOf = (number: number) => `Zu${letters(number).join('a')}ax Wy${letters(MANY - number).join('o')}ox`;
  const addressOf = (number: number) => `1${letters(number).join('').padStart(32, 'Q')}`;
  for (let number = 0; number <= MANY; number += 1) {
    list.addName(nameOf(number));
    list.addAddress(addressOf(number));
  }
  return { name: nameOf(MANY), address: checkedAddress(addressOf(MANY), network) };
}

const screeningJourney: Journey<ScreeningWorld> = async ({ service, screenings }, tell) => {
  tell(service);
  for (const screen of screenings()) await screen().then(tell, tell);
};

/** Every promise of a screening service, in the order of `docs/spec/screening.md`. */
export const screeningClauses: readonly ScreeningClause[] = [
  ...verdictClauses,
  ...failureClauses,
  ...constructionClauses<ScreeningFacts, ScreeningWorld>(['SCR-16', 'SCR-17', 'SCR-18'], screeningJourney),
  ...wholeListClauses,
];

function screenName({ service }: ScreeningWorld, identity: Identity): Promise<Verdict<Identity>> {
  assert.ok(can(service, 'screenName'));
  return service.screenName(identity);
}

function screenAddress({ service }: ScreeningWorld, address: ScreeningWorld['listedAddress']) {
  assert.ok(can(service, 'screenAddress'));
  return service.screenAddress(address);
}

function mustHaveEvidence({ evidence }: Verdict): void {
  assert.ok(evidence.length > 0, 'a hit without evidence');
  for (const { source, entry, explanation } of evidence) {
    assert.ok(source !== '' && entry !== '' && explanation !== '', 'evidence with an empty part');
  }
}

/** No verdict at all, or one that stops. */
async function mustNotClear(screen: () => Promise<Verdict>): Promise<void> {
  const outcome = await screen().then(
    (verdict) => verdict.outcome,
    (error: unknown) => {
      if (!isProviderError(error)) throw error;
      return 'thrown';
    },
  );
  assert.notEqual(outcome, 'clear');
}
