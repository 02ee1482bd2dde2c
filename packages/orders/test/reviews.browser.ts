/** Reviews and cases on the operators' page, in Chromium, on a real engine: who handed in what, and what takes two people. */

import { readFileSync } from 'node:fs';
import { KHR, money } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { picture } from '../../../tools/browser.ts';
import { cambodianPolicy, readPolicy } from '../src/index.ts';
import { databaseFrom, startTestServer } from './database-server.ts';
import { fits, openOperatorsPage, says } from './operators-page.ts';
import type { OperatorsPage } from './operators-page.ts';
import { serve } from './serve.ts';
import { createReviewedWorld } from './world/reviewed.ts';
import type { ReviewedWorld } from './world/reviewed.ts';
import { ADDRESS, chatRef } from './world/world.ts';

const cambodia = readPolicy(readFileSync(cambodianPolicy, 'utf8'));

let reviewed: ReviewedWorld;
let page: OperatorsPage;
const ending: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  const server = await startTestServer();
  ending.push(() => server.stop());
  const ownDatabase = await databaseFrom(server.url, 'migrated');
  const shop = await serve(
    async (request) => (await reviewed.kyc.handle(request)) ?? new Response(null, { status: 404 }),
  );
  ending.push(shop.close);
  reviewed = await createReviewedWorld(
    { cash: {}, ownDatabase, dueDiligence: { ...cambodia, newAddress: null, rules: [] } },
    { publicUrl: shop.url },
  );
  ending.push(() => reviewed.end());
  const { world, kyc } = reviewed;
  const door = { orders: world.orders, reviews: kyc.desk, sandbox: true };
  page = await openOperatorsPage(door, world.runtime, ['compliance']);
  ending.push(() => page.close());
});
afterAll(async () => {
  for (const end of ending.toReversed()) await end();
});

test('a telephone hands in, one person proposes and is refused as the second, another confirms', async () => {
  const { reference, link } = await reviewed.begun('shown');
  await handIn(link, 'SOK Dara', 'kyc-upload-telephone.png');
  expect(await statusOf('shown')).toBe('pending');

  const sokha = await page.open('sokha');
  await sokha.getByRole('link', { name: /^Reviews/ }).click();
  await picture(sokha, 'operators-reviews.png');
  await sokha.getByRole('link', { name: reference }).click();
  await sokha.getByText('សុខ ដារ៉ា').waitFor();
  expect(await sokha.locator('.pictures img').evaluateAll(areLoaded)).toEqual([true, true, true]);
  await approve(sokha, 'SOK DARA');
  await picture(sokha, 'operators-review-approving.png');
  await sokha.getByTestId('do-review-approve').getByRole('button').click();
  await says(sokha, 'Proposed. Nothing has changed yet');
  await sokha.getByTestId('own').waitFor();
  expect(await sokha.getByText('Confirm…').count()).toBe(0);
  await picture(sokha, 'operators-review-own-proposal.png');

  // The same person with the other's form in their own session: the desk refuses, whatever the page shows.
  const { proposal } = await reviewed.kyc.desk.file(reference, 'sokha');
  await submitBy(sokha, 'review-confirm', { review: reference, hash: proposal?.hash ?? '' });
  await says(sokha, 'a proposal needs a second person');
  expect(await statusOf('shown')).toBe('pending');

  const dara = await page.open('dara');
  await dara.goto(`${page.url}/reviews/${reference}`);
  await dara.getByText('sokha proposes: approved').waitFor();
  await dara.getByText('Confirm…').click();
  await picture(dara, 'operators-review-proposal.png');
  await dara.getByRole('button', { name: 'Confirm', exact: true }).click();
  await says(dara, 'Confirmed and carried out');
  expect(await statusOf('shown')).toBe('approved');
  await dara.goto(`${page.url}/reviews?filter=decided`);
  await dara.getByRole('cell', { name: 'approved' }).first().waitFor();
});

test('another name, and new documents, void what was proposed', async () => {
  const { reference, link } = await reviewed.begun('changed');
  await handIn(link, 'CHAN Bopha');
  const sokha = await openReview('sokha', reference);
  await approve(sokha, 'CHAN BOPHA');
  await sokha.getByTestId('do-review-approve').getByRole('button').click();
  await says(sokha, 'Proposed');

  // Dara has the first proposal before her, while sokha mends the name.
  const dara = await openReview('dara', reference);
  await dara.getByText('Confirm…').click();
  await approve(sokha, 'CHAN BOPPHA');
  await sokha.getByTestId('do-review-approve').getByRole('button').click();
  await says(sokha, 'Proposed');
  await dara.getByRole('button', { name: 'Confirm', exact: true }).click();
  await says(dara, 'Refused. Proposal: it has changed meanwhile');
  await dara.getByText('CHAN BOPPHA').waitFor();
  expect(await statusOf('changed')).toBe('pending');

  // Vanna's page is as old as the second proposal, when other documents come.
  const old = await reviewed.kyc.desk.file(reference, 'dara');
  await dara.getByText('Ask again…').click();
  const again = dara.getByTestId('do-review-retry');
  await again.getByLabel('Reason').selectOption('document-unreadable');
  await again.getByLabel('Also').selectOption('face-mismatch');
  await again.getByRole('button').click();
  await says(dara, 'is to be handed in again');
  expect(await statusOf('changed')).toBe('retry');
  await handIn(link, 'CHAN Bopha', 'kyc-upload-again.png');
  await submitBy(dara, 'review-confirm', { review: reference, hash: old.proposal?.hash ?? '' });
  await says(dara, 'Refused. Proposal: nothing is proposed');
  const stale = { review: reference, seen: String(old.version), reason: 'other' };
  await submitBy(dara, 'review-reject', stale);
  await says(dara, 'Refused. Review: it has changed meanwhile');
  await reviewed.world.pass(60_000);
  expect(await reviewed.kyc.get({ reference })).toMatchObject({ status: 'pending' });
});

test('who has no duty of compliance finds no review, no picture and no case', async () => {
  const { reference, link } = await reviewed.begun('hidden');
  await handIn(link, 'LIM Sreymom');
  const vanna = await page.open('vanna');
  expect(await vanna.getByRole('navigation', { name: 'Sections' }).getByRole('link').allTextContents()).toEqual([
    'Orders',
    'Proposals',
    'Money',
    'Reconcile',
    'Engine',
  ]);
  const status = async (path: string) => (await vanna.request.get(page.url + path)).status();
  for (const path of ['/reviews', `/reviews/${reference}`, `/reviews/${reference}/front`, '/cases'])
    expect(await status(path)).toBe(403);
});

test('a case: the rule wants two, who proposed is refused, and a new note voids the approval', async () => {
  const { world } = reviewed;
  const order = await confirmed('held');
  const sokha = await page.open('sokha');
  await sokha.goto(`${page.url}/orders/${order.number}`);
  await sokha.getByText('Open a case…').click();
  const opening = sokha.getByTestId('do-case-open');
  await opening.getByLabel('Note').fill('Says that it is for a cousin');
  await opening.getByRole('button').click();
  await says(sokha, 'is open');
  const [one] = await world.orders.admin.cases('open');
  const id = one?.id ?? ('' as Reference);
  const propose = async (opened: Page, reason: string) => {
    await opened.goto(`${page.url}/cases/${id}`);
    await opened.getByText('Decide…').click();
    const deciding = opened.getByTestId('do-case-decide');
    await deciding.getByLabel('Decision').selectOption('cleared');
    await deciding.getByLabel('Reason').fill(reason);
    await deciding.getByRole('button').click();
    await says(opened, 'Proposed');
  };
  await propose(sokha, 'Shown a family book');
  await picture(sokha, 'operators-case.png');
  const [first] = await world.orders.admin.proposals();
  await submitBy(sokha, 'approve', { proposal: first?.id ?? '', hash: first?.payloadHash ?? '' });
  await says(sokha, 'a proposal needs a second person');

  // Dara looks at the proposal, while another note comes in.
  const dara = await page.open('dara');
  await dara.goto(`${page.url}/proposals`);
  await world.orders.admin.noteCase(id, 'The cousin is on the news', 'sokha');
  await dara.getByRole('button', { name: 'Approve' }).click();
  await says(dara, 'what it is about has changed since');
  expect((await world.orders.admin.caseLine(id)).state).toBe('open');

  await world.runtime.clock.advance(30 * 60_000);
  const later = await page.open('dara');
  await propose(await page.open('sokha'), 'It was another cousin');
  await later.goto(`${page.url}/proposals`);
  await later.getByRole('link', { name: 'Look at the case' }).click();
  await later.getByText('The cousin is on the news').waitFor();
  await later.goto(`${page.url}/proposals`);
  await later.getByRole('button', { name: 'Approve' }).click();
  await says(later, 'Approved and carried out');
  expect(await world.orders.admin.caseLine(id)).toMatchObject({ state: 'closed', decision: 'cleared' });
});

test('reviews and cases are legible in the dark and on a telephone, and no wider than it', async () => {
  const { reference, link } = await reviewed.begun('small');
  await handIn(link, 'LIM Sreymom');
  const [one] = await reviewed.world.orders.admin.cases('all');
  const paths = ['/reviews', `/reviews/${reference}`, '/cases?filter=all', `/cases/${one?.id ?? ''}`];
  for (const dark of [false, true]) {
    const small = await page.open('sokha', { dark, width: 390 });
    const tone = dark ? '-dark' : '';
    for (const [index, path] of paths.entries()) {
      await small.goto(page.url + path);
      await fits(small);
      await picture(small, `operators-telephone-${['reviews', 'review', 'cases', 'case'][index] ?? ''}${tone}.png`);
    }
    await small.goto(`${page.url}/reviews/${reference}`);
    for (const summary of await small.locator('summary').all()) await summary.click();
    await fits(small);
    await picture(small, `operators-telephone-review-forms${tone}.png`);
  }
  const wide = await page.open('dara', { dark: true });
  await wide.goto(`${page.url}/reviews/${reference}`);
  await fits(wide);
  await picture(wide, 'operators-review-dark.png');
});

const areLoaded = (images: readonly unknown[]): readonly boolean[] =>
  images.map((one) => (one as { readonly naturalWidth: number }).naturalWidth > 100);

async function openReview(person: 'sokha' | 'dara', reference: Reference): Promise<Page> {
  const opened = await page.open(person);
  await opened.goto(`${page.url}/reviews/${reference}`);
  return opened;
}

/** Fills in what was read off the document, and does not send it. */
async function approve(opened: Page, name: string): Promise<void> {
  await opened.getByText('Approve…').click();
  const form = opened.getByTestId('do-review-approve');
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Born').fill('1990-04-17');
  await form.getByLabel('Country').fill('KH');
  await form.getByLabel('Document number').fill('010203045 (7)');
  await form.getByLabel('Document expires').fill('2031-12-31');
}

/** Sends a form that the page does not offer, with the secret of the person's own session. */
async function submitBy(opened: Page, command: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const all = { form: Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex'), ...fields };
  await opened.evaluate(`
    const own = document.querySelector('form.who');
    own.action = '/do/${command}';
    for (const [name, value] of Object.entries(${JSON.stringify(all)}))
      own.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    own.submit();
  `);
}

/** A buyer's telephone: fills in the upload page. */
async function handIn(link: string, name: string, shown?: string): Promise<void> {
  const phone = await page.visit({ viewport: { width: 390, height: 844 } });
  await phone.goto(link);
  await fits(phone);
  if (shown !== undefined) await picture(phone, shown);
  await phone.locator('[name=name]').fill(name);
  await phone.locator('[name=khmerName]').fill('សុខ ដារ៉ា');
  await phone.locator('[name=born]').fill('1990-04-17');
  await phone.locator('[name=country]').fill('KH');
  for (const side of ['front', 'back', 'selfie'])
    await phone.locator(`[name=${side}]`).setInputFiles({
      name: `${side}.png`,
      mimeType: 'image/png',
      buffer: await drawn(phone, `${side} of ${name}`),
    });
  await phone.locator('button').click();
  await phone.locator('.only').waitFor();
}

/** A picture that a browser can show. */
async function drawn(phone: Page, text: string): Promise<Buffer> {
  const card = await phone.context().newPage();
  await card.setViewportSize({ width: 480, height: 300 });
  await card.setContent(
    `<body style="margin:0;background:#9cc;font:24px sans-serif;display:grid;place-items:center">PLAY – ${text}</body>`,
  );
  const bytes = await card.screenshot();
  await card.close();
  return bytes;
}

async function statusOf(chat: string): Promise<string> {
  await reviewed.heard();
  return (await reviewed.world.orders.buyer.limits(chatRef(chat))).verification.status;
}

async function confirmed(chat: string): Promise<{ readonly id: Reference; readonly number: string }> {
  const { world } = reviewed;
  const { buyer } = world.orders;
  const { reference, link } = await reviewed.begun(chat);
  await handIn(link, 'PICH Vuthy');
  const { desk } = reviewed.kyc;
  const identity = {
    name: 'PICH VUTHY',
    born: '1988-02-03',
    country: 'KH',
    documentNumber: '998877665',
    documentExpires: null,
  };
  const { version } = await desk.line(reference);
  const outcome = await desk.decide(reference, version, { to: 'approved', identity }, 'sokha');
  if (outcome.outcome === 'proposed') await desk.confirm(reference, outcome.proposal.hash, 'dara');
  expect(await statusOf(chat)).toBe('approved');
  const { id } = await buyer.quote(chatRef(chat), {
    want: { type: 'spend', amount: money(KHR, 41_000n) },
    payIn: KHR,
  });
  await buyer.giveAddress(chatRef(chat), id, ADDRESS);
  return world.confirm(chat, id);
}
