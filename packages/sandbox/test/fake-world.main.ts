/** Shows the page over stand-ins: `node test/fake-world.main.ts [port]`. */

import { createFakeWorld, tellStory } from './fake-world.ts';

const fake = await createFakeWorld(Number(process.argv[2] ?? 0));
await tellStory(fake);
process.stdout.write(`${fake.world.url}\n`);
