import type { DatabaseStartReason } from './database-error.ts';

/** The one line that a keeper says to its launcher. */
export type KeeperMessage =
  | { readonly type: 'ready'; readonly port: number; readonly keeper: number; readonly server: number }
  | {
      readonly type: 'failed';
      readonly reason: DatabaseStartReason;
      readonly message: string;
      readonly processId?: number;
    };

/** The server's superuser and only user. */
export const DATABASE_USER = 'rielrails';
