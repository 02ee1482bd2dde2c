import { join } from 'node:path';

/*
 * A data folder holds:
 *
 *   cluster/            appears whole, by one rename, once it is complete
 *     data/             what the server calls its data directory
 *     password          of the one database user, 0600
 *     keeper.pid        the process that keeps the server
 *   cluster.new-N/      being made by process N, or left over from it
 *   binaries-VERSION/   a copy of the server's programs, only where its user cannot reach the installed ones
 */

/** Where the complete cluster lives. */
export function clusterFolder(directory: string): string {
  return join(directory, 'cluster');
}

/** Where the server keeps its data. */
export function dataFolder(directory: string): string {
  return join(clusterFolder(directory), 'data');
}

/** Where the database password lies. */
export function passwordFile(directory: string): string {
  return join(clusterFolder(directory), 'password');
}

/** Where the keeper notes its process. */
export function keeperFile(directory: string): string {
  return join(clusterFolder(directory), 'keeper.pid');
}
