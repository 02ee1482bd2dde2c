import type { Fetch } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { createOnfido } from '../src/index.ts';
import { input, openWorld, reference } from './world.ts';
import type { World } from './world.ts';

const target = { reference };

/** A case that was approved and then declined, among the runs of others, on pages of one run each. */
async function openRevoked(): Promise<World> {
  const world = openWorld({ pageSize: 1, filtersByTag: false });
  await world.onfido.start(input);
  await world.emulator.desk.approve(reference);
  for (const other of ['1', '2', '3']) {
    await world.onfido.start({ ...input, reference: other as typeof reference });
  }
  await world.emulator.desk.revoke(reference);
  return world;
}

function withList({ emulator, runtime }: World, answer: (page: number) => Response | null) {
  const fetch: Fetch = async (request, how) => {
    const { pathname, searchParams } = new URL(request.url);
    const own = pathname.endsWith('/workflow_runs') ? answer(Number(searchParams.get('page'))) : null;
    return own ?? emulator.fetch(request, how);
  };
  return createOnfido(emulator.config, { ...runtime, fetch });
}

test('a list is read to its end', async () => {
  const { onfido } = await openRevoked();
  expect(await onfido.get(target)).toEqual({ reference, status: 'revoked' });
});

test('whoever reads the first page only takes the revoked for somebody who was never approved', async () => {
  const world = await openRevoked();
  const careless = withList(world, (page) => (page > 1 ? Response.json([]) : null));
  expect(await careless.get(target)).toMatchObject({ status: 'rejected' });
});

test('a server that knows no pages is not believed', async () => {
  const world = await openRevoked();
  const all = await world.runs('?page=1');
  let pages = 0;
  const pageless = withList(world, () => {
    pages += 1;
    return Response.json(all);
  });
  await expect(pageless.get(target)).rejects.toMatchObject({
    fault: { kind: 'unavailable', message: expect.stringContaining('to its end') },
  });
  expect(pages).toBe(2);
});

test('a list without an end is given up', async () => {
  const world = await openRevoked();
  const [run] = await world.runs('?page=1');
  let pages = 0;
  const endless = withList(world, (page) => {
    pages += 1;
    return Response.json([{ ...run, id: `00000000-0000-4000-8000-${String(page).padStart(12, '0')}` }]);
  });
  await expect(endless.get(target)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  expect(pages).toBe(25);
});
