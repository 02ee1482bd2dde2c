/** How long a soak goes on, and from where. */
export interface SoakOptions {
  readonly seed: number;
  readonly count: number;
  /** Stops after this long, whatever the count. */
  readonly endAt: number;
  /** Told about each failure as it is found. */
  progress(line: string): void;
}

/** Something that should never happen. */
export interface SoakFailure {
  readonly seed: number;
  readonly broken: readonly string[];
  /** The command that does it again. */
  readonly replay: string;
}

/** What a soak found. */
export interface SoakResult {
  readonly name: string;
  readonly runs: number;
  readonly figures: Readonly<Record<string, number>>;
  readonly failures: readonly SoakFailure[];
}

/** A long run. */
export interface Soak {
  readonly about: string;
  /** Runs of a normal soak, and of the small fixed one in continuous integration. */
  readonly count: number;
  readonly countInCi: number;
  run(options: SoakOptions): Promise<SoakResult>;
}
