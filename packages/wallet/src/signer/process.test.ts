import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seedOf, signElsewhere } from '../../test/hardware.ts';
import { sealedWith } from '../../test/sealed.ts';
import { bindingKey, createWorld } from '../../test/world.ts';
import { exportPsbts, importPsbt } from '../psbt-desk.ts';
import { createSignerClient } from './client.ts';
import { openDescriptor, openSeed } from './keys.ts';
import { readSeed } from './seed.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const seedHex = '07'.repeat(32);

let folder = '';
let children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rielrails-signer-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
  rmSync(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);

const limits = {
  maximumFeeSats: '50000',
  maximumSatPerVbyte: 200,
  maximumSatsPerHour: '100000000',
  maximumSatsPerDay: '200000000',
  ownDescriptors: [] as readonly string[],
};

function writeConfig(changes: Readonly<Record<string, unknown>> = {}): void {
  writeFileSync(at('seed'), `${seedHex}\n`, { mode: 0o600 });
  writeFileSync(at('binding'), bindingKey.reveal(), { mode: 0o600 });
  const config = {
    network: 'regtest',
    keys: { mode: 'regtest', seedFile: at('seed') },
    bindingKeyFile: at('binding'),
    logFile: at('signer.log'),
    socketPath: at('signer.sock'),
    freezeFile: at('freeze'),
    policy: limits,
    ...changes,
  };
  writeFileSync(at('config.json'), JSON.stringify(config));
}

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly line: Promise<Record<string, unknown>>;
  readonly exit: Promise<number | null>;
}

function start(...words: readonly string[]): Started {
  const env = { ...process.env, CREDENTIALS_DIRECTORY: existsSync(at('passphrase')) ? folder : undefined };
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env });
  children.push(child);
  let text = '';
  child.stderr.on('data', (bytes: Uint8Array) => (text += String(bytes)));
  // Closed, and not only gone: by then everything that it said has come.
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const line = new Promise<Record<string, unknown>>((resolve, reject) => {
    child.stdout.on('data', (bytes: Uint8Array) => {
      text += String(bytes);
      const end = text.indexOf('\n');
      if (text.startsWith('{') && end > 0) resolve(JSON.parse(text.slice(0, end)) as Record<string, unknown>);
    });
    void exit.then((code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
  line.catch(() => {});
  return { child, output: () => text, line, exit };
}

async function begin(): Promise<Started> {
  writeConfig();
  await start('init', at('config.json')).exit;
  const started = start('run', at('config.json'));
  await started.line;
  return started;
}

describe('the signer process', () => {
  it('signs for a wallet, survives kill -9, and stops when told', async () => {
    const first = await begin();
    expect(await first.line).toMatchObject({
      event: 'ready',
      socket: at('signer.sock'),
      fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(statSync(at('signer.sock')).mode & 0o777).toBe(0o600);

    const world = createWorld();
    const signer = createSignerClient({ socketPath: at('signer.sock') }, world.runtime);
    const wallet = world.open({ signer });
    const order = world.ask(500_000n);
    expect(await wallet.withdraw(order)).toMatchObject({ outcome: 'applied', value: { status: 'broadcast' } });
    const { head } = await signer.describe();
    expect(head.sequence).toBe(1);

    first.child.kill('SIGKILL');
    await first.exit;
    expect(await wallet.withdraw(world.ask(400_000n))).toMatchObject({
      outcome: 'refused',
      fault: { kind: 'unavailable' },
    });
    const second = start('run', at('config.json'));
    expect(await second.line).toMatchObject({ head });
    expect(await signer.find(order.reference)).toHaveLength(1);
    expect(await wallet.withdraw(world.ask(400_000n))).toMatchObject({ outcome: 'applied' });

    writeFileSync(at('freeze'), '');
    expect(await wallet.withdraw(world.ask(100_000n))).toMatchObject({ fault: { kind: 'declined', reason: 'frozen' } });
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
    expect(existsSync(`${at('signer.log')}.lock`)).toBe(false);

    const told = first.output() + second.output() + readFileSync(at('signer.log'), 'utf8');
    expect(told).not.toContain('0707');
    expect(told).not.toContain(bindingKey.reveal());
    expect(told).not.toMatch(/[tx]prv/);
  });

  it('opens a seed that is sealed with a passphrase of a systemd credential', async () => {
    const words = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
    const sealed = await sealedWith('correct horse battery staple', words);
    writeFileSync(at('seed.age'), sealed);
    writeFileSync(at('passphrase'), 'correct horse battery staple\n', { mode: 0o600 });
    const descriptor = openSeed(readSeed(words), 'bitcoin', 'p2tr').account.descriptor;
    const passphrase = { credential: 'passphrase' };
    writeConfig({ network: 'bitcoin', keys: { mode: 'age', file: at('seed.age'), passphrase, account: 'p2tr' } });
    expect(await start('init', at('config.json')).line).toMatchObject({ event: 'initialised', descriptor });
    const running = start('run', at('config.json'));
    expect(await running.line).toMatchObject({ event: 'ready', descriptor });
    expect(running.output()).not.toContain('legal');
    expect(running.output()).not.toContain('horse');
  });

  it('hands out where its keys are elsewhere', async () => {
    const { account } = openSeed(seedOf(1), 'regtest', 'p2tr');
    writeConfig({ keys: { mode: 'external', account: account.descriptor } });
    await start('init', at('config.json')).exit;
    await start('run', at('config.json')).line;
    const world = createWorld({ keys: openDescriptor(account.descriptor, 'regtest') });
    const { chain, store } = world;
    const signer = createSignerClient({ socketPath: at('signer.sock') }, world.runtime);
    const wallet = world.open({ signer });
    const order = world.ask(500_000n);
    expect(await wallet.withdraw(order)).toMatchObject({ outcome: 'applied', value: { status: 'signing' } });
    const [waiting] = await exportPsbts({ signer }, order.reference);
    const psbt = signElsewhere(waiting?.psbt ?? '', seedOf(1));
    expect(await importPsbt({ signer, store, chain }, { reference: order.reference, psbt })).toMatchObject({
      outcome: 'signed',
      broadcast: { outcome: 'accepted' },
    });
    expect(await wallet.get(order)).toMatchObject({ status: 'broadcast' });
    const refused = { ...(await world.signer.describe()).head };
    expect(
      await signer.releaseAnchor({
        reference: '1',
        spender: '00',
        proof: '00',
        headers: [],
        approvals: [],
        logHead: refused,
      }),
    ).toEqual({ outcome: 'refused', code: 'no-operators' });
  });

  it.each([
    ['no log', () => {}, 'initialise it explicitly'],
    ['a seed that is none', () => writeFileSync(at('seed'), 'not hex'), 'seed: expected 16 to 64 bytes'],
  ])('does not start with %s', async (_what, change, message) => {
    writeConfig();
    change();
    const started = start('run', at('config.json'));
    expect(await started.exit).toBe(1);
    expect(started.output()).toContain(message);
    expect(started.output()).not.toContain('0707');
  });

  it('keeps a second process off its log', async () => {
    await begin();
    const second = start('run', at('config.json'));
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain('held by another process');
  });

  it('answers malformed lines with an error and an end, and goes on for others', async () => {
    await begin();
    const send = (bytes: string | Uint8Array) =>
      new Promise<string>((resolve) => {
        let text = '';
        const socket = connect(at('signer.sock'), () => socket.write(bytes));
        socket.on('data', (part: Uint8Array) => (text += String(part)));
        socket.on('error', () => {});
        socket.on('close', () => resolve(text));
      });
    const malformed = '{"error":"malformed"}\n';
    expect(await send('nonsense\n')).toBe(malformed);
    expect(await send('{"operation":"sign","request":{"purpose":"deliver"}}\n')).toBe(malformed);
    expect(await send('{"operation":"describe","more":1}\n')).toBe(malformed);
    expect(await send(Uint8Array.of(0xff, 0xfe, 0x0a))).toBe(malformed);
    expect(await send('x'.repeat(9 * 1024 * 1024))).toBe('');
    const client = createSignerClient({ socketPath: at('signer.sock') }, createWorld().runtime);
    expect(await client.describe()).toMatchObject({ network: 'regtest', frozen: false });
  });
});

describe('the signer’s modules', () => {
  const NETWORK =
    /^(?:node:)?(?:http|https|http2|dns|dns\/promises|tls|dgram|inspector|cluster|child_process|worker_threads)$/;

  /** Every module that a file loads, found by reading the import statements, packages included. */
  function reach(file: string, seen: Map<string, string[]>): void {
    if (seen.has(file)) return;
    const names: string[] = [];
    seen.set(file, names);
    if (!/\.(?:[cm]?js|ts)$/.test(file)) return;
    const text = readFileSync(file, 'utf8').replaceAll(/^\s*(?:\*|\/\/|\/\*).*$/gm, '');
    const found = text.matchAll(
      /(?:^|[\s;])(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s*)?['"]([^'"]+)['"]|\b(?:require|import)\(\s*['"]([^'"]+)['"]\s*\)/g,
    );
    for (const [, statement, call] of found) {
      const name = statement ?? call ?? '';
      names.push(name);
      if (isBuiltin(name)) continue;
      const target = name.startsWith('.') ? join(dirname(file), name) : resolve(name, file);
      if (existsSync(target)) reach(target, seen);
    }
  }

  /** As Node would from an ES module; packages of this workspace resolve to their sources. */
  function resolve(name: string, from: string): string {
    try {
      return fileURLToPath(import.meta.resolve(name, pathToFileURL(from)));
    } catch {
      return createRequire(from).resolve(name);
    }
  }

  it('reach no network but node:net, which only the unix socket uses', () => {
    const seen = new Map<string, string[]>();
    reach(main, seen);
    const files = [...seen.keys()];
    for (const part of [
      'bitcoinjs-lib',
      'tiny-secp256k1',
      'bip32',
      'bip174',
      'age-encryption',
      '@scure/bip39',
      'zod',
    ]) {
      expect(
        files.some((file) => file.includes(`/${part}/`)),
        `${part} is walked`,
      ).toBe(true);
    }
    const offenders = [...seen].flatMap(([file, names]) =>
      names.filter((name) => NETWORK.test(name) || name === 'undici').map((name) => `${file}: ${name}`),
    );
    expect(offenders).toEqual([]);
    const netUsers = [...seen].flatMap(([file, names]) =>
      names.includes('node:net') || names.includes('net') ? [file] : [],
    );
    expect(netUsers.map((file) => file.slice(file.lastIndexOf('/')))).toEqual(['/server.ts']);
    const server = readFileSync(netUsers[0] ?? '', 'utf8');
    expect(server).toContain("import { createServer } from 'node:net'");
    expect(server.match(/\.listen\([^)]*\)/g)).toEqual(['.listen(socketPath, resolve)']);
  });

  it('would be seen reaching it: the client side does', () => {
    const seen = new Map<string, string[]>();
    reach(fileURLToPath(new URL('client.ts', import.meta.url)), seen);
    expect([...seen.values()].flat()).toContain('undici');
  });
});
