import { InputError } from '@rielrails/core';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describedSource } from './description.ts';
import type { ReadFile } from './description.ts';
import type { ListSource } from './snapshot.ts';

/** A source that reads a list from a directory: its files, and the `list.json` of `describeList`. */
export function listDirectory(path: string): ListSource {
  return describedSource(readIn(path));
}

/** A source that reads the SDN list from a directory: the four files of OFAC, and the `list.json` of `describeOfac`. */
export function ofacDirectory(path: string): ListSource {
  return listDirectory(path);
}

/** Reads files of a directory. */
export function readIn(path: string): ReadFile {
  return async (name, maxBytes) => {
    const file = await open(join(path, name)).catch((error: unknown) => {
      throw new InputError(name, 'missing', 'the file cannot be opened', { cause: error });
    });
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new InputError(name, 'missing', 'is not a file');
      if (stats.size > maxBytes) throw new InputError(name, 'too-large', `the file is larger than ${maxBytes} bytes`);
      return new Uint8Array(await file.readFile());
    } finally {
      await file.close();
    }
  };
}
