import { defineConfig } from 'vitest/config';

/** The tests that only a real bitcoin node can answer. Run by `pnpm test:chain`; without a node they fail. */
export default defineConfig({
  test: {
    include: ['packages/*/test/chain/*.chain.ts'],
    reporters: ['default', './tools/vitest-summary.ts'],
    env: { RIELRAILS_BITCOIN_NODE: 'require' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
