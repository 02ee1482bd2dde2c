/** The starting point for Cambodia that comes with this package. It stands beside the sources, and beside what is built of them. */
export const cambodianPolicy: URL = new URL('../policies/kh.json', import.meta.url);
