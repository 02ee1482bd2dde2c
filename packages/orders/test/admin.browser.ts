/** The operators' page in Chromium, on a real engine and a real PostgreSQL: what needs two people, and what it looks like. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { picture } from '../../../tools/browser.ts';
import { databaseFrom, startTestServer } from './database-server.ts';
import { fits, openOperatorsPage, says } from './operators-page.ts';
import type { OperatorsPage } from './operators-page.ts';
import { createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
let page: OperatorsPage;
const ending: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  const server = await startTestServer();
  ending.push(() => server.stop());
  const database = await databaseFrom(server.url, 'migrated');
  world = await createTestWorld({ cash: {}, ownDatabase: database });
  ending.push(() => world.end());
  page = await openOperatorsPage({ orders: world.orders, sandbox: true }, world.runtime);
  ending.push(() => page.close());
});
afterAll(async () => {
  for (const end of ending.toReversed()) await end();
});

test('one person proposes, is refused as the second, and another approves', async () => {
  const large = await stopped('large', 1_000_000n);
  const sokha = await page.open('sokha');
  await sokha.getByRole('link', { name: 'Held' }).click();
  await picture(sokha, 'operators-orders.png');
  await sokha.getByRole('link', { name: large }).click();
  await sokha.getByText('Release…').click();
  await picture(sokha, 'operators-order.png');
  await sokha.getByRole('button', { name: 'Release', exact: true }).click();
  await says(sokha, 'Proposed. Nothing has changed yet');
  expect(await holdOf(large)).toBe('review');

  await sokha.getByRole('link', { name: 'Proposals' }).click();
  await sokha.getByTestId('own').waitFor();
  expect(await sokha.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  await picture(sokha, 'operators-own-proposal.png');

  // The same person with the other's form in their own session: the engine refuses, whatever the page shows.
  const [proposal] = await world.orders.admin.proposals();
  const fields = { form: 'a'.repeat(32), proposal: proposal?.id ?? '', hash: proposal?.payloadHash ?? '' };
  await sokha.evaluate(`
    const own = document.querySelector('form.who');
    own.action = '/do/approve';
    for (const [name, value] of Object.entries(${JSON.stringify(fields)}))
      own.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    own.submit();
  `);
  await says(sokha, 'a proposal needs a second person');
  expect(await holdOf(large)).toBe('review');

  const dara = await page.open('dara');
  await dara.getByRole('link', { name: 'Proposals' }).click();
  await picture(dara, 'operators-proposal.png');
  await dara.getByRole('button', { name: 'Approve' }).click();
  await says(dara, 'Approved and carried out');
  expect(await holdOf(large)).toBe('none');
});

test('one person refunds what is small; a refund by hand takes two', async () => {
  const small = await stopped('small', 41_000n);
  world.cash.fault.refund = 'refused';
  const sokha = await page.open('sokha');
  await sokha.getByLabel('Order number or id').fill(small);
  await sokha.getByRole('button', { name: 'Open', exact: true }).click();
  await sokha.getByText('Refund…').click();
  await sokha.getByRole('button', { name: 'Refund', exact: true }).click();
  await says(sokha, 'is on its way back');
  await world.pass(30_000);
  await sokha.reload();
  await sokha.getByText('Report 41,000 KHR as paid back…').click();
  const report = sokha.getByTestId('do-refund-task-done');
  await report.getByLabel('Bank reference').fill('x');
  await report.getByRole('button').click();
  await says(sokha, 'Refused. Bank reference: expected');
  expect(await report.getByLabel('Bank reference').inputValue()).toBe('x');
  await picture(sokha, 'operators-refund-task.png');
  await report.getByLabel('Bank reference').fill('ABA 3001');
  await report.getByRole('button').click();
  await says(sokha, 'Proposed');

  const dara = await page.open('dara');
  await dara.getByRole('link', { name: 'Proposals' }).click();
  await dara.getByText('bank reference ABA 3001').waitFor();
  await dara.getByRole('button', { name: 'Approve' }).click();
  await says(dara, 'Approved');
  await dara.goto(`${page.url}/orders/${small}`);
  await dara.getByText('REFUNDED').first().waitFor();
  await picture(dara, 'operators-refunded.png');
});

test('a statement is brought, and its day compared with the books', async () => {
  const sokha = await page.open('sokha');
  await sokha.getByRole('link', { name: 'Reconcile' }).click();
  await sokha.getByText('no statement').first().waitFor();
  const bring = sokha.getByTestId('do-statement');
  await bring.getByLabel('Rail').fill('cash');
  await bring.getByLabel('Statement').fill('type,transaction\npayment,T-nobody-knows');
  await bring.getByRole('button').click();
  await says(sokha, 'Refused. Statement line 1: expected type,transaction,amount,currency,at');
  const at = new Date(world.runtime.clock.now()).toISOString();
  const lines = Array.from({ length: 500 }, (_one, index) => `payment,T-of-nobody-${index},41000,KHR,${at}`);
  await bring.getByLabel('Statement').fill(['type,transaction,amount,currency,at', ...lines].join('\n'));
  await bring.getByRole('button').click();
  await says(sokha, '500 lines were read, 500 of them are new');
  await sokha.getByText('NOT everything agrees').waitFor();
  await sokha.getByText('The first 100 of').waitFor();
  await picture(sokha, 'operators-reconcile.png');
});

test('float, transfers and the pause, in the dark and on a telephone', async () => {
  const sokha = await page.open('sokha', { dark: true });
  await sokha.getByRole('link', { name: 'Money' }).click();
  const plan = sokha.getByTestId('do-transfer-plan');
  await plan.getByLabel('Kind').selectOption('wallet-to-cold');
  await plan.getByLabel('Amount').fill('0.25');
  await plan.getByLabel('Asset').selectOption('BTC');
  await plan.getByRole('button').click();
  await says(sokha, 'Planned as transfer');
  await picture(sokha, 'operators-money-dark.png');
  await sokha.getByText('Finish…').click();
  const finish = sokha.getByTestId('do-transfer-finish');
  await finish.getByLabel('Evidence').fill('tx 1');
  await finish.getByRole('button').click();
  await says(sokha, 'The transfer is finished');

  await sokha.getByRole('link', { name: 'Engine' }).click();
  await sokha.getByRole('button', { name: 'Pause new orders' }).click();
  await says(sokha, 'No new orders are taken');
  expect(await world.orders.admin.pauseState()).toMatchObject({ paused: true, by: 'sokha' });
  await picture(sokha, 'operators-engine-dark.png');
  await sokha.getByRole('button', { name: 'Take new orders again' }).click();
  await says(sokha, 'New orders are taken again');

  const small = await page.open('dara', { width: 390 });
  await picture(small, 'operators-telephone.png');
  await fits(small);
  await small.locator('td a').first().click();
  await small.getByRole('heading', { name: /^Order / }).waitFor();
  await fits(small);
  await picture(small, 'operators-telephone-order.png');
  for (const path of ['/proposals', '/money', '/reconcile', '/engine', '/orders?filter=all']) {
    await small.goto(page.url + path);
    await fits(small);
  }
  await small.getByRole('button', { name: 'Sign out' }).click();
  await small.getByTestId('token').waitFor();
  await picture(small, 'operators-sign-in.png');
});

/** An order that waits for a person, because a stranger paid it. */
async function stopped(chat: string, riel: bigint): Promise<string> {
  const { id } = await world.confirmed(chat, { riel });
  world.cash.pay(world.cash.asked.at(-1) ?? '', { name: 'CHAN VANNA' });
  await world.orders.wake(id);
  return (await world.orders.admin.order(id)).order.number;
}

const holdOf = async (number: string) => (await world.orders.admin.order(number)).order.hold;
