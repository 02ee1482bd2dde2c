import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BTC, money } from '../../../packages/core/src/index.ts';
import {
  formatAmount,
  JsonNumber,
  member,
  parseAmount,
  silentLog,
  systemRuntime,
} from '../../../packages/kit/src/index.ts';
import type { Json } from '../../../packages/kit/src/index.ts';
import { createRpc, resultOf } from '../../../packages/wallet/src/core-rpc/rpc.ts';
import { defaultNodeDirectory, startRegtest } from '../../../packages/wallet/src/regtest/index.ts';
import { feeFor, transactionWeight } from '../../../packages/wallet/src/size.ts';
import type { WalletUnderTest } from './bill.ts';

/** A real node, whose own wallets pay. */
export interface PayingNode {
  /** A fresh wallet with the node's usual settings. */
  openWallet(name: string): Promise<WalletUnderTest>;
  stop(): Promise<void>;
}

/** Nobody's, and everybody's payee. */
const SINK = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const BANK = 'bank';
const BANK_BLOCKS = 400;
const OUTPUT_LENGTH = 22;

/** @throws Error that names the command when no real node was fetched. */
export async function startPayingNode(): Promise<PayingNode> {
  const directory = await mkdtemp(join(tmpdir(), 'rielrails-selection-'));
  const nodeDirectory = defaultNodeDirectory(process.env);
  const quiet = systemRuntime({ log: silentLog });
  const regtest = await startRegtest({ directory, nodeDirectory, prefer: 'bitcoin-knots' }, quiet);
  const runtime = systemRuntime({ loopbackPorts: [regtest.port], log: silentLog });
  const { rpcUrl: url, cookieFile } = regtest;
  const rpc = createRpc({ url, credentials: { cookieFile }, timeoutMs: 60_000 }, runtime);
  const call = async (wallet: string | null, method: string, ...parameters: readonly unknown[]): Promise<Json> =>
    resultOf(method, await rpc.tell({ method, parameters, ...(wallet === null ? {} : { wallet }) }));
  const mine = () => call(null, 'generatetoaddress', 1, SINK);

  async function send(wallet: string, payments: Readonly<Record<string, bigint>>, milliRate: bigint): Promise<string> {
    const outputs = Object.fromEntries(Object.entries(payments).map(([to, sats]) => [to, bitcoins(sats)]));
    const rate = new JsonNumber(`${milliRate / 1000n}.${String(milliRate % 1000n).padStart(3, '0')}`);
    const sent = await call(wallet, 'send', outputs, null, 'unset', rate, { change_type: 'bech32' });
    return textOf(member(sent, 'txid'));
  }

  await call(null, 'createwallet', BANK);
  await call(null, 'generatetoaddress', BANK_BLOCKS, textOf(await call(BANK, 'getnewaddress')));
  return {
    async openWallet(name) {
      await call(null, 'createwallet', name);
      return {
        async receive(amounts) {
          if (amounts.length === 0) return;
          const payments: Record<string, bigint> = {};
          for (const sats of amounts) payments[textOf(await call(name, 'getnewaddress', '', 'bech32'))] = sats;
          await send(BANK, payments, 1000n);
          await mine();
        },
        async pay({ sats, milliRate }) {
          const txid = await send(name, { [SINK]: sats }, milliRate);
          const told = await call(name, 'gettransaction', txid, true, true);
          await mine();
          const outputs = listOf(member(told, 'decoded', 'vout'));
          return {
            feeSats: -satsOf(member(told, 'fee')),
            vsize: Number(numberOf(member(told, 'decoded', 'vsize'))),
            inputs: listOf(member(told, 'decoded', 'vin')).length,
            hasChange: outputs.length > 1,
            weightBelowReal: 0,
          };
        },
        async emptyingSats(milliRate) {
          return feeFor(transactionWeight(await countOf(name), [OUTPUT_LENGTH]), milliRate);
        },
        coinCount: () => countOf(name),
      };
    },
    async stop() {
      await regtest.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };

  async function countOf(wallet: string): Promise<number> {
    return listOf(await call(wallet, 'listunspent', 1)).length;
  }
}

function bitcoins(sats: bigint): JsonNumber {
  return new JsonNumber(formatAmount(money(BTC, sats)));
}

function satsOf(value: Json | undefined): bigint {
  const text = numberOf(value);
  return text.startsWith('-') ? -parseAmount(text.slice(1), BTC).minor : parseAmount(text, BTC).minor;
}

function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new TypeError('selection: the node did not answer with a text');
}

function numberOf(value: Json | undefined): string {
  if (value instanceof JsonNumber) return value.text;
  throw new TypeError('selection: the node did not answer with a number');
}

function listOf(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw new TypeError('selection: the node did not answer with a list');
}
