const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is one of Bongloy's ids: a bare UUID. Nothing else goes into a path or to a charge. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/**
 * Whether a text holds something like a card number: 13 to 19 digits in groups of any size, with a valid check digit.
 *
 * Only whole groups count, so that a longer number (an order's, a reference) is not searched for a card inside it.
 */
export function holdsCardNumber(text: string): boolean {
  for (const [run] of text.matchAll(/\d+(?:[ -]\d+)*/g)) {
    const groups = run.split(/[ -]/);
    for (let first = 0; first < groups.length; first += 1) {
      let digits = '';
      for (let last = first; last < groups.length && digits.length <= 19; last += 1) {
        digits += groups[last];
        if (digits.length >= 13 && digits.length <= 19 && hasCheckDigit(digits)) return true;
      }
    }
  }
  return false;
}

/** ISO/IEC 7812-1, annex B. */
function hasCheckDigit(digits: string): boolean {
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return sum % 10 === 0;
}
