import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'examples/*/{src,test}/**/*.test.ts', 'tools/**/*.test.ts'],
    reporters: ['default', './tools/vitest-summary.ts'],
    testTimeout: 20_000,
    globalSetup: ['./packages/orders/test/database-setup.ts'],
  },
});
