import { utf8 } from '@rielrails/kit/offline';

/** What the address of a unix socket holds, its final zero byte left out: 108 bytes on Linux, 104 elsewhere. */
const LONGEST = process.platform === 'linux' ? 107 : 103;

/**
 * Refuses a path that a unix socket cannot have; the system would say no more than `EINVAL`.
 *
 * @throws RangeError that names the length and the remedy.
 */
export function assertSocketPath(path: string): void {
  const { length } = utf8(path);
  if (length <= LONGEST) return;
  throw new RangeError(
    `socketPath: is ${length} bytes long, and a unix socket takes at most ${LONGEST}; choose a shorter one, such as /run/rielrails-signer/signer.sock`,
  );
}
