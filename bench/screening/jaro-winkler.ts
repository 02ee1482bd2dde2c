/** How alike two texts are, by Jaro and Winkler, 0 to 1: what a plain screening scans a list with. */
export function jaroWinkler(one: string, other: string): number {
  const reach = Math.max(0, Math.floor(Math.max(one.length, other.length) / 2) - 1);
  const taken = new Uint8Array(other.length);
  const matched: number[] = [];
  for (let at = 0; at < one.length; at += 1) {
    const end = Math.min(other.length, at + reach + 1);
    for (let place = Math.max(0, at - reach); place < end; place += 1) {
      if (taken[place] || one.charCodeAt(at) !== other.charCodeAt(place)) continue;
      taken[place] = 1;
      matched.push(at);
      break;
    }
  }
  if (matched.length === 0) return 0;
  let swapped = 0;
  let next = 0;
  for (const at of matched) {
    while (!taken[next]) next += 1;
    if (one.charCodeAt(at) !== other.charCodeAt(next)) swapped += 1;
    next += 1;
  }
  const count = matched.length;
  const jaro = (count / one.length + count / other.length + (count - swapped / 2) / count) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < one.length && one.charCodeAt(prefix) === other.charCodeAt(prefix)) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}
