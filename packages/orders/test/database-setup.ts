import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import type { TestServer } from './database-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whoever connects to this port on loopback is told the test server's connection string. */
    databasePort: number;
  }
}

/** One embedded PostgreSQL for the whole run, started when the first test file asks: others do not pay for it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let server: Promise<TestServer> | undefined;
  const desk = createServer((socket) => {
    socket.on('error', () => {});
    server ??= import('./database-server.ts').then((module) => module.startTestServer());
    void server.then(
      ({ url }) => socket.end(url),
      (error: unknown) => socket.end(`error: ${error instanceof Error ? error.message : 'unknown'}`),
    );
  });
  await new Promise<void>((done) => void desk.listen(0, '127.0.0.1', done));
  project.provide('databasePort', (desk.address() as AddressInfo).port);
  return async () => {
    desk.close();
    await (await server?.catch(() => undefined))?.stop();
  };
}
