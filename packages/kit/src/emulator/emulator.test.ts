import { expect, test } from 'vitest';
import { createVirtualClock } from '../virtual/index.ts';
import { createEmulator } from './emulator.ts';

test('a route that waits sees the caller give up', async () => {
  const emulator = createEmulator({
    name: 'waiting',
    clock: createVirtualClock(0),
    routes: [
      {
        name: 'wait',
        method: 'GET',
        path: '/wait',
        cites: 'this test',
        provenance: 'assumed',
        handle: ({ signal }) =>
          new Promise((resolve) => {
            const gaveUp = () => resolve(new Response('gave up'));
            if (signal?.aborted) gaveUp();
            else signal?.addEventListener('abort', gaveUp, { once: true });
          }),
      },
    ],
  });
  const caller = new AbortController();
  const answer = emulator.fetch(new Request('http://127.0.0.1/wait'), { signal: caller.signal });
  caller.abort();
  expect(await (await answer).text()).toBe('gave up');
});
