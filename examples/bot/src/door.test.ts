import { systemRuntime } from '@rielrails/kit';
import { expect, onTestFinished, test } from 'vitest';
import { openDoor } from './door.ts';

async function ask(answer: () => Response) {
  const door = await openDoor(0, async () => answer());
  onTestFinished(() => door.close());
  const { fetch } = systemRuntime({ loopbackPorts: [door.port] });
  return fetch(new Request(`http://127.0.0.1:${door.port}/`), {});
}

test('an answer has its length, and comes in one piece', async () => {
  const answer = await ask(() => new Response('ទិញ', { status: 409, headers: { 'x-said': 'yes' } }));
  expect([answer.status, answer.headers.get('content-length'), answer.headers.get('x-said')]).toEqual([
    409,
    '9',
    'yes',
  ]);
  expect(answer.headers.get('transfer-encoding')).toBeNull();
  expect(await answer.text()).toBe('ទិញ');
});

test('an answer without a body says so', async () => {
  const moved = await ask(() => new Response(null, { status: 303, headers: { location: '/x' } }));
  expect([moved.status, moved.headers.get('location'), await moved.text()]).toEqual([303, '/x', '']);
});

test('what fails inside is told to nobody', async () => {
  const failed = await ask(() => {
    throw new Error('secret detail');
  });
  expect([failed.status, await failed.text()]).toEqual([500, 'internal error']);
});
