/**
 * Why a database could not be started.
 *
 * - `in-use`: another instance holds the data folder.
 * - `not-passable`: the user that runs the server cannot reach a folder.
 * - `no-binaries`: there is no packaged server for this platform.
 * - `failed`: anything else, with the server's own words.
 */
export type DatabaseStartReason = 'in-use' | 'not-passable' | 'no-binaries' | 'failed';

/** The database could not be started. The message says what to do; nothing was changed in the data folder. */
export class DatabaseStartError extends Error {
  /** Why. */
  readonly reason: DatabaseStartReason;
  /** The process that holds the folder, when `reason` is `in-use`. */
  readonly processId: number | undefined;

  constructor(reason: DatabaseStartReason, message: string, processId?: number) {
    super(message);
    this.name = 'DatabaseStartError';
    this.reason = reason;
    this.processId = processId;
  }
}
