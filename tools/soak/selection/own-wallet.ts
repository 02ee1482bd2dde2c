import { toHex } from '../../../packages/kit/src/index.ts';
import { createSeededRandom } from '../../../packages/kit/src/virtual/index.ts';
import type { AccountKey } from '../../../packages/wallet/src/account.ts';
import { buildPsbt } from '../../../packages/wallet/src/psbt.ts';
import type { PsbtCoin } from '../../../packages/wallet/src/psbt.ts';
import { selectCoins } from '../../../packages/wallet/src/selection.ts';
import { sumOf } from '../../../packages/wallet/src/selection-cost.ts';
import { openSeed } from '../../../packages/wallet/src/signer/keys.ts';
import { readPsbt } from '../../../packages/wallet/src/signer/read-psbt.ts';
import { finalise } from '../../../packages/wallet/src/signer/signatures.ts';
import { feeFor, transactionWeight } from '../../../packages/wallet/src/size.ts';
import { lockOf, spend } from '../../../packages/wallet/test/spending.ts';
import type { Bill, WalletUnderTest } from './bill.ts';
import type { WalletEvent } from './stream.ts';

type Coin = PsbtCoin & { readonly sats: bigint };

/** As the wallet of the package has it where nothing else is configured, with a pool of eight coins. */
const QUIET_RATE_MILLI = 3000n;
const KEEP_FREE = 8;
const MAXIMUM_INPUTS = 100;

/** Our wallet, without a chain: it selects, builds and signs, and every transaction counts as confirmed at once. */
export function createOwnWallet(seed: number): WalletUnderTest {
  const keys = openSeed(new Uint8Array(32).fill(3), 'regtest');
  const { account } = keys;
  const random = createSeededRandom(seed);
  const payee = lockOf('p2wpkh', 'payee').output;
  let coins: Coin[] = [];
  let given = 0;
  let serial = 0;

  function receive(sats: bigint): void {
    serial += 1;
    const key = account.key({ branch: 'receive', index: serial % 20 });
    // Paid by somebody, from an output that is like no other.
    const origin = {
      txid: serial.toString(16).padStart(64, '0'),
      index: 0,
      sats: sats + 1000n,
      form: 'p2wpkh',
      name: 'payer',
    } as const;
    const paying = spend({ coins: [origin], outputs: [{ script: key.script, sats }] });
    coins.push({ txid: paying.getId(), index: 0, previousTransactionHex: paying.toHex(), key, sats });
  }

  function pay({ sats, milliRate }: Extract<WalletEvent, { readonly type: 'pay' }>): Bill {
    const selection = selectCoins({
      coins,
      script: account.script,
      amountSats: sats,
      paymentScriptLengths: [payee.length],
      changeScript: account.key({ branch: 'change', index: 0 }).script,
      feeRateMilli: milliRate,
      longTermFeeRateMilli: QUIET_RATE_MILLI,
      keepFree: KEEP_FREE,
      maximumInputs: MAXIMUM_INPUTS,
      random,
    });
    if (!selection) throw new Error('selection: the stream leaves less than it pays');
    const change: AccountKey | null = selection.changeSats === null ? null : nextKey();
    const parts = [
      { script: payee, sats, key: null },
      ...(change ? [{ script: change.script, sats: selection.changeSats ?? 0n, key: change }] : []),
    ];
    const read = readPsbt(buildPsbt(selection.coins, parts).psbt, account);
    if ('problem' in read) throw new Error(`selection: ${read.problem}`);
    const transaction = finalise(read, keys.sign(read));
    if (!transaction) throw new Error('selection: not signed');
    const spent = new Set(selection.coins);
    coins = coins.filter((coin) => !spent.has(coin));
    if (change) {
      const hex = transaction.toHex();
      coins.push({
        txid: transaction.getId(),
        index: 1,
        previousTransactionHex: hex,
        key: change,
        sats: selection.changeSats ?? 0n,
      });
    }
    const lengths = parts.map(({ script }) => script.length);
    const reckoned = transactionWeight(selection.coins.length, lengths, account.script);
    if (sumOf(selection.coins) !== read.feeSats + parts.reduce((sum, part) => sum + part.sats, 0n))
      throw new Error(`selection: inputs are not outputs and fee (${toHex(transaction.getHash())})`);
    return {
      feeSats: read.feeSats,
      vsize: transaction.virtualSize(),
      inputs: selection.coins.length,
      hasChange: change !== null,
      weightBelowReal: Math.max(0, transaction.weight() - reckoned),
    };
  }

  function nextKey(): AccountKey {
    given += 1;
    return account.key({ branch: 'change', index: given });
  }

  return {
    receive: async (amounts) => amounts.forEach(receive),
    pay: async (event) => pay(event),
    emptyingSats: async (milliRate) =>
      feeFor(transactionWeight(coins.length, [payee.length], account.script), milliRate),
    coinCount: async () => coins.length,
  };
}
