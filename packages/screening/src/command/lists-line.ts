import type { Runtime, SystemRuntimeOptions } from '@rielrails/kit';
import type { ListFormat } from '../lists/index.ts';
import type { Environment } from './folder.ts';

/** What the command reaches outside of itself. */
export interface ListsIo {
  readonly environment: Environment;
  readonly runtime: (options: SystemRuntimeOptions) => Runtime;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** What was asked. */
export interface ListsLine {
  readonly command: 'update' | 'status';
  readonly folder: string;
  /** The lists that were named; empty where none was. */
  readonly named: readonly ListFormat[];
  /** Another place than the publisher's: an address before the name of a file, or a folder. */
  readonly from: string | undefined;
  readonly acceptLoss: boolean;
  readonly json: boolean;
}
