import { checkAddress } from '@rielrails/core';
import type { CheckedAddress, Identity, Instant } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ofacDirectory } from './directory.ts';
import { createLists } from './lists.ts';
import type { Lists, ListsConfig } from './lists.ts';
import type { ListEntry, ListSnapshot } from './snapshot.ts';

const HOUR_MS = 3_600_000;
const fixtures = fileURLToPath(new URL('../../fixtures/ofac', import.meta.url));

function setUp(config: Partial<ListsConfig> = {}): { readonly lists: Lists; readonly runtime: VirtualRuntime } {
  const runtime = createVirtualRuntime();
  return { lists: createLists({ source: ofacDirectory(fixtures), ...config }, runtime), runtime };
}

function address(text: string, network = 'bitcoin'): CheckedAddress {
  const checked = checkAddress(text, { network, read: (canonical) => ({ outcome: 'valid', canonical }) });
  if (checked.outcome !== 'valid') throw new Error('not reached');
  return checked.address;
}

test.each([
  ['Fulano Mengano INVENTADO QUIMERA', '101'],
  ['fulano mengano inventado-quimera', '101'],
  ['Dr. Fuláno Mengaño Inventado Quimera', '101'],
  ['Fulano Inventado Quimera', '101'],
  ['Fulano Mengano Inventado Qiumera', '101'],
  ['F. M. Inventado Quimera', '101'],
  ['Фулано Менгано Инвентадо Кимера', '101'],
  ['Nemo Nobody', '101'],
  ['Zoilo Ambar Nonesuch', '102'],
  ['Chimera Holdings Imaginaria', '103'],
  ['Chimera Import Export Limited', '103'],
  ['PHANTOM AND SONS TRADING', '104'],
  ['Phantom & Sons Trading Co Ltd', '104'],
  ['Imaginary Star', '105'],
  ['fictional moon', '105'],
  ['ZZNIL', '106'],
  ['Abd Void Al Nullari', '107'],
  ['AbdVoid Al-Nullari', '107'],
  ['Al Nullari Abdvoid', '107'],
  ['Mononymus', '108'],
  ['Fulano', null],
  ['Fulano Mengano Somebody Else', null],
  ['Imaginary Trading Co Ltd', null],
  ['Sok Sreyneang', null],
  ['Somebody Else', null],
])('"%s" is entry %s', async (name, entry) => {
  const { lists } = setUp();
  const { version } = await lists.reload();
  const verdict = await lists.screenName({ name });
  expect(verdict.of).toEqual({ name });
  expect(verdict.outcome).toBe(entry === null ? 'clear' : 'review');
  expect(verdict.evidence).toMatchObject([{ source: 'OFAC SDN', entry: entry ?? version }]);
  expect(verdict.evidence[0]?.score ?? 0).toBeGreaterThanOrEqual(entry === null ? 0 : 0.8);
});

test('aliases of the subject are compared too, and the likeliest entry is told first', async () => {
  const { lists } = setUp();
  const verdict = await lists.screenName({ name: 'Somebody Else', aliases: ['Zoilo Ambar Nonesuc', 'Mononymus'] });
  expect(verdict.evidence.map(({ entry }) => entry)).toEqual(['108', '102']);
});

test('facts count for and against a name that is alike, and never clear one that is the same', async () => {
  const { lists } = setUp();
  const screen = async (name: string, facts: Omit<Identity, 'name'> = {}) => {
    const { outcome, evidence } = await lists.screenName({ name, ...facts });
    return { outcome, ...evidence[0] };
  };
  const named =
    'The name fits the person "INVENTADO QUIMERA, Fulano Mengano", also known as "NOBODY, Nemo" (TESTLIST, SAMPLE).';
  const same = `${named} The same: nobody, nemo.`;
  expect(await screen('Nobody Nemo')).toMatchObject({
    outcome: 'review',
    explanation: `${same} Score: 100 of 100.`,
    score: 1,
  });
  expect(await screen('Nobody Nemo', { born: '1977-03-25' })).toMatchObject({
    explanation: `${same} The year of birth agrees. Score: 100 of 100.`,
  });
  expect(await screen('Nobody Nemo', { born: '1999', countries: ['KH'] })).toMatchObject({
    outcome: 'review',
    explanation: expect.stringContaining('The year of birth differs.'),
    score: 1,
  });
  expect(await screen('Fulano Inventado')).toMatchObject({ outcome: 'review' });
  expect(await screen('Fulano Inventado', { born: '1999' })).toMatchObject({ outcome: 'clear' });
  expect(await screen('Fulano Inventado', { born: '1977' })).toMatchObject({ outcome: 'review' });
});

test('a weak alias counts where it is the whole name, and not where it is a part of it', async () => {
  const { lists } = setUp();
  expect(await lists.screenName({ name: 'The Invented' })).toMatchObject({ evidence: [{ entry: '101' }] });
  expect(await lists.screenName({ name: 'The Invented Circus Company' })).toMatchObject({ outcome: 'clear' });
  expect(await lists.screenName({ name: 'The Invente' })).toMatchObject({ outcome: 'clear' });
});

test('a number of a document that is the same is a hit, whatever the name', async () => {
  const { lists } = setUp({ source: () => Promise.resolve(withNumber) });
  const hit = { outcome: 'review', evidence: [{ entry: '0', score: 1 }] };
  expect(await lists.screenName({ name: 'Sok Dara', identifiers: ['n 0123-456'] })).toMatchObject(hit);
  expect(await lists.screenName({ name: 'Sok Dara', identifiers: ['N0123457', '1'] })).toMatchObject({
    outcome: 'clear',
  });
});

test('a name in another script is compared, and one that cannot be read is looked at by a person', async () => {
  const { lists } = setUp();
  expect(await lists.screenName({ name: 'សុភាព ចាន់' })).toMatchObject({ outcome: 'clear' });
  expect(await lists.screenName({ name: 'Nem\u043E Nobody' })).toMatchObject({
    outcome: 'review',
    evidence: [{ entry: '101' }],
  });
  expect(await lists.screenName({ name: '\u01B8\u0241 \u02A1' })).toMatchObject({ outcome: 'review' });
});

test('invisible letters and the direction of writing hide nobody', async () => {
  const { lists } = setUp();
  for (const name of [
    'Ne\u200Bmo\u2060 No\u00ADbody',
    '\u202Enemo\u202C nobody',
    '\u2067Nemo\u2069 \u200FNobody',
    'N\u034Femo No\uFE0Fbody',
    'Nemo Nobody (نيمو نوبدي)',
    'Ｎｅｍｏ Ｎｏｂｏｄｙ',
  ])
    expect(await lists.screenName({ name })).toMatchObject({ outcome: 'review', evidence: [{ entry: '101' }] });
});

test.each([
  ['name', { name: '' }],
  ['name', { name: ' - ' }],
  ['name', { name: 'a'.repeat(301) }],
  ['name', { name: 'Nemo Nobody '.repeat(1000) }],
  ['name', { name: 'a '.repeat(41) }],
  ['aliases', { name: 'a', aliases: Array.from({ length: 50 }, () => 'b') }],
])('a %s that cannot be compared is refused', async (field, identity) => {
  const { lists } = setUp();
  await expect(lists.screenName(identity)).rejects.toMatchObject({
    fault: { kind: 'invalid', message: expect.stringContaining(`lists ${field}`) },
  });
});

test.each([
  ['1Exg3NfTt8ZCjhHRojBE1j24JN1ioCs5se', 'bitcoin', 'blocked'],
  ['36nt4gyuZrmu195WNdaVAUgHei1gRx69Ug', 'bitcoin', 'blocked'],
  ['BC1QZF5HZRTHZGMJV2XZAHR907KWTH0ZMYC2DJXKN5', 'bitcoin', 'blocked'],
  ['bcrt1qppcmch89y5tkhvzutvsk3jx6u2pq7ej0jqh736', 'bitcoin-regtest', 'blocked'],
  ['0x7A07b2eea7a07f9d6b1acdc6a97a6c2ec0e68a8e', 'ethereum', 'blocked'],
  ['1exg3NfTt8ZCjhHRojBE1j24JN1ioCs5se', 'bitcoin', 'clear'],
  ['bc1qppcmch89y5tkhvzutvsk3jx6u2pq7ej0jqh736', 'bitcoin', 'clear'],
])('%s on %s is %s', async (text, network, outcome) => {
  const { lists } = setUp();
  const verdict = await lists.screenAddress(address(text, network));
  expect(verdict).toMatchObject({ outcome, of: { text, network } });
  expect(verdict.evidence).toHaveLength(1);
});

test('a verdict is named after list and subject, and ends with the list', async () => {
  const { lists, runtime } = setUp({ verdictValidForMs: 48 * HOUR_MS });
  const asOf = Date.UTC(2026, 0, 2);
  const first = await lists.screenName({ name: 'Somebody Else' });
  expect(first.validUntil).toBe(runtime.clock.now() + 48 * HOUR_MS);
  await runtime.clock.advance(60 * HOUR_MS);
  const second = await lists.screenName({ name: 'Somebody Else' });
  const other = await lists.screenName({ name: 'Somebody Other' });
  expect(second.id).toBe(first.id);
  expect(second.validUntil).toBe(asOf + 72 * HOUR_MS);
  expect(other.id).not.toBe(first.id);
});

test('a stale list screens nobody', async () => {
  const { lists, runtime } = setUp();
  await runtime.clock.advance(69 * HOUR_MS);
  await expect(lists.screenName({ name: 'Somebody Else' })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  await expect(lists.screenAddress(address('1abc'))).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test.each([
  ['a directory that is not there', ofacDirectory('/nowhere/at/all')],
  ['a source that fails', () => Promise.reject(new Error('secret path'))],
  ['a list from the future', () => Promise.resolve(listOf(1, Date.UTC(2027, 0, 1)))],
])('%s screens nobody', async (_what, source) => {
  const { lists } = setUp({ source });
  await expect(lists.screenName({ name: 'Somebody Else' })).rejects.toMatchObject({
    fault: { kind: 'unavailable', message: expect.not.stringContaining('secret') },
  });
});

test('a new list takes the place of the old one at once, or not at all', async () => {
  let next: () => Promise<ListSnapshot> = () => Promise.resolve(listOf(10));
  const { lists, runtime } = setUp({ source: () => next() });
  const outcomeOf = async (name: string) => (await lists.screenName({ name })).outcome;
  expect(await outcomeOf('Nobody 9')).toBe('review');
  expect(await outcomeOf('Nobody 10')).toBe('clear');

  next = () => Promise.resolve(listOf(11));
  expect(await lists.reload()).toMatchObject({ source: 'TEST', entries: 11, addresses: 0 });
  expect(await outcomeOf('Nobody 10')).toBe('review');

  next = () => Promise.reject(new Error('no'));
  await expect(lists.reload()).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  expect(await outcomeOf('Nobody 10')).toBe('review');

  next = () => Promise.resolve(listOf(5));
  await expect(lists.reload()).rejects.toThrow('lost half');
  await runtime.clock.advance(HOUR_MS);
  expect(await outcomeOf('Nobody 10')).toBe('review');
  expect(runtime.entries.filter(({ event }) => event === 'list-not-read')).toHaveLength(1);
});

test('the source is read once for everybody who waits, and again when it is due', async () => {
  let readings = 0;
  const { lists, runtime } = setUp({
    source: () => {
      readings += 1;
      return Promise.resolve(listOf(1));
    },
  });
  await Promise.all(Array.from({ length: 10 }, () => lists.screenName({ name: 'a' })));
  expect(readings).toBe(1);
  await runtime.clock.advance(HOUR_MS);
  await lists.screenName({ name: 'a' });
  expect(readings).toBe(2);
});

test('the two halves of one check see the same list, also when the first of them has it read again', async () => {
  let readings = 0;
  const { lists, runtime } = setUp({
    source: async () => {
      readings += 1;
      return listOf(readings);
    },
  });
  await lists.screenName({ name: 'a' });
  await runtime.clock.advance(HOUR_MS);
  const [first, second] = await Promise.all([lists.screenName({ name: 'a' }), lists.screenName({ name: 'a' })]);
  expect(readings).toBe(2);
  expect(second.id).toBe(first.id);
  expect(second.evidence).toEqual(first.evidence);
});

test('a source that failed is left alone for a minute, while there is a list', async () => {
  let readings = 0;
  const { lists, runtime } = setUp({
    source: () => {
      readings += 1;
      return readings === 1 ? Promise.resolve(listOf(1)) : Promise.reject(new Error('no'));
    },
  });
  await lists.screenName({ name: 'a' });
  await runtime.clock.advance(HOUR_MS);
  for (let call = 0; call < 3; call += 1) await lists.screenName({ name: 'a' });
  expect(readings).toBe(2);
  await runtime.clock.advance(60_000);
  await lists.screenName({ name: 'a' });
  expect(readings).toBe(3);
});

test('a caller waits no longer than it wants to, and the reading goes on', async () => {
  let finish: (snapshot: ListSnapshot) => void = () => {};
  const reading = new Promise<ListSnapshot>((resolve) => {
    finish = resolve;
  });
  const { lists, runtime } = setUp({ source: () => reading });
  const impatient = new AbortController();
  const calls = [
    lists.screenName({ name: 'a' }, { signal: AbortSignal.abort() }),
    lists.screenName({ name: 'a' }, { signal: impatient.signal }),
    lists.screenName({ name: 'a' }, { deadline: (runtime.clock.now() + 1000) as Instant }),
  ];
  const ended = Promise.allSettled(calls);
  const patient = lists.screenName({ name: 'a' });
  impatient.abort();
  await runtime.clock.advance(1000);
  const refused = { status: 'rejected', reason: { fault: { kind: 'unavailable' } } };
  expect(await ended).toMatchObject([refused, refused, refused]);
  finish(listOf(1));
  expect(await patient).toMatchObject({ outcome: 'clear' });
});

test.each([
  [{ maximumAgeMs: 0 }, 'maximumAgeMs'],
  [{ verdictValidForMs: 1.5 }, 'verdictValidForMs'],
  [{ source: 'directory' as unknown as ListsConfig['source'] }, 'source'],
  [{ surprise: 1 } as Partial<ListsConfig>, 'surprise'],
])('a configuration with %o does not construct', (wrong, field) => {
  expect(() => setUp(wrong)).toThrow(field);
});

const withNumber: ListSnapshot = {
  ...listOf(1),
  entries: listOf(1).entries.map((entry) => ({ ...entry, identifiers: ['N 0123456'] })),
};

/** A list of `size` people called Nobody 0, Nobody 1 and so on. */
function listOf(size: number, asOf: number = Date.UTC(2026, 0, 2)): ListSnapshot {
  const entries = Array.from({ length: size }, (_, index): ListEntry => ({
    id: String(index),
    type: 'person',
    name: `Nobody ${index}`,
    aliases: [],
    programs: [],
    born: [],
    addresses: [],
  }));
  return { source: 'TEST', version: String(size), asOf: asOf as Instant, entries };
}
