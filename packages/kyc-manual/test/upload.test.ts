import type { Instant, Reference } from '@rielrails/core';
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { form, handIn, PNG, posted } from './hand-in.ts';
import { HOUR_MS, identity, REFERENCE, rule, setUp, START } from './set-up.ts';

test('a link shows the form in the language of the person, once handed in it says thank you', async () => {
  const { kyc, link, get } = setUp();
  const url = await link('km-KH');
  const shown = await get(url);
  expect(shown.status).toBe(200);
  expect(shown.text).toContain('lang="km"');
  expect(shown.text).toContain('Test &#38; Co');
  const answer = await handIn(kyc, START);
  expect(answer.status).toBe(303);
  expect((await get(url)).text).toContain('ឆាតនឹងប្រាប់');
  expect(await kyc.get({ reference: REFERENCE })).toEqual({ reference: REFERENCE, status: 'pending' });
});

test('nothing that was handed in is shown again, or lies anywhere readable', async () => {
  const { kyc, link, get, store } = setUp();
  await handIn(kyc, START);
  expect((await get(await link())).text).not.toContain('SOK');
  const one = await store.find(REFERENCE);
  const front = await store.document(REFERENCE, 'front');
  for (const bytes of [one?.statement, front?.sealed]) {
    const text = Buffer.from(bytes ?? []).toString('latin1');
    for (const secret of ['SOK', 'Dara', '1990', 'PNG']) expect(text).not.toContain(secret);
  }
});

test.each([
  ['another case', (url: string) => url.replace('/8243?', '/8244?')],
  ['a longer life', (url: string) => url.replace(/k=(\d+)/, (_all, at: string) => `k=${Number(at) + 1}`)],
  ['another proof', (url: string) => url.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
  ['no proof', (url: string) => url.replace(/\?.*/, '')],
])('a link with %s leads nowhere', async (_what, change) => {
  const { link, get } = setUp();
  expect(await get(change(await link()))).toMatchObject({ status: 404 });
});

test('a link ends, and a new one leads to the same case', async () => {
  const { link, get, runtime } = setUp({ linkValidForMs: HOUR_MS });
  const url = await link();
  await runtime.clock.advance(HOUR_MS);
  expect((await get(url)).status).toBe(404);
  expect((await get(await link())).status).toBe(200);
});

test('addresses that are not its own are left to others', async () => {
  const { kyc } = setUp();
  for (const path of ['/', '/kyc', '/kyc/', '/kyc/abc', '/kyc/0', '/webhooks/payway', '/kyc/1/2'])
    expect(await kyc.handle(new Request(`https://shop.example${path}`))).toBeNull();
  const style = await kyc.handle(new Request('https://shop.example/kyc/style.css'));
  expect(style?.headers.get('content-type')).toBe('text/css');
});

test.each([
  ['no name', { name: '' }, 'This is missing'],
  ['a name in Khmer letters only', { name: 'សុខ ដារ៉ា' }, 'cannot be right'],
  ['a name of 101 letters', { name: 'a'.repeat(101) }, 'too long'],
  ['another script for the Khmer name', { khmerName: 'Sok' }, 'cannot be right'],
  ['no such day', { born: '1990-02-30' }, 'cannot be right'],
  ['born tomorrow', { born: '2999-01-01' }, 'cannot be right'],
  ['born in 1850', { born: '1850-01-01' }, 'cannot be right'],
  ['seventeen years old', { born: '2009-01-01' }, 'not old enough'],
  ['a country in three letters', { country: 'KHM' }, 'cannot be right'],
  ['another document', { document: 'library-card' }, 'cannot be right'],
  ['no selfie', { selfie: null }, 'This is missing'],
  ['no back of an identity card', { back: null }, 'This is missing'],
  ['a picture that is none', { front: new TextEncoder().encode('<svg onload=alert(1)>') }, 'no JPEG or PNG'],
  ['a picture of nothing', { front: new Uint8Array() }, 'This is missing'],
] as const)('%s is refused beside its field, and nothing is kept', async (_what, changes, words) => {
  const { kyc, store } = setUp();
  const answer = await handIn(kyc, START, form(changes));
  expect(answer.status).toBe(422);
  const text = await answer.text();
  expect(text).toContain(words);
  expect(text.match(/class="wrong"/g)).toHaveLength(1);
  expect(await store.find(REFERENCE)).toMatchObject({ state: 'open', statement: null });
  expect(await store.documentNames(REFERENCE)).toEqual([]);
});

test('what was typed stays in the form, as text', async () => {
  const { kyc } = setUp();
  const answer = await handIn(kyc, START, form({ name: '"><script>x', selfie: null }));
  const text = await answer.text();
  expect(text).not.toContain('<script');
  expect(text).toContain('value="1990-04-17"');
});

test('a picture above the limit, and a form above it, are refused', async () => {
  const { kyc } = setUp();
  const large = new Uint8Array(8 * 1024 * 1024 + 1);
  large.set(PNG);
  expect(await (await handIn(kyc, START, form({ front: large }))).text()).toContain('larger than 8 MB');
  const huge = new Uint8Array(9 * 1024 * 1024);
  huge.set(PNG);
  const all = form({ front: huge, back: huge, selfie: huge });
  expect(await (await handIn(kyc, START, all)).text()).toContain('could not be read');
});

test('a passport needs no back; another kind of body is no form', async () => {
  const { kyc, link } = setUp();
  const text = await kyc.handle(new Request(await link(), { method: 'POST', body: 'name=x' }));
  expect(text?.status).toBe(422);
  expect((await handIn(kyc, START, form({ document: 'passport', back: null }))).status).toBe(303);
});

test('who hands in twice at once is taken once', async () => {
  const { kyc, link, store } = setUp();
  const url = await link();
  const both = await Promise.all([posted(url, form()), posted(url, form())]);
  const answers = await Promise.all(both.map((request) => kyc.handle(request)));
  expect(answers.map((answer) => answer?.status)).toEqual([303, 303]);
  expect(await store.find(REFERENCE)).toMatchObject({ state: 'submitted', version: 2 });
});

property.prop([
  fc.dictionary(fc.constantFrom('name', 'born', 'country', 'document', 'khmerName'), fc.string({ unit: 'binary' })),
])('whatever is typed is taken or refused by name', async (typed) => {
  const { kyc } = setUp();
  const answer = await handIn(kyc, START, form(typed));
  expect([303, 422]).toContain(answer.status);
});

test('the same reference for another person is no second case', async () => {
  const { kyc } = setUp();
  await kyc.start(START);
  expect(await kyc.start({ ...START, person: 'p-2' })).toMatchObject({
    outcome: 'unknown',
    fault: { reason: 'duplicate' },
  });
});

test('who looks is noted; what was read decides; the engine is told', async () => {
  const { kyc, moved, runtime, decide } = setUp();
  await handIn(kyc, START);
  expect(await kyc.desk.cases()).toMatchObject([{ reference: REFERENCE, state: 'submitted' }]);
  const file = await kyc.desk.file(REFERENCE, 'sokha');
  expect(file.statement).toMatchObject({ name: 'SOK Dara', khmerName: 'សុខ ដារ៉ា', born: '1990-04-17' });
  expect(file.documents).toEqual(['front', 'back', 'selfie']);
  expect(await kyc.desk.document(REFERENCE, 'front', 'dara')).toEqual({ type: 'image/png', bytes: PNG });
  await decide(
    { to: 'approved', identity: { ...identity, documentNumber: '010203045 (7)', documentExpires: '2026-06-30' } },
    'dara',
  );
  expect(await kyc.get({ reference: REFERENCE })).toEqual({
    reference: REFERENCE,
    status: 'approved',
    until: Math.min(runtime.clock.now() + 365 * 24 * HOUR_MS, Date.parse('2026-06-30T23:59:59Z')) as Instant,
    identity: { name: 'SOK DARA', born: '1990-04-17', countries: ['KH'] },
    subject: 'KH/0102030457',
  });
  expect(moved).toEqual([REFERENCE]);
  expect((await kyc.desk.file(REFERENCE, 'sokha')).accesses.map(({ by, what }) => `${by} ${what}`)).toEqual([
    'sokha statement',
    'dara front',
    'sokha statement',
  ]);
});

test('a retry says why, takes new pictures on the same link, and may end in a rejection', async () => {
  const { kyc, link, get, store, decide } = setUp();
  const url = await link();
  await handIn(kyc, START);
  await decide({ to: 'retry', reasons: ['document-unreadable', 'face-mismatch'] });
  expect(await kyc.get({ reference: REFERENCE })).toMatchObject({
    status: 'retry',
    reasons: ['document-unreadable', 'face-mismatch'],
  });
  expect((await get(url)).text).toContain('en: document-unreadable');
  await handIn(kyc, START, form({ document: 'passport', back: null }));
  expect(await store.documentNames(REFERENCE)).toEqual(['front', 'selfie']);
  await decide({ to: 'rejected', reasons: ['other'] });
  expect((await get(url)).text).toContain('has ended');
  const late = await handIn(kyc, START);
  expect(late.status).toBe(200);
  expect(await store.find(REFERENCE)).toMatchObject({ state: 'rejected' });
});

test.each([
  ['a name in other letters', { name: 'សុខ' }, 'name malformed'],
  ['no name', { name: '' }, 'name malformed'],
  ['no such day', { born: '1990-02-30' }, 'born malformed'],
  ['a country in full', { country: 'Cambodia' }, 'country malformed'],
  ['no number', { documentNumber: '-' }, 'documentNumber malformed'],
  ['an expired document', { documentExpires: '2020-01-01' }, 'documentExpires expired'],
  ['no day', { documentExpires: 'never' }, 'documentExpires malformed'],
])('an approval with %s is refused', async (_what, changes, refusal) => {
  const { kyc, store, decide } = setUp();
  await handIn(kyc, START);
  expect(await decide({ to: 'approved', identity: { ...identity, ...changes } }).catch(rule)).toBe(refusal);
  expect(await store.find(REFERENCE)).toMatchObject({ state: 'submitted' });
});

test('what is not there, not yet, or not any more is refused', async () => {
  const { kyc, decide } = setUp();
  const other = '77' as Reference;
  expect(await kyc.desk.file(other, 'sokha').catch(rule)).toBe('review unknown');
  await kyc.start(START);
  expect(await decide({ to: 'approved', identity }).catch(rule)).toBe('review not-now');
  expect(await kyc.desk.document(REFERENCE, 'front', 'sokha').catch(rule)).toBe('document unknown');
  await handIn(kyc, START);
  expect(await kyc.desk.erase(REFERENCE, 'sokha').catch(rule)).toBe('review not-now');
  expect(await decide({ to: 'revoked' }).catch(rule)).toBe('review not-now');
  expect(await decide({ to: 'approved', identity }, '<b>').catch(rule)).toBe('by malformed');
  const both = await Promise.all(
    ['sokha', 'dara'].map((by) => decide({ to: 'approved', identity }, by).then(() => 'done', rule)),
  );
  expect(both.sort()).toEqual(['done', 'review changed']);
});

test('taken back, and erased: the decision stays, the person is gone', async () => {
  const { kyc, store, decide } = setUp();
  await handIn(kyc, START);
  await decide({ to: 'approved', identity });
  await decide({ to: 'revoked' }, 'dara');
  expect(await kyc.get({ reference: REFERENCE })).toEqual({ reference: REFERENCE, status: 'revoked' });
  await kyc.desk.erase(REFERENCE, 'dara');
  expect(await store.find(REFERENCE)).toMatchObject({ state: 'revoked', statement: null, identity: null });
  expect(await store.documentNames(REFERENCE)).toEqual([]);
  expect((await kyc.desk.file(REFERENCE, 'sokha')).accesses.at(0)).toMatchObject({ by: 'dara', what: 'erased' });
});

test('an approval that has run out is none', async () => {
  const { kyc, runtime, decide } = setUp();
  await handIn(kyc, START);
  await decide({ to: 'approved', identity: { ...identity, documentExpires: '2026-02-01' } });
  expect(await kyc.get({ reference: REFERENCE })).toMatchObject({ status: 'approved' });
  await runtime.clock.advance(60 * 24 * HOUR_MS);
  expect(await kyc.get({ reference: REFERENCE })).toEqual({ reference: REFERENCE, status: 'pending' });
});

test.each([
  ['publicUrl', { publicUrl: 'http://shop.example' }],
  ['publicUrl', { publicUrl: 'https://shop.example/' }],
  ['documentKey', { documentKey: 'short' }],
  ['leastAge', { leastAge: 3 }],
])('a wrong %s is named, and its value is not', (field, changes) => {
  const error = refusalOf(() => setUp(changes));
  expect(error).toContain(field);
  expect(error).not.toContain(String(Object.values(changes)[0]));
});

function refusalOf(work: () => unknown): string {
  try {
    work();
    return 'nothing was refused';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}
