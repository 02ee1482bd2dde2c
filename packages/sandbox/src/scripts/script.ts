import type { SandboxSettings } from '../launcher/sandbox.ts';
import type { Play } from './play.ts';

/** A story that is played without a browser, and what must be true at its end. */
export interface Script {
  readonly name: string;
  /** What it is about, for the list. */
  readonly tells: string;
  readonly settings?: SandboxSettings;
  /** Whether it can be paid by another rail than the first. */
  readonly takesRail?: boolean;
  /** Whether its buyers can be verified by others than Sumsub. */
  readonly takesKyc?: boolean;
  /** Plays it. May give more for the result. */
  run(play: Play): Promise<Readonly<Record<string, unknown>> | void>;
}
