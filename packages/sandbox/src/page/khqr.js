/**
 * What a scanned code asks for, read from its EMV fields (KHQR is one of their dialects). `null` for other codes.
 *
 * @param {string} text
 * @returns {{ name: string, asset: 'KHR' | 'USD' | null, amount: string | null, expiresAt: number | null } | null}
 */
export function readPaymentCode(text) {
  const fields = readFields(text);
  if (!fields || fields.get('00') !== '01') return null;
  const currency = fields.get('53');
  const times = readFields(fields.get('99') ?? '');
  const expiresAt = Number(times?.get('01'));
  return {
    name: fields.get('59') ?? '',
    asset: currency === '116' ? 'KHR' : currency === '840' ? 'USD' : null,
    amount: fields.get('54') ?? null,
    expiresAt: Number.isFinite(expiresAt) && expiresAt > 0 ? expiresAt : null,
  };
}

/** Two digits of name, two of length, the value; `null` when it does not come out even. */
function readFields(text) {
  const fields = new Map();
  for (let index = 0; index < text.length;) {
    const head = /^(\d\d)(\d\d)$/.exec(text.slice(index, index + 4));
    if (!head) return null;
    const end = index + 4 + Number(head[2]);
    if (end > text.length) return null;
    fields.set(head[1], text.slice(index + 4, end));
    index = end;
  }
  return fields;
}

/**
 * A plain decimal amount times a fraction, rounded down to its own decimal places. No floating point.
 *
 * @param {string} amount
 * @param {bigint} numerator
 * @param {bigint} denominator
 */
export function scaleAmount(amount, numerator, denominator) {
  const [whole, fraction = ''] = amount.split('.');
  const minor = (BigInt(whole + fraction) * numerator) / denominator;
  const digits = minor.toString().padStart(fraction.length + 1, '0');
  return fraction ? `${digits.slice(0, -fraction.length)}.${digits.slice(-fraction.length)}` : digits;
}

/**
 * The text of a QR code in a picture, or `null`.
 *
 * @param {string} address of a picture of this server
 */
export async function scanPicture(address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = picture.naturalWidth;
  canvas.height = picture.naturalHeight;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  return globalThis.jsQR(data, width, height)?.data ?? null;
}
