/** One call to a venue: by the name that ccxt's class gives it, with parameters and answer as the venue writes them. */
export interface Question<T> {
  /** Such as `publicGetDepth`. */
  readonly method: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** What it weighs, in ccxt's units for this venue, where ccxt takes it for lighter than it is. */
  readonly cost?: number;
  /** Reads a success. What it throws means: this is no answer to the question. */
  read(answer: unknown): T;
}
