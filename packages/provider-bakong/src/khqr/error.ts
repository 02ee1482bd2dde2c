import { InputError } from '@rielrails/core';

/** What may be wrong with a KHQR, as a stable word for programs. */
export type KhqrRule =
  /** The text is empty, or longer than 512 characters. */
  | 'size'
  /** Half of a surrogate pair: such a text has no bytes, so it has no checksum either. */
  | 'text'
  /** A tag is not two digits. */
  | 'tag'
  /** A length is not two digits, or reaches beyond the end. */
  | 'length'
  | 'duplicate'
  | 'missing'
  /** Tag 63 is not the last one, or not four hexadecimal digits. */
  | 'checksum-place'
  | 'checksum'
  /** A value is empty or longer than its tag allows. */
  | 'too-long'
  /** A template's content does not fit into 99 characters. */
  | 'template-too-long'
  /** A value is not of the form that its tag asks for. */
  | 'form'
  | 'currency'
  | 'amount'
  /** Both or none of tags 29 and 30. */
  | 'account'
  | 'country'
  | 'union-pay-in-dollars'
  | 'amount-missing'
  | 'expiry-missing'
  | 'expiry-order'
  | 'expired';

/**
 * A KHQR that breaks a rule, or data of which none can be made: names the tag and the place, never the value.
 *
 * Also an `InputError`: `field` is the tag's path.
 */
export class KhqrError extends InputError {
  declare readonly rule: KhqrRule;
  /** The tag's path: `54`, or `62.01` for a tag within a template. Empty: the text as a whole. */
  readonly tag: string;
  /** Where in the text, in UTF-16 units from its start; `null` when there is no text yet. */
  readonly position: number | null;

  constructor(tag: string, rule: KhqrRule, position: number | null, message: string) {
    super(tag === '' ? 'khqr' : `khqr tag ${tag}`, rule, position === null ? message : `${message} (at ${position})`);
    this.name = 'KhqrError';
    this.tag = tag;
    this.position = position;
  }
}
