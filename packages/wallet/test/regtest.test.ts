import { Transaction } from 'bitcoinjs-lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashToHex } from '../src/regtest/lite/bytes.ts';
import { kindsToTest, startWorld } from './regtest.ts';
import type { World } from './regtest.ts';
import { forms, lockOf, spend } from './spending.ts';
import type { Form, OwnedCoin, Spend } from './spending.ts';

// The same expectations, letter by letter, of the stand-in and of the real node: what is written here was said by the
// node first.
describe.each(await kindsToTest())('%s', (kind) => {
  let world: World;
  const coins = new Map<string, OwnedCoin>();
  const payee = lockOf('p2wpkh', 'payee').output;

  const coin = (name: string): OwnedCoin => {
    const found = coins.get(name);
    if (!found) throw new Error(`no coin ${name}`);
    return found;
  };
  const pay = (name: string, sats: bigint, more: Partial<Spend> = {}): Transaction =>
    spend({ coins: [coin(name)], outputs: [{ script: payee, sats }], ...more });
  const output = (transaction: Transaction, sats: bigint): OwnedCoin => ({
    txid: transaction.getId(),
    index: 0,
    sats,
    form: 'p2wpkh',
    name: 'payee',
  });
  const send = (transaction: Transaction) => world.call('sendrawtransaction', transaction.toHex());
  const accepted = (transaction: Transaction) => ({ outcome: 'result', value: transaction.getId() });
  const refused = (code: number, message: string) => ({ outcome: 'error', code, message });
  async function judge(transaction: Transaction): Promise<Readonly<Record<string, unknown>>> {
    const [verdict] = (await world.ask('testmempoolaccept', [transaction.toHex()])) as Record<string, unknown>[];
    return verdict ?? {};
  }

  beforeAll(async () => {
    world = await startWorld(kind);
    for (const name of [...forms, 'replaced', 'ordered', 'spent', 'returned']) {
      const form = (forms as readonly string[]).includes(name) ? (name as Form) : 'p2wpkh';
      const outpoint = await world.miner.fund(lockOf(form, name).address, 100_000n, { confirmations: 0 });
      coins.set(name, { ...outpoint, sats: 100_000n, form, name });
    }
    await world.miner.mine(1);
  });
  afterAll(() => world.stop());

  test.each(forms)('takes a right %s spend of any hash type', async (form) => {
    const all = pay(form, 90_000n);
    expect(await judge(all)).toMatchObject({ txid: all.getId(), allowed: true });
    expect(String((await judge(all))['vsize'])).toBe(String(all.virtualSize()));
    for (const sighash of [2, 3, 0x81, 0x82, 0x83])
      expect(await judge(pay(form, 90_000n, { sighash }))).toMatchObject({ allowed: true });
  });

  test('takes a spend of all forms together', async () => {
    const together = pay('p2tr', 390_000n, { coins: forms.map(coin) });
    expect(await judge(together)).toMatchObject({ allowed: true });
  });

  const failed = 'Signature must be zero for failed CHECK(MULTI)SIG operation';
  const empty = 'Script evaluated without error but finished with a false/empty top stack element';
  const broken: readonly (readonly [string, Partial<Spend>, string, string])[] = [
    ['by another key', { signer: 'stranger' }, failed, 'Invalid Schnorr signature'],
    ['with an empty signature', { mangle: () => new Uint8Array() }, empty, 'Invalid Schnorr signature size'],
    ['with a flipped bit', { mangle: flip(20) }, failed, 'Invalid Schnorr signature'],
    [
      'with a signature of another form',
      { mangle: flip(0) },
      'Non-canonical DER signature',
      'Invalid Schnorr signature',
    ],
    [
      'with an unknown hash type',
      { sighash: 1, mangle: flip(-1, 8) },
      'Signature hash type missing or not understood',
      'Invalid Schnorr signature hash type',
    ],
  ];
  describe.each(forms)('refuses a %s spend', (form) => {
    test.each(broken)('%s', async (_, more, ecdsa, schnorr) => {
      const bad = pay(form, 90_000n, more);
      const reason = `mempool-script-verify-flag-failed (${form === 'p2tr' ? schnorr : ecdsa})`;
      expect(await judge(bad)).toMatchObject({ allowed: false, 'reject-reason': reason });
      const wtxid = hashToHex(bad.getHash(true));
      const { txid, index } = coin(form);
      expect(await send(bad)).toEqual(
        refused(-26, `${reason}, input 0 of ${bad.getId()} (wtxid ${wtxid}), spending ${txid}:${index}`),
      );
    });

    test('that was signed for another amount, where the form signs amounts', async () => {
      const lied = await judge(pay(form, 90_000n, { claimedSats: 1n }));
      expect(lied['allowed']).toBe(form === 'p2pkh');
    });
  });

  const outputs = (...list: readonly (readonly [Form, bigint])[]): Partial<Spend> => ({
    outputs: list.map(([form, sats]) => ({ script: lockOf(form, 'payee').output, sats })),
  });
  const dusty = 'dust, tx with dust output must be 0-fee';
  test.each<readonly [string, Partial<Spend>, number, string]>([
    [
      'more out than in',
      outputs(['p2wpkh', 100_001n]),
      -26,
      'bad-txns-in-belowout, value in (0.001) < value out (0.00100001)',
    ],
    ['no fee', outputs(['p2wpkh', 100_000n]), -26, 'min relay fee not met, 0 < 11'],
    ['a fee one satoshi too low', outputs(['p2wpkh', 99_990n]), -26, 'min relay fee not met, 10 < 11'],
    ['dust to P2WPKH', outputs(['p2wpkh', 293n], ['p2wpkh', 90_000n]), -26, dusty],
    ['dust to P2TR', outputs(['p2tr', 329n], ['p2wpkh', 90_000n]), -26, dusty],
    ['dust to P2WSH', outputs(['p2wsh', 329n], ['p2wpkh', 90_000n]), -26, dusty],
    ['dust to P2PKH', outputs(['p2pkh', 545n], ['p2wpkh', 90_000n]), -26, dusty],
    ['no output', outputs(), -26, 'bad-txns-vout-empty'],
    ['more than all money', outputs(['p2wpkh', 21_000_001n * 100_000_000n]), -26, 'bad-txns-vout-toolarge'],
    ['a script without a form', { outputs: [{ script: Uint8Array.of(0x51), sats: 90_000n }] }, -26, 'scriptpubkey'],
    ['a lock time ahead', { locktime: 100_000 }, -26, 'non-final'],
    ['a relative lock', { sequence: 60_000 }, -26, 'non-BIP68-final'],
  ])('judges %s', async (_, more, code, message) => {
    expect(await send(pay('ordered', 90_000n, more))).toEqual(refused(code, message));
  });

  test.each<readonly [Form, bigint]>([
    ['p2wpkh', 294n],
    ['p2tr', 330n],
    ['p2wsh', 330n],
    ['p2pkh', 546n],
  ])('takes the least %s output', async (form, sats) => {
    expect(await judge(pay('ordered', 0n, outputs([form, sats], ['p2wpkh', 90_000n])))).toMatchObject({
      allowed: true,
    });
  });

  test('refuses a fee above the bound that the caller gives', async () => {
    const dear = pay('ordered', 90_000n);
    expect(await world.call('sendrawtransaction', dear.toHex(), '0.00001')).toEqual(
      refused(-25, 'Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)'),
    );
    expect(await world.ask('testmempoolaccept', [dear.toHex()], '0.00001')).toMatchObject([
      { 'reject-reason': 'max-fee-exceeded' },
    ]);
  });

  test('refuses inputs that are not there, twice there, or not ripe', async () => {
    const missing = pay('ordered', 90_000n, { coins: [{ ...coin('ordered'), txid: '11'.repeat(32) }] });
    expect(await judge(missing)).toMatchObject({ allowed: false, 'reject-reason': 'missing-inputs' });
    expect(await send(missing)).toEqual(refused(-25, 'bad-txns-inputs-missingorspent'));
    expect(await send(pay('ordered', 90_000n, { coins: [coin('ordered'), coin('ordered')] }))).toEqual(
      refused(-26, 'bad-txns-inputs-duplicate'),
    );
    await world.ask('generatetoaddress', 1, lockOf('p2wpkh', 'payee').address);
    const block = (await world.ask('getblock', await world.ask('getbestblockhash'), 2)) as {
      tx: { txid: string; hex: string }[];
    };
    const [minted] = block.tx;
    expect(await judge(Transaction.fromHex(minted?.hex ?? ''))).toMatchObject({ 'reject-reason': 'coinbase' });
    const early = pay('ordered', 90_000n, {
      coins: [{ ...output(pay('ordered', 1n), 1n), txid: minted?.txid ?? '', sats: 0n }],
    });
    expect(await send(early)).toEqual(
      refused(-26, 'bad-txns-premature-spend-of-coinbase, tried to spend coinbase at depth 1'),
    );
  });

  test('replaces for a better rate and enough more fee, and puts out what hung on the old one', async () => {
    const first = pay('replaced', 99_000n);
    const child = pay('replaced', 95_000n, { coins: [output(first, 99_000n)] });
    const words = (transaction: Transaction, rest: string) =>
      refused(-26, `insufficient fee, rejecting replacement ${transaction.getId()}${rest}`);
    expect(await send(first)).toEqual(accepted(first));
    expect(await send(first)).toEqual(accepted(first));
    expect(await judge(first)).toMatchObject({ allowed: false, 'reject-reason': 'txn-already-in-mempool' });
    const cheaper = pay('replaced', 99_500n);
    expect(await send(cheaper)).toEqual(
      words(cheaper, '; new feerate 0.00004545 BTC/kvB <= old feerate 0.00009090 BTC/kvB'),
    );
    const penny = pay('replaced', 98_990n);
    expect(await send(penny)).toEqual(words(penny, ', not enough additional fees to relay; 0.0000001 < 0.00000011'));
    expect(await send(child)).toEqual(accepted(child));
    const childless = pay('replaced', 98_989n);
    expect(await send(childless)).toEqual(words(childless, ', less fees than conflicting txs; 0.00001011 < 0.00005'));
    const both = pay('replaced', 95_000n, { coins: [coin('replaced'), output(first, 99_000n)] });
    expect(await send(both)).toEqual(
      refused(-26, `bad-txns-spends-conflicting-tx, ${both.getId()} spends conflicting transaction ${first.getId()}`),
    );
    const better = pay('replaced', 90_000n);
    expect(await send(better)).toEqual(accepted(better));
    expect(await world.ask('getrawmempool')).toEqual([better.getId()]);
    expect(await send(child)).toEqual(refused(-25, 'bad-txns-inputs-missingorspent'));
  });

  test('knows what is confirmed, until it is spent', async () => {
    const paid = pay('spent', 90_000n);
    await send(paid);
    expect(await world.call('getmempoolentry', paid.getId())).toMatchObject({ outcome: 'result' });
    await world.miner.mine(1);
    expect(await world.call('getmempoolentry', paid.getId())).toEqual(refused(-5, 'Transaction not in mempool'));
    expect(await judge(paid)).toMatchObject({ 'reject-reason': 'txn-already-known' });
    expect(await send(paid)).toEqual(refused(-27, 'Transaction outputs already in utxo set'));
    expect(await send(pay('spent', 80_000n))).toEqual(refused(-25, 'bad-txns-inputs-missingorspent'));
    const onward = pay('spent', 80_000n, { coins: [output(paid, 90_000n)] });
    await send(onward);
    expect(await world.ask('gettxout', paid.getId(), 0)).toBeNull();
    expect(await world.ask('gettxout', paid.getId(), 0, false)).toMatchObject({ coinbase: false });
    expect(await world.ask('gettxspendingprevout', [{ txid: paid.getId(), vout: 0 }])).toMatchObject([
      { spendingtxid: onward.getId() },
    ]);
    await world.miner.mine(1);
    expect(await send(paid)).toEqual(refused(-25, 'bad-txns-inputs-missingorspent'));
  });

  test('gives transactions back to the mempool when their block goes, and mines only what it is told', async () => {
    const paid = pay('returned', 90_000n);
    const onward = pay('returned', 80_000n, { coins: [output(paid, 90_000n)] });
    await send(paid);
    await world.miner.mine(1);
    await send(onward);
    await world.miner.mine(1);
    const { height } = await world.miner.reorganise(2);
    expect(new Set((await world.ask('getrawmempool')) as string[])).toEqual(new Set([paid.getId(), onward.getId()]));
    const { address } = lockOf('p2wpkh', 'payee');
    expect(await world.call('generateblock', address, [onward.getId()])).toMatchObject({ outcome: 'error', code: -25 });
    await world.ask('generateblock', address, [paid.getId()]);
    expect(await world.ask('getrawmempool')).toEqual([onward.getId()]);
    await world.miner.mine(1);
    const found = (await world.ask('getrawtransaction', paid.getId(), true)) as {
      confirmations: unknown;
      blockhash: string;
    };
    expect(String(found.confirmations)).toBe('2');
    expect(await world.ask('getblockhash', height + 1)).toBe(found.blockhash);
  });

  test('carries the time it is told', async () => {
    const at = Date.UTC(2031, 4, 6);
    await world.miner.setTime(at);
    const { hash } = await world.miner.mine(1);
    await world.miner.setTime(null);
    const header = (await world.ask('getblockheader', hash)) as { time: unknown };
    expect(String(header.time)).toBe(String(at / 1000));
  });

  const zero = '0'.repeat(64);
  test.each<readonly [string, readonly unknown[], number, string]>([
    ['nonsense', [], -32_601, 'Method not found'],
    [
      'getrawtransaction',
      [zero, true],
      -5,
      'No such mempool or blockchain transaction. Use gettransaction for wallet transactions.',
    ],
    ['getrawtransaction', ['ab', true], -8, `parameter 1 must be of length 64 (not 2, for 'ab')`],
    ['getblockhash', [1_000_000], -8, 'Block height out of range'],
    [
      'getblockhash',
      ['x'],
      -3,
      'Wrong type passed:\n{\n    "Position 1 (height)": "JSON value of type string is not of expected type number"\n}',
    ],
    ['getblock', [zero], -5, 'Block not found'],
    ['getblockheader', ['zz'], -8, `hash must be of length 64 (not 2, for 'zz')`],
    ['sendrawtransaction', ['00'], -22, 'TX decode failed. Make sure the tx has at least one input.'],
    ['sendrawtransaction', ['zz'], -22, 'TX decode failed. Make sure the tx has at least one input.'],
    ['testmempoolaccept', [['ff00']], -22, 'TX decode failed: ff00 Make sure the tx has at least one input.'],
    ['estimatesmartfee', [0], -8, 'Invalid conf_target, must be between 1 and 1008'],
    ['gettxspendingprevout', [[]], -8, 'Invalid parameter, outputs are missing'],
    ['invalidateblock', [zero], -5, 'Block not found'],
    ['scantxoutset', ['start', ['addr(xx)']], -5, 'Address is not valid'],
    ['generatetoaddress', [1, 'xx'], -5, 'Error: Invalid address'],
    ['generateblock', ['xx', []], -5, 'Error: Invalid address or descriptor'],
    ['setmocktime', [-1], -8, 'Mocktime must be in the range [0, 9223372036], not -1.'],
    ['getdescriptorinfo', ['zz(xx)'], -5, `'zz(xx)' is not a valid descriptor function`],
  ])('%s says no in the node’s words', async (method, parameters, code, message) => {
    expect(await world.call(method, ...parameters)).toEqual(refused(code, message));
  });

  test('reckons the checksum of a descriptor', async () => {
    expect(await world.ask('getdescriptorinfo', 'addr(bcrt1q6rz28mcfaxtmd6v789l9rrlrusdprr9pz3cppk)')).toMatchObject({
      descriptor: 'addr(bcrt1q6rz28mcfaxtmd6v789l9rrlrusdprr9pz3cppk)#alzlw64m',
    });
  });

  test('finds confirmed coins by address without a wallet', async () => {
    const { address } = lockOf('p2tr', 'scanned');
    const outpoint = await world.miner.fund(address, 12_345n);
    const found = await world.ask('scantxoutset', 'start', [`addr(${address})`]);
    expect(found).toMatchObject({ success: true, unspents: [{ txid: outpoint.txid, coinbase: false }] });
  });
});

function flip(at: number, mask = 1): (signature: Uint8Array) => Uint8Array {
  return (signature) => {
    const changed = signature.slice();
    const index = at < 0 ? changed.length + at : at;
    changed[index] = (changed[index] ?? 0) ^ mask;
    return changed;
  };
}
