import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** An account of the machine. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Who runs the server when we are root, which PostgreSQL refuses to be: `postgres`, else `nobody`. No account is
 * made. `undefined` when we are somebody else: then the server runs as ourselves.
 */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find(([first]) => first === name);
    if (account) return { name, uid: Number(account[2]), gid: Number(account[3]) };
  }
  return undefined;
}

/** The topmost folder on the way to `path`, itself included, that `user` may not enter; `undefined` when none. */
export async function closedFolder(path: string, user: ServerUser): Promise<string | undefined> {
  const folders = [path];
  while (dirname(folders[0] ?? '/') !== folders[0]) folders.unshift(dirname(folders[0] ?? '/'));
  for (const folder of folders) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return folder;
  }
  return undefined;
}
