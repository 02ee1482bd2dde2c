import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const source = (path: string) => new URL(`../src/${path}`, import.meta.url).href;
const folder = new URL('..', import.meta.url);

/** Runs a module in a process of its own, and gives what it printed. Rejects when it does not end by itself. */
async function run(code: string): Promise<string> {
  const args = ['--input-type=module', '--eval', code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, timeout: 20_000 });
  return stdout.trim();
}

/** Prints `loaded` in the moment in which ccxt is looked for. */
const watch = `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'ccxt') console.log('loaded');
      return next(specifier, context);
    },
  });
`;
const silent = `const log = { debug() {}, info() {}, warn() {}, error() {} };`;

test('neither the import of the package nor the making of an exchange loads ccxt; the first call does', async () => {
  const told = await run(`
    ${watch}
    ${silent}
    const { createBinance, createKraken } = await import('${source('index.ts')}');
    const { createBinanceCustody } = await import('${source('custody/index.ts')}');
    const { money, BTC, USDT } = await import('@rielrails/core');
    const { systemRuntime } = await import('@rielrails/kit');
    const refuse = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    const runtime = { ...systemRuntime({ log }), fetch: refuse };
    const config = { apiKey: 'A'.repeat(56), secret: 'B'.repeat(88) };
    const exchange = createBinance(config, runtime);
    createKraken(config, runtime);
    createBinanceCustody(config, runtime);
    console.log('made');
    await exchange.quote({ spend: money(USDT, 10000000000n), buy: BTC }).catch(() => console.log('asked'));
  `);
  expect(told.split('\n')).toEqual(['made', 'loaded', 'asked']);
});

test('after calls that failed in every way the process ends by itself', async () => {
  const told = await run(`
    ${silent}
    const { createServer } = await import('node:http');
    const { createBinance, createKraken } = await import('${source('index.ts')}');
    const { money, BTC, USDT } = await import('@rielrails/core');
    const { systemRuntime } = await import('@rielrails/kit');
    const answers = [() => {}, (response) => response.destroy(), (response) => response.writeHead(503).end()];
    for (const answer of answers) {
      const server = createServer((request, response) => answer(response));
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address();
      const runtime = systemRuntime({ log, loopbackPorts: [port] });
      const baseUrl = 'http://127.0.0.1:' + port;
      const config = { apiKey: 'A'.repeat(56), secret: 'B'.repeat(88), timeoutMs: 150, baseUrl };
      const [binance, kraken] = [createBinance(config, runtime), createKraken(config, runtime)];
      const failed = await Promise.allSettled([
        binance.quote({ spend: money(USDT, 10000000000n), buy: BTC }),
        binance.get({ reference: '1' }),
        kraken.get({ reference: '1' }),
      ]);
      console.log(failed.map(({ reason }) => reason.fault.kind).join(' '));
      server.close();
      server.closeAllConnections();
    }
  `);
  expect(told.split('\n')).toEqual(Array.from({ length: 3 }, () => 'unavailable unavailable unavailable'));
});
