const inputErrorMark = Symbol.for('@rielrails/core/InputError');

/**
 * Something that a person or a caller handed in breaks a rule: names the field and the rule, never the value.
 *
 * Nothing was done. Recognise it with {@link isInputError}: two copies of this package may be installed.
 */
export class InputError extends Error {
  /** The field, as the caller knows it: `amount`, `address`, `items[2].price`. */
  readonly field: string;
  /** The broken rule, a stable hyphenated word for programs and translations: `whole-riel`, `other-network`. */
  readonly rule: string;

  constructor(field: string, rule: string, message: string, options?: ErrorOptions) {
    super(`${field}: ${message}`, options);
    this.name = 'InputError';
    this.field = field;
    this.rule = rule;
    Object.defineProperty(this, inputErrorMark, { value: true });
  }
}

/** Whether a thrown value is an {@link InputError}, whichever copy of this package made it. */
export function isInputError(thrown: unknown): thrown is InputError {
  return typeof thrown === 'object' && thrown !== null && inputErrorMark in thrown;
}
