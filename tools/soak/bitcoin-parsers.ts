import { fromBase64, fromHex, toBase64, toHex } from '../../packages/kit/src/index.ts';
import { addressOfScript, bitcoinAddressRule, scriptOfAddress } from '../../packages/kit/src/bitcoin/index.ts';
import { DescriptorError, readBitcoinUri, readBuyerAccount, verifyMessage } from '../../packages/wallet/src/index.ts';
import type { Account } from '../../packages/wallet/src/index.ts';
import { readDescriptor } from '../../packages/wallet/src/descriptor/read-descriptor.ts';
import { writeDescriptor } from '../../packages/wallet/src/descriptor/write-descriptor.ts';
import { buildPsbt, SEQUENCE } from '../../packages/wallet/src/psbt.ts';
import { proveInBlock } from '../../packages/wallet/src/signer/block-proof.ts';
import { completeWith, handOut, readTransaction } from '../../packages/wallet/src/signer/complete.ts';
import { openDescriptor } from '../../packages/wallet/src/signer/keys.ts';
import { readPsbt } from '../../packages/wallet/src/signer/read-psbt.ts';
import { transactionOf } from '../../packages/wallet/src/signer/signatures.ts';
import { mineBlock, mineOn, proofOf } from '../../packages/wallet/test/blocks.ts';
import { multisigDescriptor, seedOf, signElsewhere, singleDescriptor } from '../../packages/wallet/test/hardware.ts';
import { amountBytes, overwrite } from '../../packages/wallet/test/overwrite.ts';
import bip174 from '../../packages/wallet/fixtures/bip174.json' with { type: 'json' };
import bip322 from '../../packages/wallet/fixtures/bip322.json' with { type: 'json' };
import bip341 from '../../packages/wallet/fixtures/bip341.json' with { type: 'json' };
import bip371 from '../../packages/wallet/fixtures/bip371.json' with { type: 'json' };
import bip381 from '../../packages/wallet/fixtures/bip381-bip389.json' with { type: 'json' };
import bip173 from '../../packages/wallet/fixtures/bip173-bip350.json' with { type: 'json' };
import { loose, parserSoak } from './parser-soak.ts';
import type { Parser } from './parser-soak.ts';
import type { Soak } from './soak.ts';

const PARSERS = 7;

/** Damaged inputs for everything that reads what bitcoin people write: a million for each parser. */
export const bitcoinParsers: Soak = parserSoak({
  name: 'bitcoin-parsers',
  about: 'PSBTs, descriptors, addresses, payment links, signed messages, block proofs: read as they are, or refused',
  count: PARSERS * 1_000_000,
  countInCi: PARSERS * 20_000,
  create: createParsers,
});

function createParsers(): Readonly<Record<string, Parser>> {
  const accounts = [
    openDescriptor(singleDescriptor('p2wpkh', seedOf(1)), 'regtest').account,
    openDescriptor(singleDescriptor('p2tr', seedOf(1)), 'regtest').account,
    openDescriptor(multisigDescriptor(2, [seedOf(1), seedOf(2), seedOf(3)]), 'regtest').account,
  ];
  const ours = accounts.map(samplePsbt);
  // Amounts of 64 bits, of which the highest one is no sign.
  const huge = ours.map((psbt) => overwrite(psbt, amountBytes(39_000n), amountBytes((1n << 63n) + 39_000n)));
  const published = [bip174, bip371].flatMap(({ valid, invalid }) => [...valid, ...invalid].map(({ psbt }) => psbt));
  const signed = ours.map((psbt) => signElsewhere(psbt, seedOf(1)));
  const descriptors = [
    ...accounts.map(({ descriptor }) => descriptor),
    ...[...bip381.scripts, ...bip381.expansions, ...bip381.refused].map(({ text }) => text),
  ];
  const messages = bip322.valid.map(({ signature, message, address }) => ({ signature, message, address }));
  const block = mineBlock(Array.from({ length: 5 }, (_, index) => new Uint8Array(32).fill(index + 1)));
  const headers = mineOn(block, 2).map(({ header }) => toHex(header));
  const proof = proofOf(block, [3]);
  return {
    psbt: {
      samples: [...[...ours, ...huge, ...published].map(fromBase64), ...ours],
      check: (input) => checkPsbt(input, accounts),
    },
    'psbt that came back': {
      samples: signed.map(fromBase64),
      check: (input) => checkReturned(input, accounts, ours),
    },
    descriptor: { samples: descriptors, check: (input) => checkDescriptor(loose(input)) },
    address: {
      samples: [...bip173.valid, ...bip173.invalid].map(({ address }) => address),
      check: (input) => checkAddress(loose(input)),
    },
    'payment link': {
      samples: bip173.valid.map(({ address }) => `bitcoin:${address}?amount=0.01&label=Shop%20%E1%9E%97&req-x=1`),
      check: (input) => checkLink(loose(input)),
    },
    'signed message': {
      // With its number in front: each is asked about the message that it is for.
      samples: messages.map(({ signature }, index) => `${String(index).padStart(2, '0')}${signature}`),
      check: (input) => checkMessage(loose(input), messages),
    },
    'block proof': {
      samples: [fromHex(proof)],
      check: (input) => {
        const hex = toHex(input);
        const shown = '04'.repeat(32);
        const hash = proveInBlock(shown, hex, headers, { depth: 3, minimumDifficulty: 0n });
        return hash !== null && hex !== proof ? 'proved what is not so' : null;
      },
    },
  };
}

/** A PSBT of an account that spends one coin and takes change. */
function samplePsbt(account: Account): string {
  const key = account.key({ branch: 'receive', index: 3 });
  const change = account.key({ branch: 'change', index: 9 });
  const funding = transactionOf({ inputs: [], outputs: [{ script: key.script, sats: 100_000n, place: null }] });
  funding.addInput(new Uint8Array(32).fill(7), 0, SEQUENCE);
  const coin = { txid: funding.getId(), index: 0, previousTransactionHex: funding.toHex(), key };
  const parts = [
    { script: fromHex(bip341.outputs[0]?.script ?? ''), sats: 60_000n, key: null },
    { script: change.script, sats: 39_000n, key: change },
  ];
  return buildPsbt([coin], parts).psbt;
}

/** What is read adds up, is ours, and is the same when it is handed out and read again. */
function checkPsbt(input: Uint8Array, accounts: readonly Account[]): string | null {
  // A text of base64 is damaged as a text, everything else as bytes.
  const isText = input[0] === 0x63 && input[1] === 0x48;
  const text = isText ? loose(input) : toBase64(input);
  readTransaction(text);
  for (const account of accounts) {
    const read = readPsbt(text, account);
    if ('problem' in read) continue;
    const [paid, received] = [read.inputs, read.outputs].map((parts) =>
      parts.reduce((sum, { sats }) => sum + sats, 0n),
    );
    if ((paid ?? 0n) - (received ?? 0n) !== read.feeSats || read.feeSats < 0n) return 'does not add up';
    const again = readPsbt(handOut(read, [], account), account);
    if ('problem' in again || again.txid !== read.txid) return 'is not the same when handed out';
  }
  return null;
}

/** Whatever comes back, what results is what was handed out. */
function checkReturned(input: Uint8Array, accounts: readonly Account[], ours: readonly string[]): string | null {
  for (const [index, account] of accounts.entries()) {
    const handedOut = ours[index] ?? '';
    const before = readPsbt(handedOut, account);
    if ('problem' in before) return 'our own is refused';
    const completion = completeWith(toBase64(input), handedOut, account);
    if ('refusal' in completion) continue;
    if (completion.read.txid !== before.txid) return 'is another transaction';
    if (completion.transaction && completion.transaction.getId() !== before.txid)
      return 'completes another transaction';
  }
  return null;
}

function checkDescriptor(text: string): string | null {
  for (const network of ['bitcoin', 'regtest'] as const) {
    refusing(() => readBuyerAccount(text, { network }).address(5));
    const read = refusing(() => readDescriptor(text, { network }));
    if (!read) continue;
    const written = writeDescriptor(read);
    const again = writeDescriptor(readDescriptor(written, { network, checksum: 'required' }));
    if (again !== written) return 'does not come back as it was';
  }
  return null;
}

/** Runs what may refuse by a rule; anything else is thrown. */
function refusing<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof DescriptorError && error.message.length < 200) return null;
    throw error;
  }
}

function checkAddress(text: string): string | null {
  const found = (['bitcoin', 'testnet', 'regtest'] as const).flatMap((network) => {
    const reading = bitcoinAddressRule(network).read(text);
    return reading.outcome === 'valid' ? [{ network, canonical: reading.canonical }] : [];
  });
  for (const { network, canonical } of found) {
    if (addressOfScript(scriptOfAddress(text, network), network) !== canonical) return 'does not come back as it was';
  }
  const isShared = found.every(({ network }) => network !== 'bitcoin');
  return found.length > 1 && !isShared ? 'is of two networks' : null;
}

function checkLink(text: string): string | null {
  const reading = readBitcoinUri(text);
  if (reading.outcome === 'refused') return null;
  const { address, sats = 1n } = reading.uri;
  if (!/^[0-9A-Za-z]+$/.test(address)) return 'names no address';
  return sats > 0n && sats <= 2_100_000_000_000_000n ? null : 'asks for more than there is';
}

/** A damaged signature is none; one that still holds is the one that was published. */
function checkMessage(
  text: string,
  messages: readonly { readonly signature: string; readonly message: string; readonly address: string }[],
): string | null {
  const bare = (signature: string) => signature.replace(/^(?:smp|ful)/, '');
  const signature = text.slice(2);
  const { message = '', address = '', signature: published = '' } = messages[Number(text.slice(0, 2))] ?? {};
  const reading = verifyMessage({ message, address, signature }, 'bitcoin');
  return reading.outcome === 'valid' && bare(signature) !== bare(published) ? 'took a damaged signature' : null;
}
