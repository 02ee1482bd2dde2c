import { defineConfig } from 'vitest/config';

/** The tests in a browser: slower, and in need of Chromium. Run by `pnpm test:browser`. */
export default defineConfig({
  test: {
    include: ['{packages,examples}/*/test/**/*.browser.ts'],
    reporters: ['default', './tools/vitest-summary.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
