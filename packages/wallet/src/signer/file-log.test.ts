import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initFileLog, openFileLog } from './file-log.ts';
import { nextEntry } from './log.ts';
import type { SignedEntry } from './protocol.ts';

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rielrails-log-'));
  path = join(folder, 'signer.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const init = { network: 'regtest', descriptor: 'wpkh(…)' } as const;
const signature = (reference: string): SignedEntry => ({
  type: 'signed',
  purpose: 'deliver',
  reference,
  txid: '11'.repeat(32),
  anchor: `${'22'.repeat(32)}:0`,
  address: 'bcrt1q…',
  amountSats: '1000',
  feeSats: '110',
  change: null,
  transactionHex: '00',
});

function begin(count: number): void {
  initFileLog(path, init, 1000);
  const log = openFileLog(path);
  for (let index = 1; index <= count; index += 1)
    log.append(nextEntry(log.entries, signature(String(index)), 1000 + index));
  log.close();
}

/** Opens, notes the number of entries, closes. */
function countEntries(): number {
  const log = openFileLog(path);
  log.close();
  return log.entries.length;
}

describe('the log in a file', () => {
  it('keeps its entries, readable by this user only', () => {
    begin(3);
    expect(countEntries()).toBe(4);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is never begun twice, and never by opening', () => {
    expect(() => openFileLog(path)).toThrow('initialise it explicitly');
    writeFileSync(path, '');
    expect(() => openFileLog(path)).toThrow('is empty');
    rmSync(path);
    begin(1);
    expect(() => initFileLog(path, init, 2000)).toThrow('EEXIST');
  });

  it('cuts off a line that was never finished, and goes on', () => {
    begin(2);
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, '{"sequence":3,"atMs":');
    expect(countEntries()).toBe(3);
    expect(readFileSync(path, 'utf8')).toBe(whole);
  });

  it.each([
    ['a changed amount', (text: string) => text.replace('"amountSats":"1000"', '"amountSats":"1001"')],
    ['a removed line', (text: string) => text.split('\n').toSpliced(2, 1).join('\n')],
    [
      'two lines exchanged',
      (text: string) => {
        const [first, second, third, ...rest] = text.split('\n');
        return [first, third, second, ...rest].join('\n');
      },
    ],
    ['a removed beginning', (text: string) => text.split('\n').slice(1).join('\n')],
    ['a line that is no JSON', (text: string) => text.replace('{"sequence":2', 'sequence":2')],
  ])('refuses %s', (_what, change) => {
    begin(3);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    expect(() => openFileLog(path)).toThrow('signer log:');
    // And lets go of it: the next start says the same, not "held".
    expect(() => openFileLog(path)).toThrow(/^(?!.*held).*$/);
  });

  it('is held by one process at a time; a dead one’s lock does not count', () => {
    begin(1);
    const log = openFileLog(path);
    expect(() => openFileLog(path)).toThrow(
      `held by another process; stop it, or, if that is no signer, remove ${path}.lock`,
    );
    log.close();
    writeFileSync(`${path}.lock`, '999999999');
    expect(countEntries()).toBe(2);
  });

  it('refuses to go on when somebody else wrote to it', () => {
    begin(1);
    const log = openFileLog(path);
    appendFileSync(path, 'x');
    expect(() => log.append(nextEntry(log.entries, signature('9'), 2000))).toThrow('somebody else');
    expect(log.entries).toHaveLength(2);
    log.close();
  });
});
