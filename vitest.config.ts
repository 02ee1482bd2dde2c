import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'examples/*/{src,test}/**/*.test.ts', 'tools/**/*.test.ts'],
    reporters: ['default', './tools/vitest-summary.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What comes by itself comes soon, but on a busy machine not within vitest's one second.
    expect: { poll: { timeout: 15_000 } },
    // On two cores vitest would use one: the tests mostly wait for PostgreSQL and for other processes.
    maxWorkers: 2,
    // Modules are evaluated once in a worker and not once a file: what a test changes outside itself, it puts back.
    isolate: false,
    setupFiles: ['./tools/vitest-seed.ts'],
    globalSetup: ['./packages/orders/test/database-setup.ts'],
  },
});
