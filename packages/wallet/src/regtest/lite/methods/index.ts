import { blockMethods } from './blocks.ts';
import type { Methods } from './method.ts';
import { miningMethods } from './mining.ts';
import { transactionMethods } from './transactions.ts';
import { walletMethods } from './wallet.ts';

/** The part of Bitcoin Core's RPC that is used here, with its codes and words. */
export const methods: Methods = { ...blockMethods, ...transactionMethods, ...miningMethods, ...walletMethods };
