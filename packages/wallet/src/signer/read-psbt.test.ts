import { fromHex, toHex } from '@rielrails/kit';
import { Transaction } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { seedOf, singleDescriptor } from '../../test/hardware.ts';
import { amountBytes, overwrite } from '../../test/overwrite.ts';
import { buildPsbt, SEQUENCE } from '../psbt.ts';
import { openDescriptor } from './keys.ts';
import { readPsbt } from './read-psbt.ts';

const MAX_SUPPLY_SATS = 2_100_000_000_000_000n;
const beyond = [MAX_SUPPLY_SATS + 1n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n];

describe.each(['p2wpkh', 'p2tr'] as const)('amounts that cannot be, in a PSBT of %s', (script) => {
  const { account } = openDescriptor(singleDescriptor(script, seedOf(1)), 'regtest');
  const [key, change] = [account.key({ branch: 'receive', index: 3 }), account.key({ branch: 'change', index: 9 })];
  const funding = new Transaction();
  funding.version = 2;
  funding.addInput(new Uint8Array(32).fill(7), 0, SEQUENCE);
  funding.addOutput(key.script, 100_000n);
  const coin = { txid: funding.getId(), index: 0, previousTransactionHex: funding.toHex(), key };
  const { psbt } = buildPsbt(
    [coin],
    [
      { script: fromHex(`0014${'05'.repeat(20)}`), sats: 60_000n, key: null },
      { script: change.script, sats: 39_000n, key: change },
    ],
  );

  it('reads one whose amounts can be', () => {
    expect(readPsbt(psbt, account)).toMatchObject({ feeSats: 1000n });
  });

  it.each(beyond)('refuses an output of %d', (sats) => {
    const huge = overwrite(psbt, amountBytes(39_000n), amountBytes(sats));
    expect(readPsbt(huge, account)).toEqual({ problem: 'malformed' });
  });

  it('refuses two that would hide in each other’s sum', () => {
    const one = overwrite(psbt, amountBytes(60_000n), amountBytes(-(1n << 62n)));
    const both = overwrite(one, amountBytes(39_000n), amountBytes((1n << 62n) + 99_000n));
    expect(readPsbt(both, account)).toEqual({ problem: 'malformed' });
  });

  it.each(beyond)('refuses a coin of %d, though its transaction has that hash', (sats) => {
    const rich = Transaction.fromBuffer(
      fromHex(funding.toHex().replace(toHex(amountBytes(100_000n)), toHex(amountBytes(sats)))),
    );
    const huge = overwrite(
      overwrite(psbt, amountBytes(100_000n), amountBytes(sats)),
      funding.getHash(),
      rich.getHash(),
    );
    expect(readPsbt(huge, account)).toEqual({ problem: 'malformed' });
  });
});
