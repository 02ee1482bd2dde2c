import { BTC, checkAddress, isProviderError, money, ProviderError } from '@rielrails/core';
import type { Asset, CallContext, Custody, Money, OwnAddress, Target, Withdraw, Withdrawal } from '@rielrails/core';
import { defineCustody, doubt, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { BITGO, readBitgoConfig } from './config.ts';
import type { BitgoConfig } from './config.ts';
import { createLookups } from './lookups.ts';
import { bitgoManifest } from './manifest.ts';
import { objects } from './objects.ts';
import type { Sent } from './objects.ts';
import { readWebhook } from './webhook.ts';
import { createBitgoWire } from './wire.ts';
import { createWithdrawalReader, drift, mayAsk, mayPay } from './withdrawal.ts';

/** What BitGo can do beside sending. */
export type BitgoOperation = 'balance' | 'estimateFee' | 'depositAddress' | 'parseWebhook';

/** BitGo as a custody. */
export type Bitgo = Custody<BitgoOperation>;

/**
 * A withdrawal of a wallet with three keys, two of which sign: two inputs of 140 vB, payment and change of 43 vB each,
 * the rest of the transaction 11 vB, and something to spare.
 */
const TYPICAL_VBYTES = 400n;

/**
 * BitGo as a custody of bitcoin: one wallet, spent through your own BitGo Express.
 *
 * `withdraw` asks once, with the reference as `sequenceId`, which BitGo takes only once. A policy at BitGo may let it
 * wait for people. Whatever is in doubt is found by `get`, be it sent, waiting or refused.
 *
 * Without a `runtime` of yours, the port of Express is the one on this machine that may be reached.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createBitgo(config: BitgoConfig, runtime: Runtime = runtimeFor(config)): Bitgo {
  const settings = readBitgoConfig(config);
  const { coin, walletId, targetBlocks, ceilingSatPerVbyte } = settings;
  const manifest = bitgoManifest(settings);
  const wire = createBitgoWire(settings, runtime);
  const lookups = createLookups(settings, wire);
  const read = createWithdrawalReader(runtime.log);
  const wallet = `${coin}/wallet/${walletId}`;

  async function withdraw(input: Withdraw, context: CallContext): Promise<Withdrawal> {
    assertBitcoin(input.amount.asset);
    if (manifest.address.read(input.destination.address.text).outcome !== 'valid')
      throw invalid('address: is not one of this network');
    const sent = await send(input, context).catch((error: unknown) => refuseUnused(error, input, context));
    return readSent(sent, input);
  }

  /** Express, "Send to many". */
  function send({ reference, amount, destination }: Withdraw, context: CallContext): Promise<Sent> {
    const body = {
      recipients: [{ address: destination.address.text, amount: amount.minor.toString() }],
      walletPassphrase: settings.walletPassphrase.reveal(),
      sequenceId: reference,
      numBlocks: targetBlocks,
      maxFeeRate: ceilingSatPerVbyte * 1000,
      isReplaceableByFee: true,
    };
    const path = `${wallet}/sendmany`;
    return wire.write({ operation: 'withdraw', method: 'POST', path, body, schema: objects.sent }, context);
  }

  /**
   * A "no" to this payment counts only under a reference that nobody used: BitGo looks at the balance and the address
   * before it looks at the `sequenceId`.
   */
  async function refuseUnused(error: unknown, { reference }: Withdraw, context: CallContext): Promise<never> {
    const isVerdict = isProviderError(error) && (error.fault.kind === 'declined' || error.fault.kind === 'invalid');
    if (!isVerdict) throw error;
    const used = await lookups.find(reference, context).catch((cause: unknown) => {
      throw doubt(
        BITGO,
        'server-error',
        `${BITGO} withdraw: refused, and the reference may be used; look it up`,
        cause,
      );
    });
    if (used) throw doubt(BITGO, 'duplicate', `${BITGO} withdraw: this reference was used before; look it up`, error);
    throw error;
  }

  function readSent({ transfer, pendingApproval, status }: Sent, input: Withdraw): Withdrawal {
    const { reference, amount, destination } = input;
    const { text: address } = destination.address;
    if (pendingApproval && typeof pendingApproval !== 'string') {
      if (!mayAsk(pendingApproval, reference, address)) throw otherPayment();
      return read(reference, { type: 'approval', approval: pendingApproval });
    }
    if (transfer) {
      const isOurs = transfer.sequenceId === '' || transfer.sequenceId === reference;
      if (!isOurs || !mayPay(transfer, address)) throw otherPayment();
      return read(reference, { type: 'transfer', transfer });
    }
    const isWaiting = pendingApproval !== undefined || status === 'pendingApproval';
    return { reference, amount, status: isWaiting ? 'awaiting-approval' : 'signing' };
  }

  async function get({ reference }: Target, context: CallContext): Promise<Withdrawal | null> {
    const found = await lookups.find(reference, context);
    return found && read(reference, found);
  }

  /** "Get wallet by coin and ID". */
  async function balance(asset: Asset, context: CallContext): Promise<{ available: Money; pending: Money }> {
    assertBitcoin(asset);
    const call = { operation: 'balance', method: 'GET', path: wallet, schema: objects.wallet } as const;
    const { balanceString: all, spendableBalanceString: spendable } = await wire.read(call, context);
    return { available: money(BTC, spendable), pending: money(BTC, all > spendable ? all - spendable : 0n) };
  }

  /** "Get fee estimate": a rate for a thousand virtual bytes. */
  async function estimateFee({ amount }: Pick<Withdraw, 'amount'>, context: CallContext): Promise<Money> {
    assertBitcoin(amount.asset);
    const path = `${coin}/tx/fee?numBlocks=${targetBlocks}`;
    const call = { operation: 'estimate-fee', method: 'GET', path, schema: objects.fee } as const;
    const { feePerKb } = await wire.read(call, context);
    const ceiling = BigInt(ceilingSatPerVbyte) * 1000n;
    return money(BTC, ((feePerKb < ceiling ? feePerKb : ceiling) * TYPICAL_VBYTES + 999n) / 1000n);
  }

  /** "Create address". Repeated like a read: one address more stays ours, and costs nothing. */
  async function depositAddress(asset: Asset, context: CallContext): Promise<OwnAddress> {
    assertBitcoin(asset);
    const path = `${wallet}/address`;
    const call = { operation: 'create-address', method: 'POST', path, body: {}, schema: objects.address } as const;
    const { address } = await wire.read(call, context);
    const reading = checkAddress(address, manifest.address);
    if (reading.outcome === 'refused') throw drift('an address that is not one of this network');
    return reading.address as OwnAddress;
  }

  return defineCustody<BitgoOperation>(
    {
      id: BITGO,
      manifest,
      withdraw,
      get,
      balance,
      estimateFee,
      depositAddress,
      parseWebhook: async (delivery) => readWebhook(settings, delivery),
    },
    runtime,
  );
}

function otherPayment(): Error {
  return doubt(BITGO, 'echo-mismatch', `${BITGO} withdraw: the answer is about another payment; look it up`);
}

function runtimeFor(config: BitgoConfig): Runtime {
  const { port, protocol } = new URL(readBitgoConfig(config).expressUrl);
  return systemRuntime({ loopbackPorts: [Number(port || (protocol === 'https:' ? 443 : 80))] });
}

function assertBitcoin({ code, scale }: Asset): void {
  if (code !== BTC.code || scale !== BTC.scale) throw invalid('asset: is not bitcoin');
}

function invalid(message: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: BITGO, message: `${BITGO} ${message}` });
}
