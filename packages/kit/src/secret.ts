import { createHash } from 'node:crypto';

/** A text that prints as `[secret]` everywhere. Only {@link Secret.reveal} gives it out. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Call it where it is used, and keep the result nowhere. */
  reveal(): string {
    return this.#text;
  }

  /** Eight hexadecimal digits by which two people can see that they mean the same secret. */
  fingerprint(): string {
    return createHash('sha256').update('rielrails-fingerprint:').update(this.#text).digest('hex').slice(0, 8);
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}
