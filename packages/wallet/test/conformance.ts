import { fromHex, readConfig, secretSchema } from '@rielrails/kit';
import type { CustodySubject } from '@rielrails/testkit';
import { z } from 'zod';
import { createCoreRpc } from '../src/core-rpc/index.ts';
import { createWalletEmulator } from '../src/emulator/index.ts';
import type { WalletEmulatorConfig } from '../src/emulator/index.ts';
import { createMemoryStore, createWallet } from '../src/index.ts';
import { createMemoryLog, createSigner, openSeed } from '../src/signer/index.ts';
import { policy } from './world.ts';

const secretsSchema = z.strictObject({
  password: secretSchema(),
  seed: secretSchema(32),
  bindingKey: secretSchema(32),
});

const walletSubject: CustodySubject<WalletEmulatorConfig> = {
  contract: 'custody',
  name: 'wallet',
  emulator: createWalletEmulator,
  create({ network, url, user, password, seed, bindingKey }, runtime) {
    const secrets = readConfig('wallet', secretsSchema, { password, seed, bindingKey });
    const keys = openSeed(fromHex(secrets.seed.reveal()), network);
    const { descriptor } = keys.account;
    const log = createMemoryLog({ network, descriptor }, runtime.clock.now());
    const signer = createSigner({ keys, bindingKey: secrets.bindingKey, policy, log, frozen: () => false }, runtime);
    const chain = createCoreRpc({ network, url, credentials: { user, password: secrets.password } }, runtime);
    const fee = {
      targetBlocks: 2,
      floorSatPerVbyte: 1,
      ceilingSatPerVbyte: 100,
      fallbackSatPerVbyte: 2,
      maximumFeeSats: 50_000n,
    };
    const store = createMemoryStore();
    return createWallet(
      { network, descriptor, bindingKey: secrets.bindingKey, fee },
      { chain, signer, store },
      runtime,
    );
  },
  secrets: ['password', 'seed', 'bindingKey'],
};

/** The wallet on the stand-in node. */
export const subjects: readonly CustodySubject[] = [walletSubject];
