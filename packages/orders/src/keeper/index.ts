/**
 * A real PostgreSQL without an installation: for the sandbox, tests, development and a single small machine.
 *
 * @packageDocumentation
 */

export { DatabaseStartError } from './database-error.ts';
export type { DatabaseStartReason } from './database-error.ts';
export { startDatabase } from './start-database.ts';
export type { RunningDatabase, StartDatabaseOptions } from './start-database.ts';
