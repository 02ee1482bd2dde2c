import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fromUtf8, utf8 } from '@rielrails/kit/offline';
import { assertChain, DamagedLogError, nextEntry } from './log.ts';
import type { SignerLog } from './log.ts';
import type { InitEntry, LogEntry } from './protocol.ts';

/** A log in a file, one JSON object a line, held by one process. */
export interface FileLog extends SignerLog {
  close(): void;
}

/**
 * Begins a log. An explicit act of the operator: a signer never makes one by itself, because a lost log would let it
 * sign everything again.
 *
 * @throws an error of the file system when the file exists already.
 */
export function initFileLog(path: string, init: Omit<InitEntry, 'type'>, nowMs: number): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeLine(file, nextEntry([], { type: 'init', ...init }, nowMs));
  } finally {
    closeSync(file);
  }
  // The name itself must survive a power cut too.
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/**
 * Opens a log, checks its whole chain, and keeps every other process out until it is closed.
 *
 * A last line without its end was never made durable, so nothing was answered on it: it is cut off.
 *
 * @throws DamagedLogError when it is missing, empty, changed, or held by another process.
 */
export function openFileLog(path: string): FileLog {
  const unlock = lock(`${path}.lock`);
  try {
    const file = openExisting(path);
    const bytes = readFileSync(file);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end < bytes.length) {
      ftruncateSync(file, end);
      fsyncSync(file);
    }
    const entries = readEntries(bytes.subarray(0, end));
    if (entries.length === 0)
      throw new DamagedLogError('is empty; restore it, or, where the key never signed, initialise it explicitly');
    assertChain(entries);
    let size = end;
    return {
      entries,
      append(entry) {
        if (fstatSync(file).size !== size) throw new DamagedLogError('somebody else wrote to it');
        size += writeLine(file, entry);
        entries.push(entry);
      },
      close() {
        closeSync(file);
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function openExisting(path: string): number {
  try {
    // Append mode: whatever else goes wrong, nothing written before can be overwritten.
    const reader = openSync(path, 'r');
    closeSync(reader);
    return openSync(path, 'a+', 0o600);
  } catch {
    throw new DamagedLogError('cannot be opened; restore it, or, where the key never signed, initialise it explicitly');
  }
}

function readEntries(bytes: Uint8Array): LogEntry[] {
  try {
    const lines = fromUtf8(bytes).split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as LogEntry);
  } catch {
    throw new DamagedLogError('holds a line that is no entry');
  }
}

function writeLine(file: number, entry: LogEntry): number {
  const line = utf8(`${JSON.stringify(entry)}\n`);
  for (let written = 0; written < line.length; written += writeSync(file, line, written));
  fsyncSync(file);
  return line.length;
}

/** Holds a lock file with our process number; one left by a process that is gone does not count. */
function lock(path: string): () => void {
  for (const last of [false, true]) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => unlinkSync(path);
    } catch (error) {
      if (last || (error as NodeJS.ErrnoException).code !== 'EEXIST' || isHeld(path)) {
        throw new DamagedLogError(heldBy(path), { cause: error });
      }
      unlinkSync(path);
    }
  }
  throw new DamagedLogError(heldBy(path));
}

function heldBy(path: string): string {
  return `is held by another process; stop it, or, if that is no signer, remove ${path}`;
}

function isHeld(path: string): boolean {
  const holder = Number(readFileSync(path, 'utf8'));
  if (!Number.isInteger(holder) || holder <= 0) return false;
  try {
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
