/** An address in groups of four, as it is best compared by eye. */
export function inGroupsOfFour(address: string): string {
  return address.replaceAll(/(.{4})(?=.)/g, '$1 ');
}
