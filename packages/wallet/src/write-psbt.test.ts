import { describe, expect, it } from 'vitest';
import { multisigDescriptor, seedOf } from '../test/hardware.ts';
import { lockOf, spend } from '../test/spending.ts';
import { buildPsbt, draftPsbt, unsignedOf } from './psbt.ts';
import { openDescriptor, openSeed } from './signer/keys.ts';

const multisig = (count: number) =>
  openDescriptor(
    multisigDescriptor(
      2,
      Array.from({ length: count }, (_, index) => seedOf(index + 1)),
    ),
    'regtest',
  );

describe.each([
  ['P2WPKH', openSeed(seedOf(1), 'regtest', 'p2wpkh')],
  ['P2TR', openSeed(seedOf(1), 'regtest', 'p2tr')],
  ['P2WSH 2 of 3', multisig(3)],
  ['P2WSH 2 of 15, whose script is longer than a short length can tell', multisig(15)],
])('the PSBT of %s coins', (_, { account }) => {
  const coin = (index: number, outputs: number) => {
    const key = account.key({ branch: index % 2 === 0 ? 'receive' : 'change', index });
    const other = { script: lockOf('p2wpkh', 'other').output, sats: 5000n };
    const paying = spend({
      coins: [{ txid: String(index + 1).repeat(64), index: 1, sats: 900_000n, form: 'p2wpkh', name: 'payer' }],
      outputs: [
        ...Array.from({ length: outputs }, () => other),
        { script: key.script, sats: 100_000n + BigInt(index) },
      ],
    });
    return { txid: paying.getId(), index: outputs, previousTransactionHex: paying.toHex(), key };
  };
  const change = account.key({ branch: 'change', index: 70_000 });
  const parts = [
    { script: lockOf('p2tr', 'payee').output, sats: 120_000n, key: null },
    { script: change.script, sats: 60_000n, key: change },
  ];

  it.each([
    ['one', [coin(0, 0)]],
    ['three, one of a large transaction', [coin(0, 1), coin(1, 3), coin(4, 2500)]],
  ])('is for %s what bitcoinjs-lib writes, byte for byte', (_what, coins) => {
    const draft = draftPsbt(account, coins, parts);
    expect(buildPsbt(coins, parts)).toEqual({ psbt: draft.toBase64(), txid: unsignedOf(draft).getId() });
  });

  it('wants the output that it spends', () => {
    const missing = { ...coin(0, 0), index: 7 };
    expect(() => buildPsbt([missing], parts)).toThrow('no such output');
  });
});
