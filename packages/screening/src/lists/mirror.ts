import { InputError } from '@rielrails/core';
import { createWire, systemRuntime, utf8 } from '@rielrails/kit';
import type { Runtime, WireAnswer } from '@rielrails/kit';
import { describedSource } from './description.ts';
import type { ListSource } from './snapshot.ts';

/** Where a mirror is. */
export interface MirrorOptions {
  /** Scheme, host and path, without a slash at the end. */
  readonly baseUrl: string;
}

/** {@link listMirror} for the SDN list of OFAC. */
export function ofacMirror(options: MirrorOptions, runtime: Runtime = systemRuntime()): ListSource {
  return listMirror(options, runtime);
}

/**
 * A source that reads over HTTP what `listDirectory` reads from a directory: one machine fetches the list and describes
 * it, others read it there.
 *
 * A file must fit the limit of the runtime's transport. The publisher itself is no mirror: it describes nothing.
 */
export function listMirror({ baseUrl }: MirrorOptions, runtime: Runtime = systemRuntime()): ListSource {
  const wire = createWire({ provider: 'lists', baseUrl, runtime, explain: () => null });
  return describedSource(async (name, maxBytes) => {
    const parse = (answer: WireAnswer) => utf8(answer.text());
    const bytes = await wire.read({ operation: 'read-list', method: 'GET', path: `/${name}`, parse });
    if (bytes.length > maxBytes) throw new InputError(name, 'too-large', `the file is larger than ${maxBytes} bytes`);
    return bytes;
  });
}
