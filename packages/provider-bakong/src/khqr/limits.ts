/** The longest text that EMVCo's QR specification allows. */
export const MAX_TEXT = 512;

/** The longest value: its length is written in two digits. */
export const MAX_VALUE = 99;
