import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'examples/*/{src,test}/**/*.test.ts', 'tools/**/*.test.ts'],
    reporters: ['default', './tools/vitest-summary.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // On two cores vitest would use one: the tests mostly wait for PostgreSQL and for other processes.
    maxWorkers: 2,
    // Modules are evaluated once in a worker and not once a file: what a test changes outside itself, it puts back.
    isolate: false,
    setupFiles: ['./tools/vitest-seed.ts'],
    globalSetup: ['./packages/orders/test/database-setup.ts'],
  },
});
