import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fetchNode, mirrorOfLines, mirrorOfStanzas } from './fetch-node.ts';
import { defaultNodeDirectory, describeNode, findNode } from './find-node.ts';

const folder = await mkdtemp(join(tmpdir(), 'rielrails-fetch-'));
afterAll(() => rm(folder, { recursive: true }));

describe('the mirror of this machine', () => {
  test('is the one that carries the release itself, in the one-line format', () => {
    const text = [
      '# deb http://commented.test/debian bookworm main',
      'deb https://vendor.test/apt vendor-bookworm main',
      'deb-src http://source.test/debian bookworm main',
      'deb http://security.test/debian-security bookworm-security main',
      'deb cdrom:[Debian]/ bookworm main',
      'deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm non-free main',
    ].join('\n');
    expect(mirrorOfLines(text, 'bookworm')).toBe('http://mirror.test/debian');
    expect(mirrorOfLines(text, 'trixie')).toBeNull();
  });

  test('is the one that carries the release itself, in the deb822 format', () => {
    const stanza = (uri: string, suites: string, more = '') =>
      `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\n${more}`;
    const text = [
      stanza('http://security.test/debian-security', 'bookworm-security'),
      stanza('http://off.test/debian', 'bookworm', 'Enabled: no\n'),
      stanza('http://mirror.test/debian', 'bookworm bookworm-updates', 'Signed-By: /k.gpg\n'),
    ].join('\n');
    expect(mirrorOfStanzas(text, 'bookworm')).toBe('http://mirror.test/debian');
    expect(mirrorOfStanzas(text, 'sid')).toBeNull();
  });
});

describe('a fetched node', () => {
  test('is absent from a folder without its description, whatever else lies there', async () => {
    await mkdir(join(folder, 'half/root/usr/bin'), { recursive: true });
    await writeFile(join(folder, 'half/root/usr/bin/bitcoind'), '');
    expect(await findNode(join(folder, 'half'))).toBeNull();
    expect(await findNode(join(folder, 'nothing'))).toBeNull();
  });

  test('is found again without a download', async () => {
    const whole = join(folder, 'whole');
    for (const path of ['root/usr/bin', 'root/usr/lib/x86_64-linux-gnu'])
      await mkdir(join(whole, path), { recursive: true });
    await writeFile(join(whole, 'root/usr/bin/bitcoind'), '');
    await writeFile(join(whole, 'root/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2'), '');
    await describeNode(whole, {
      suite: 'sid',
      packages: ['bitcoin-knots_1%3a29.4-1_amd64.deb', 'libc6_2.43-1_amd64.deb'],
    });
    const lines: string[] = [];
    const result = await fetchNode({ directory: whole, say: (line) => lines.push(line) });
    expect(result).toMatchObject({ outcome: 'ready', fetched: false, files: { version: '1:29.4-1', suite: 'sid' } });
    expect(lines).toEqual([]);
  });

  test('is looked for in the home of the project, else in the state folder', () => {
    expect(defaultNodeDirectory({ RIELRAILS_HOME: '/data' })).toBe('/data/bitcoin-knots');
    expect(defaultNodeDirectory({ XDG_STATE_HOME: '/state' })).toBe('/state/rielrails/bitcoin-knots');
    expect(defaultNodeDirectory({ HOME: '/home/a' })).toBe('/home/a/.local/state/rielrails/bitcoin-knots');
  });
});
